import { TrackingCode } from '@chengyun/contract/public'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { blockedIn, differenceHash, trackingCodeOf } from './citizen-abuse.ts'
import { publicity, shownPlace, similarWithinM } from './citizen-privacy.ts'
import { type Course, progressOf, stepsOf } from './citizen-progress.ts'
import { suggest } from './citizen-suggest.ts'
import { SYNONYMS } from './citizen-synonyms.ts'

const course: Course = {
  status: 'handling',
  mergedInto: null,
  reportedAt: '1',
  acceptedAt: '2',
  registeredAt: '3',
  dispatchedAt: '4',
  disposedAt: '5',
  closedAt: null,
  cancelledAt: null
}

describe('progress in the citizen’s words', () => {
  test('a case sent back to rework does not show that it was handled once', () => {
    expect(stepsOf(course).map((s) => s.key)).toEqual(['received', 'accepted', 'registered', 'handling'])
    expect(stepsOf({ ...course, status: 'closed', closedAt: '9' }).at(-1)).toEqual({ key: 'done', at: '9' })
  })
  test('cancelled into another case is merged, cancelled alone is not taken up', () => {
    expect(progressOf({ status: 'cancelled', mergedInto: 'x' })).toBe('merged')
    expect(progressOf({ status: 'cancelled', mergedInto: null })).toBe('notTaken')
    expect(stepsOf({ ...course, status: 'cancelled', cancelledAt: '8' }).at(-1)).toEqual({ key: 'notTaken', at: '8' })
  })
})

describe('what the public sees', () => {
  test('private and held reports and hidden cases do not exist; of official cases only the facts', () => {
    expect(publicity('public', { visibility: 'private', held: false }, false)).toBe('none')
    expect(publicity('public', { visibility: 'public', held: true }, false)).toBe('none')
    expect(publicity('public', { visibility: 'public', held: false }, true)).toBe('none')
    expect(publicity('public', { visibility: 'public', held: false }, false)).toBe('report')
    expect(publicity('hotline', undefined, false)).toBe('none')
    expect(publicity('collector', undefined, false)).toBe('facts')
  })
  test('noise is shown by the quarter, rubbish by the metre', () => {
    expect(shownPlace(120.31234, 36.06789, '06010')).toEqual({ location: [120.3123, 36.0679], rounded: false })
    expect(shownPlace(120.31234, 36.06789, '06028')).toEqual({ location: [120.31, 36.07], rounded: true })
  })
  test('similar reports lie between 50 and 200 m', () => {
    for (const code of [undefined, '01002', '06010', '08004', '09009', '10001']) {
      expect(similarWithinM(code)).toBeGreaterThanOrEqual(50)
      expect(similarWithinM(code)).toBeLessThanOrEqual(200)
    }
  })
})

describe('abuse', () => {
  test('a blocked word is found through spaces, dots and full width', () => {
    expect(blockedIn('快来 加-微 信 ＡＢＣ', ['加微信', 'abc', '博彩'])).toEqual(['加微信', 'abc'])
    expect(blockedIn('路灯不亮', ['', '  '])).toEqual([])
  })
  test('a flat picture has no look; a textured one has one of 64 bits', () => {
    expect(differenceHash(new Uint8Array(72).fill(7))).toBeNull()
    expect(differenceHash(Uint8Array.from({ length: 72 }, (_, i) => (i * 37) % 251))).toMatch(/^[01]{64}$/)
  })
  test('tracking codes have their form', () => {
    for (const n of [0, 1, 77, 255]) expect(Value.Check(TrackingCode, trackingCodeOf(new Uint8Array(32).fill(n)))).toBe(true)
  })
})

describe('suggestions', () => {
  const classes = [
    { code: '06010', name: '暴露垃圾', majorName: '市容环境类' },
    { code: '06042', name: '垃圾站（箱）满溢', majorName: '市容环境类' },
    { code: '01037', name: '路灯异常', majorName: '市政公用设施类' },
    { code: '09009', name: '机动车乱停放', majorName: '街面秩序类' }
  ]
  test('name the words that spoke for them', () => {
    expect(suggest('小区门口的路灯不亮了', classes)[0]).toMatchObject({ classCode: '01037', words: ['路灯', '灯不亮'] })
    expect(suggest('垃圾桶满了没人管', classes)[0]?.classCode).toBe('06042')
    expect(suggest('有人违停', classes)[0]).toMatchObject({ classCode: '09009' })
    expect(suggest('……', classes)).toEqual([])
    expect(suggest('你好', classes)).toEqual([])
  })
  test('every synonym names classes in their form, once', () => {
    expect(SYNONYMS.flatMap(([, codes]) => codes).every((c) => /^(0[1-9]|10)\d{3}$/.test(c))).toBe(true)
    expect(new Set(SYNONYMS.map(([w]) => w)).size).toBe(SYNONYMS.length)
  })
})
