import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayCounted, measureCondition } from './condition.ts'
import { addDays, dayAt, daysBetween, isDay, spanOf, startOfDay } from './days.ts'
import { INDICATOR_KEYS, INDICATORS, rateOf } from './definitions.ts'
import { holds, type MeasureRow, numbered } from './expression.ts'
import { KEPT_MEASURES, LIVE_MEASURES, MEASURE_KEYS, measureOf } from './measures.ts'

const CITY = 'Asia/Shanghai'
const row = (over: Partial<MeasureRow> = {}): MeasureRow => ({
  districtCode: '370202',
  streetCode: '370202001',
  unitId: null,
  sourceType: 'collector',
  majorCode: '01',
  status: 'closed',
  selfHandled: false,
  exempt: false,
  reportedAt: '2026-03-01T01:00:00Z',
  acceptedAt: '2026-03-01T01:10:00Z',
  registeredAt: '2026-03-01T01:20:00Z',
  dispatchedAt: '2026-03-01T01:30:00Z',
  disposedAt: '2026-03-02T01:00:00Z',
  handleDeadlineAt: '2026-03-04T01:00:00Z',
  totalDeadlineAt: '2026-03-05T01:00:00Z',
  closedAt: '2026-03-02T03:00:00Z',
  cancelledAt: null,
  reworkCount: 0,
  returnCount: 0,
  ...over
})

describe('rates', () => {
  // Published bulletin of Tianmen (standards §2.16.1): on time over due, not over closed.
  test('the published example comes out as published', () => {
    const counts = { accept: 1054, register: 996, needClose: 972, close: 911, inTimeClose: 737, overtimeClose: 911 - 737 }
    expect(rateOf('closeRate', counts)).toBe(93.72)
    expect(rateOf('inTimeCloseRate', counts)).toBe(75.82)
    expect(rateOf('registerRate', counts)).toBe(94.5)
    expect(rateOf('overtimeCloseRate', counts)).toBe(17.9)
  })

  test('nothing due is no rate, neither 0 nor 100', () => {
    for (const key of INDICATOR_KEYS) expect(rateOf(key, {})).toBeNull()
    expect(rateOf('closeRate', { needClose: 0, close: 3 })).toBeNull()
    expect(rateOf('closeRate', { needClose: 3 })).toBe(0)
  })

  test('two decimals, halves up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000_000 }), fc.integer({ min: 1, max: 5_000_000 }), (part, whole) => {
        const value = rateOf('closeRate', { close: part, needClose: whole })!
        expect(Math.abs(value - (part / whole) * 100)).toBeLessThanOrEqual(0.005 + 1e-6 * value)
        expect(Number(value.toFixed(2))).toBe(value)
      })
    )
    expect(rateOf('closeRate', { close: 1, needClose: 800 })).toBe(0.13)
  })

  test('every rate stands on measures kept by day', () => {
    for (const { numerator, denominator } of Object.values(INDICATORS)) {
      expect(KEPT_MEASURES).toContain(numerator)
      expect(KEPT_MEASURES).toContain(denominator)
    }
  })
})

describe('measures', () => {
  test('a finished case counts once under each measure it meets', () => {
    const days = Object.fromEntries(
      KEPT_MEASURES.map((key) => [key, dayCounted(key, row(), CITY)]).filter(([, day]) => day !== null)
    )
    expect(days).toEqual({
      report: '2026-03-01',
      ordinaryReport: '2026-03-01',
      validReport: '2026-03-01',
      accept: '2026-03-01',
      register: '2026-03-01',
      needDispatch: '2026-03-01',
      dispatch: '2026-03-01',
      accurDispatch: '2026-03-01',
      needDispose: '2026-03-02',
      dispose: '2026-03-02',
      inTimeDispose: '2026-03-02',
      disposed: '2026-03-02',
      needClose: '2026-03-05',
      close: '2026-03-05',
      inTimeClose: '2026-03-05',
      closed: '2026-03-02'
    })
  })

  test('finished late counts on the deadline; exempted on appeal it is in time', () => {
    const late = row({ disposedAt: '2026-03-09T01:00:00Z', closedAt: '2026-03-09T02:00:00Z' })
    expect(dayCounted('needDispose', late, CITY)).toBe('2026-03-04')
    expect(dayCounted('inTimeDispose', late, CITY)).toBeNull()
    expect(dayCounted('overtimeDispose', late, CITY)).toBe('2026-03-04')
    expect(dayCounted('inTimeDispose', { ...late, exempt: true }, CITY)).toBe('2026-03-04')
    expect(dayCounted('overtimeClose', { ...late, exempt: true }, CITY)).toBeNull()
  })

  test('cancelled and suspended cases are due for nothing', () => {
    for (const status of ['cancelled', 'suspended'] as const) {
      for (const key of ['needDispose', 'dispose', 'needClose', 'close', 'rework'] as const)
        expect(dayCounted(key, row({ status, reworkCount: 2 }), CITY)).toBeNull()
    }
    expect(dayCounted('register', row({ status: 'cancelled' }), CITY)).toBeNull()
  })

  test('handled on the spot: reported and self-handled, outside every rate', () => {
    const spot = row({ selfHandled: true, reworkCount: 1, returnCount: 1 })
    expect(KEPT_MEASURES.filter((key) => dayCounted(key, spot, CITY) !== null)).toEqual(['report', 'selfHandled'])
  })

  test('in time and late make up what was finished', () => {
    const instant = fc.option(fc.integer({ min: 0, max: 40 }).map((h) => new Date(Date.UTC(2026, 2, 1, h)).toISOString()))
    fc.assert(
      fc.property(
        instant,
        instant,
        instant,
        instant,
        fc.boolean(),
        (disposedAt, handleDeadlineAt, closedAt, totalDeadlineAt, exempt) => {
          const r = row({ disposedAt, handleDeadlineAt, closedAt, totalDeadlineAt, exempt })
          for (const [due, whole, good, bad] of [
            ['needDispose', 'dispose', 'inTimeDispose', 'overtimeDispose'],
            ['needClose', 'close', 'inTimeClose', 'overtimeClose']
          ] as const) {
            const n = (key: typeof due | typeof whole | typeof good | typeof bad) => Number(dayCounted(key, r, CITY) !== null)
            expect(n(good) + n(bad)).toBe(n(whole))
            expect(n(whole)).toBeLessThanOrEqual(n(due))
          }
        }
      )
    )
  })

  test('an unknown instant makes a comparison unknown, not false', () => {
    const unknown = { before: [{ column: 'closed_at' }, { now: true }] } as const
    const open = row({ closedAt: null })
    expect(holds(unknown, open, 0)).toBeNull()
    expect(holds({ not: unknown }, open, 0)).toBeNull()
    expect(holds({ any: [unknown, { flag: 'is_open' }] }, { ...open, status: 'handling' }, 0)).toBe(true)
    expect(holds({ all: [unknown, { flag: 'is_open' }] }, open, 0)).toBe(false)
  })

  test('each has both names and compiles', () => {
    expect([...KEPT_MEASURES, ...LIVE_MEASURES].sort()).toEqual([...MEASURE_KEYS].sort())
    for (const key of MEASURE_KEYS) {
      const { zh, en, noteZh, noteEn } = measureOf(key)
      for (const text of [zh, en, noteZh, noteEn]) expect(text).not.toBe('')
      const fragment = measureCondition(key, { from: new Date(0), to: new Date(1), now: new Date(2) })
      expect(fragment.parts).toHaveLength(fragment.values.length + 1)
    }
    expect(numbered(measureCondition('accept', { from: new Date(0), to: new Date(1), now: new Date(2) }), 3)).toBe(
      '(not (c.self_handled) and c.accepted_at >= $3::timestamptz and c.accepted_at < $4::timestamptz)'
    )
  })
})

describe('days', () => {
  test('midnight belongs to the day it begins', () => {
    expect(dayAt(Date.parse('2026-02-28T15:59:59.999Z'), CITY)).toBe('2026-02-28')
    expect(dayAt(Date.parse('2026-02-28T16:00:00Z'), CITY)).toBe('2026-03-01')
    expect(startOfDay('2026-03-01', CITY).toISOString()).toBe('2026-02-28T16:00:00.000Z')
    expect(startOfDay('2026-03-08', 'America/New_York').toISOString()).toBe('2026-03-08T05:00:00.000Z')
    expect(startOfDay('2026-03-09', 'America/New_York').toISOString()).toBe('2026-03-09T04:00:00.000Z')
  })

  test('a day holds exactly the instants from its start to the next', () => {
    const zones = fc.constantFrom(CITY, 'America/New_York', 'America/Santiago', 'Australia/Lord_Howe', 'UTC')
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: 0, max: 1500 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (zone, n, part) => {
          const day = addDays('2024-01-01', n)
          const start = startOfDay(day, zone).getTime()
          const end = startOfDay(addDays(day, 1), zone).getTime()
          expect(dayAt(start + Math.floor((end - start) * part), zone)).toBe(day)
          expect(dayAt(start - 1, zone)).toBe(addDays(day, -1))
        }
      )
    )
  })

  test('periods end with today', () => {
    expect(spanOf('today', '2026-03-01')).toEqual({ from: '2026-03-01', to: '2026-03-02' })
    expect(spanOf('7d', '2026-03-01')).toEqual({ from: '2026-02-23', to: '2026-03-02' })
    expect(daysBetween(...(Object.values(spanOf('30d', '2026-03-01')) as [string, string]))).toBe(30)
    expect(spanOf('year', '2026-03-01').from).toBe('2026-01-01')
    expect([isDay('2026-02-29'), isDay('2024-02-29'), isDay('2026-2-1')]).toEqual([false, true, false])
  })
})
