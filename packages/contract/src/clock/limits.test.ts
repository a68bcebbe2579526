import { describe, expect, it } from 'vitest'
import { cal, day, local, refused, shown, week, week40 } from './clock-fixture.testing.ts'
import {
  addWorkingSeconds,
  compileCalendar,
  deadline,
  elapsed,
  isWorkingTime,
  LIMIT_KINDS,
  type Limit,
  limitSeconds,
  type Slot,
  workingSecondsBetween
} from './index.ts'

describe('deadlines', () => {
  it.each<[string, string, Limit, string]>([
    ['continuous over the evening', '2026-09-04 17:30', { kind: 'urgent_hour', value: 2 }, '2026-09-04 19:30'],
    ['over a weekend', '2026-09-04 17:30', { kind: 'work_hour', value: 4 }, '2026-09-07 11:30'],
    ['one day over a weekend', '2026-09-04 17:30', { kind: 'work_day', value: 1 }, '2026-09-07 17:30'],
    ['begun at lunch', '2026-07-01 12:30', { kind: 'work_hour', value: 2 }, '2026-07-01 16:00'],
    ['begun in the evening', '2026-07-01 19:00', { kind: 'work_hour', value: 2 }, '2026-07-02 10:00'],
    ['begun on Saturday', '2026-07-04 09:00', { kind: 'work_day', value: 1 }, '2026-07-06 18:00'],
    ['over the national holiday', '2026-09-30 16:00', { kind: 'work_day', value: 1 }, '2026-10-08 16:00'],
    ['over a swapped Saturday', '2026-09-30 16:00', { kind: 'work_day', value: 5 }, '2026-10-13 16:00']
  ])('%s', (_, start, limit, end) => {
    expect(shown(deadline(local(start), limit, cal))).toBe(end)
  })

  it('ends with the slot, not at the start of the next', () => {
    expect(shown(addWorkingSeconds(local('2026-07-01 08:00'), 4 * 3600, cal))).toBe('2026-07-01 12:00')
    expect(shown(addWorkingSeconds(local('2026-07-03 14:00'), 4 * 3600, cal))).toBe('2026-07-03 18:00')
    // The last slot of a year, in a zone where the year ends with it.
    const always = compileCalendar({ ...week40, timeZone: 'UTC', weekly: { ...week40.weekly, thu: [['20:00', '24:00']] } })
    expect(addWorkingSeconds(new Date('2026-12-31T21:00:00Z'), 3 * 3600, always).toISOString()).toBe('2027-01-01T00:00:00.000Z')
    const yearEnd = compileCalendar({ ...week40, timeZone: 'UTC' })
    expect(addWorkingSeconds(new Date('2026-12-31T17:00:00Z'), 3600, yearEnd).toISOString()).toBe('2026-12-31T18:00:00.000Z')
    expect(addWorkingSeconds(new Date('2027-01-01T08:30:00Z'), -1800, yearEnd).toISOString()).toBe('2026-12-31T18:00:00.000Z')
  })

  it('aligns a start outside working time forward; a slot end lies outside', () => {
    expect(shown(addWorkingSeconds(local('2026-07-01 12:00'), 0, cal))).toBe('2026-07-01 14:00')
    expect(shown(addWorkingSeconds(local('2026-07-01 09:15'), 0, cal))).toBe('2026-07-01 09:15')
    expect(
      addWorkingSeconds(new Date('2026-12-31T18:00:00Z'), 0, compileCalendar({ ...week40, timeZone: 'UTC' })).toISOString()
    ).toBe('2027-01-01T08:00:00.000Z')
    expect(isWorkingTime(local('2026-07-01 11:59'), cal)).toBe(true)
    expect(isWorkingTime(local('2026-07-01 12:00'), cal)).toBe(false)
    expect(isWorkingTime(local('2026-07-01 14:00'), cal)).toBe(true)
  })

  it('knows every kind of limit', () => {
    const seconds = Object.keys(LIMIT_KINDS).map((kind) => limitSeconds({ kind: kind as Limit['kind'], value: 1.5 }, cal))
    expect(seconds).toEqual([90, 5400, 129_600, 129_600, 5400, 43_200])
    const [a, b] = [local('2026-09-04 17:00'), local('2026-09-07 09:00')]
    expect(elapsed('work_hour', a, b, cal)).toBe(7200)
    expect(elapsed('natural_day', a, b, cal)).toBe(64 * 3600)
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      refused('CLOCK_LIMIT_INVALID', () => limitSeconds({ kind: 'work_hour', value }, cal))
    }
    refused('CLOCK_LIMIT_INVALID', () => limitSeconds({ kind: 'fortnight', value: 1 } as unknown as Limit, cal))
    refused('CLOCK_TIME_INVALID', () => deadline(new Date('no'), { kind: 'work_hour', value: 1 }, cal))
    refused('CLOCK_NO_WORKING_TIME', () => deadline(local('2026-07-01 08:00'), { kind: 'work_day', value: 999_999 }, cal))
  })

  it('works by the season, also over the new year', () => {
    const seasons = [
      { from: '05-01', to: '09-30', slots: [['07:30', '11:30'] as Slot, ['15:00', '18:00'] as Slot] },
      { from: '12-15', to: '01-15', slots: [['10:00', '16:00'] as Slot] }
    ]
    const seasonal = compileCalendar({ ...week40, seasons })
    expect(seasonal.day('2026-07-01').slots).toEqual(seasons[0]!.slots)
    expect(seasonal.day('2026-12-31').slots).toEqual(seasons[1]!.slots)
    expect(seasonal.day('2027-01-01').slots).toEqual(seasons[1]!.slots)
    expect(seasonal.day('2026-09-20')).toMatchObject({ works: true, because: 'workday', slots: seasons[0]!.slots })
    expect(seasonal.day('2026-10-10').slots).toEqual(day)
    expect(seasonal.day('2026-10-01')).toMatchObject({ works: false, because: 'holiday' })
    expect(workingSecondsBetween(local('2026-06-30 00:00'), local('2026-07-01 00:00'), seasonal)).toBe(7 * 3600)
  })
})

describe('daylight saving', () => {
  const nights = (timeZone: string, sun: Slot[]) =>
    compileCalendar({ ...week40, timeZone, days: {}, weekly: { ...week(day), sun } })
  const seconds = (from: string, to: string, zone: ReturnType<typeof nights>) =>
    workingSecondsBetween(new Date(from), new Date(to), zone)

  it('keeps wall-clock slots across the change', () => {
    const newYork = nights('America/New_York', [])
    // Friday 2026-03-06 17:30 EST to Monday, when New York is on EDT.
    expect(addWorkingSeconds(new Date('2026-03-06T17:30:00-05:00'), 3600, newYork).toISOString()).toBe('2026-03-09T12:30:00.000Z')
    const natural = deadline(new Date('2026-03-07T12:00:00-05:00'), { kind: 'natural_day', value: 1 }, newYork)
    expect(natural.toISOString()).toBe('2026-03-08T17:00:00.000Z') // 24 hours, not the same wall time
  })

  it('never works the skipped hour and works the repeated one twice', () => {
    const night = nights('America/New_York', [['01:30', '04:00']])
    expect(seconds('2026-03-08T00:00:00-05:00', '2026-03-08T12:00:00-04:00', night)).toBe(1.5 * 3600)
    expect(seconds('2026-11-01T00:00:00-04:00', '2026-11-01T12:00:00-05:00', night)).toBe(3 * 3600)
    // Two slots whose pieces interleave: 00:30–01:15 and 01:15–01:45, both shown twice.
    const split = nights('America/New_York', [
      ['00:30', '01:15'],
      ['01:20', '01:45']
    ])
    expect(seconds('2026-11-01T00:00:00-04:00', '2026-11-01T12:00:00-05:00', split)).toBe((45 + 25 + 15 + 25) * 60)
    expect(addWorkingSeconds(new Date('2026-11-01T00:30:00-04:00'), 50 * 60, split).toISOString()).toBe(
      '2026-11-01T05:25:00.000Z'
    )
    expect(addWorkingSeconds(new Date('2026-11-01T00:30:00-04:00'), 75 * 60, split).toISOString()).toBe(
      '2026-11-01T06:05:00.000Z'
    )
  })

  it('does without a day that the city skipped', () => {
    const apia = compileCalendar({ ...week40, timeZone: 'Pacific/Apia', days: {} })
    // Samoa went from Thursday 2011-12-29 straight to Saturday the 31st.
    expect(apia.day('2011-12-30').works).toBe(true)
    expect(seconds('2011-12-29T00:00:00-10:00', '2012-01-02T00:00:00+14:00', apia)).toBe(8 * 3600)
  })
})
