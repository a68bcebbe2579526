import { describe, expect, it } from 'vitest'
import { chooseClass, chooseGroup, groupsOf, partOf } from './classes.ts'

const CLASSES = [
  ['0101', '上水井盖', 5],
  ['0102', '污水井盖', 9],
  ['0201', '停车场', 2],
  ['0202', '公交站亭', 0]
].map(([code, name, count]) => ({ code: String(code), name: { zh: String(name), en: String(name) }, count: Number(count) }))
const MAJORS = new Map([
  ['01', '公用设施'],
  ['02', '道路交通']
])

describe('classes of a layer', () => {
  it('stand under their majors, most frequent first, with the counts of what is shown', () => {
    const groups = groupsOf(CLASSES, MAJORS, 'zh', '')
    expect(groups.map((g) => [g.name, g.count])).toEqual([
      ['公用设施', 14],
      ['道路交通', 2]
    ])
    expect(groups[0]?.classes[0]?.code).toBe('0102')
    expect(groupsOf(CLASSES, MAJORS, 'zh', '井盖').map((g) => g.code)).toEqual(['01'])
    expect(groupsOf(CLASSES, new Map(), 'zh', '')).toHaveLength(1)
  })
  it('one less of all, and back to no filter', () => {
    expect(chooseClass(CLASSES, null, '0202')).toEqual(['01', '0201'])
    expect(chooseClass(CLASSES, ['01', '0201'], '0202')).toBeNull()
    expect(chooseClass(CLASSES, [], '0101')).toEqual(['0101'])
  })
  it('a whole major goes and comes at once', () => {
    const [first] = groupsOf(CLASSES, MAJORS, 'zh', '')
    if (!first) throw new Error('no group')
    expect(chooseGroup(CLASSES, null, first)).toEqual(['02'])
    expect(chooseGroup(CLASSES, ['02'], first)).toBeNull()
    expect([partOf(first, null), partOf(first, ['0101']), partOf(first, [])]).toEqual(['all', 'some', 'none'])
  })
})
