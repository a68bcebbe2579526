import { checkDeclaration } from '@chengyun/contract/registry'
import { expect, test } from 'vitest'
import { blankDeclaration, moved, partOf, tidy } from './blank.ts'

const words = { inUse: { zh: 'a', en: 'in use' }, removed: { zh: 'b', en: 'removed' } }

test('a blank register lacks only its names', () => {
  const named = { ...blankDeclaration(words), id: 'lamp', name: { zh: 'l', en: 'Lamps' } }
  expect(checkDeclaration(tidy(named))).toEqual([])
})

test('what is empty is left out', () => {
  const d = blankDeclaration(words)
  const out = tidy({
    ...d,
    standardRef: '',
    relations: [],
    description: { zh: '', en: '' },
    attributes: [{ key: 'depth', name: { zh: 'd', en: 'depth' }, type: 'number', required: false, unit: '', choices: [] }]
  })
  expect('relations' in out || 'standardRef' in out || 'description' in out).toBe(false)
  expect(out.attributes).toEqual([{ key: 'depth', name: { zh: 'd', en: 'depth' }, type: 'number' }])
  expect(tidy({ ...d, attributes: [], columns: [] })).toMatchObject({ attributes: [], columns: [] })
})

test('faults stand at their part; rows move within their list', () => {
  expect(partOf('/attributes/3/key')).toBe('attributes')
  expect(partOf('/initialState')).toBe('states')
  expect(partOf('/')).toBe('basics')
  expect(moved([1, 2, 3], 0, 1)).toEqual([2, 1, 3])
  expect(moved([1, 2, 3], 2, 1)).toEqual([1, 2, 3])
})
