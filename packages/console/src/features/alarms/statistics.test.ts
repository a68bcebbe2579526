import { expect, test } from 'vitest'
import { type Asked, byDay, filtersOf, type Group, isNoisy, listAddress, sorted } from './statistics.ts'

const asked: Asked = { from: '2026-10-24', to: '2026-11-23', zone: 'Asia/Shanghai', filters: { pack: 'gas' } }
const whole = { from: '2026-10-23T16:00:00.000Z', to: '2026-11-22T16:00:00.000Z' }
const group = (key: string, more: Partial<Group> = {}): Group => ({
  key,
  name: key,
  raised: 1,
  rejected: 0,
  falseShare: 0,
  done: 0,
  doneRate: 0,
  acknowledgeS: null,
  responseS: null,
  durationS: null,
  byLevel: {},
  ...more
})

test('a number opens the list with its alarms', () => {
  expect(filtersOf(asked)).toEqual({ pack: 'gas', ...whole })
  expect(filtersOf(asked, { by: 'rule', key: 'gas/leak' })).toEqual({ pack: 'gas', rule: 'gas/leak', ...whole })
  expect(filtersOf(asked, { by: 'level', key: '2' })).toEqual({ pack: 'gas', worst: '2', ...whole })
  expect(filtersOf(asked, { by: 'unit', key: '' })).toEqual({ pack: 'gas', holder: 'none', ...whole })
  expect(filtersOf(asked, { by: 'district', key: '370202' })).toEqual({ pack: 'gas', within: '370202', ...whole })
  expect(listAddress({ pack: 'gas' }, { state: 'rejected' })).toBe('/alarms?pack=gas&state=rejected')
})

test('a day is a day of the city; a month ends where the span does', () => {
  expect(filtersOf(asked, { by: 'day', key: '2026-11-01' })).toMatchObject({
    from: '2026-10-31T16:00:00.000Z',
    to: '2026-11-01T16:00:00.000Z'
  })
  expect(filtersOf(asked, { by: 'month', key: '202610' })).toMatchObject({ from: whole.from, to: '2026-10-31T16:00:00.000Z' })
  expect(filtersOf({ ...asked, from: '2026-01-01', to: '2027-01-01' }, { by: 'month', key: '202612' })).toMatchObject({
    from: '2026-11-30T16:00:00.000Z',
    to: '2026-12-31T16:00:00.000Z'
  })
})

test('days without alarms are days all the same', () => {
  const days = byDay([group('2026-11-02')], { from: '2026-11-01', to: '2026-11-10' }, '2026-11-03')
  expect(days.map((d) => [d.day, d.group?.raised ?? 0])).toEqual([
    ['2026-11-01', 0],
    ['2026-11-02', 1],
    ['2026-11-03', 0]
  ])
})

test('rules that are wrong too often stand out; what has no figure comes last', () => {
  expect(isNoisy({ raised: 10, falseShare: 0.4 })).toBe(true)
  expect(isNoisy({ raised: 2, falseShare: 1 })).toBe(false)
  expect(isNoisy({ raised: 10, falseShare: null })).toBe(false)
  const rows = [group('b', { acknowledgeS: null }), group('a', { acknowledgeS: 5 })]
  expect(sorted(rows, 'rule', 'acknowledgeS').map((g) => g.key)).toEqual(['a', 'b'])
  expect(sorted(rows, 'rule', null).map((g) => g.key)).toEqual(['b', 'a'])
  expect(sorted(rows, 'day', null).map((g) => g.key)).toEqual(['a', 'b'])
})
