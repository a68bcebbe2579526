import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type CalendarFault,
  CLOCK_ERRORS,
  ClockError,
  compileCalendar,
  deadline,
  parseCalendar,
  parseCalendarRows
} from './index.ts'

const shipped = (city: string) => readFileSync(new URL(`../../../../cities/${city}/calendar.json`, import.meta.url), 'utf8')
const base = parseCalendar(shipped('qingdao'))

function faultsOf(run: () => unknown): string[] {
  try {
    run()
  } catch (error) {
    if (!(error instanceof ClockError)) throw error
    const faults = (error.details.faults ?? []) as CalendarFault[]
    return faults.map(({ code, field, line }) => `${code} ${field}${line ? `:${line}` : ''}`)
  }
  throw new Error('was accepted')
}

describe('shipped calendars', () => {
  it.each(['qingdao', 'haikou', 'new-york'])('%s is sound', (city) => {
    const calendar = parseCalendar(shipped(city))
    expect(calendar.id).toBe(city)
    expect(calendar.source?.length).toBeGreaterThan(0)
    const cal = compileCalendar(calendar)
    for (const [date, type] of Object.entries(calendar.days)) {
      expect(cal.day(date)).toMatchObject({ works: type === 'workday', because: type, note: calendar.notes?.[date] })
      // A swapped day that already is a working day would be a slip of the list.
      if (type === 'workday') expect([0, 6]).toContain(new Date(date).getUTCDay())
    }
  })

  it('swaps days without losing one: weekdays less the statutory holidays remain', () => {
    const workDays = (city: string, year: number) => {
      const cal = compileCalendar(parseCalendar(shipped(city)))
      const at = (day: number) => new Date(Date.UTC(year, 0, day)).toISOString().slice(0, 10)
      return Array.from({ length: 365 }, (_, i) => cal.day(at(i + 1))).filter(({ works }) => works).length
    }
    expect(workDays('qingdao', 2025)).toBe(261 - 13)
    expect(workDays('qingdao', 2026)).toBe(261 - 13)
    expect(workDays('haikou', 2018)).toBe(261 - 11)
    expect(workDays('new-york', 2026)).toBe(261 - 11)
  })

  it('runs a limit over the Mid-Autumn and National Day weeks of 2026', () => {
    const start = new Date('2026-09-24T16:00:00+08:00')
    const end = deadline(start, { kind: 'work_day', value: 5 }, compileCalendar(base))
    expect(end.toISOString()).toBe(new Date('2026-10-09T16:00:00+08:00').toISOString())
  })
})

describe('importing', () => {
  it('takes holiday lists in the forms people keep them', () => {
    const csv = '\uFEFF类型,日期,备注\r\n放假,2028/1/1,"元旦, 补休"\r\n\r\nworkday,20280102,\r\n班,2028年1月8日,调休\n'
    const next = parseCalendarRows(csv, base)
    expect(next.version).toBe(2)
    expect(next.days).toMatchObject({
      '2026-10-01': 'holiday',
      '2028-01-01': 'holiday',
      '2028-01-02': 'workday',
      '2028-01-08': 'workday'
    })
    expect(next.notes).toMatchObject({ '2028-01-01': '元旦, 补休', '2028-01-08': '调休' })
    expect(base.days['2028-01-01']).toBeUndefined()
    const dates = Object.keys(next.days)
    expect(dates).toEqual([...dates].sort())
  })

  it('replaces whole years when asked', () => {
    const next = parseCalendarRows('date,type\n2026-01-01,holiday\n', base, { replaceYears: true })
    expect(Object.keys(next.days).filter((date) => date.startsWith('2026'))).toEqual(['2026-01-01'])
    expect(next.notes?.['2026-10-01']).toBeUndefined()
    expect(next.days['2025-10-01']).toBe('holiday')
  })

  it('names every fault with its line', () => {
    const csv = 'date,type,note\n2026-02-30,holiday,\n2026-03-01,party,\n2026-03-02,holiday,\n2026-03-02,workday,\n'
    expect(faultsOf(() => parseCalendarRows(csv, base))).toEqual([
      'CLOCK_DATE_INVALID date:2',
      'CLOCK_DAY_TYPE_UNKNOWN type:3',
      'CLOCK_DATE_TWICE date:5'
    ])
    expect(faultsOf(() => parseCalendarRows('day;kind\n', base))).toEqual([
      'CLOCK_HEADER_MISSING date:1',
      'CLOCK_HEADER_MISSING type:1'
    ])
    expect(faultsOf(() => parseCalendarRows('', base))).toHaveLength(2)
  })

  it('refuses calendars that are not ones, naming the fields', () => {
    expect(() => parseCalendar('{')).toThrow(expect.objectContaining({ code: 'CLOCK_JSON_INVALID', status: 422 }))
    for (const input of [null, 7, [], {}, '"x"']) expect(faultsOf(() => parseCalendar(input)).length).toBeGreaterThan(0)
    expect(faultsOf(() => parseCalendar({ ...base, colour: 'red' }))).toContain('CLOCK_FIELD_INVALID /colour')
    expect(faultsOf(() => parseCalendar({ ...base, weekly: { ...base.weekly, mon: [['8:00', '12:00']] } }))).toEqual([
      'CLOCK_FIELD_INVALID /weekly/mon/0/0'
    ])
    const wrong = {
      ...base,
      timeZone: 'Asia/Qingdao',
      weekly: {
        ...base.weekly,
        mon: [
          ['14:00', '18:00'],
          ['08:00', '12:00']
        ],
        tue: [['12:00', '12:00']]
      },
      seasons: [
        { from: '02-30', to: '03-01', slots: [['08:00', '12:00']] },
        { from: '11-01', to: '03-31', slots: [['09:00', '12:00']] },
        { from: '03-31', to: '05-01', slots: [['09:00', '08:00']] }
      ],
      days: { '2026-13-01': 'holiday' }
    }
    expect(faultsOf(() => parseCalendar(wrong))).toEqual([
      'CLOCK_ZONE_UNKNOWN /timeZone',
      'CLOCK_SLOT_INVALID /weekly/mon/1',
      'CLOCK_SLOT_INVALID /weekly/tue/0',
      'CLOCK_SEASON_INVALID /seasons/0',
      'CLOCK_SLOT_INVALID /seasons/2/slots/0',
      'CLOCK_SEASON_INVALID /seasons/2',
      'CLOCK_DATE_INVALID /days/2026-13-01'
    ])
    const idle = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }
    expect(faultsOf(() => parseCalendar({ ...base, weekly: idle }))).toEqual(['CLOCK_NO_WORKING_TIME /weekly'])
  })

  it('says what is wrong in both languages', () => {
    for (const [code, { zh, en, status }] of Object.entries(CLOCK_ERRORS)) {
      expect(code).toMatch(/^CLOCK_[A-Z_]+$/)
      expect(zh.match(/\{\w+\}/g)?.sort()).toEqual(en.match(/\{\w+\}/g)?.sort())
      expect(status).toBeGreaterThanOrEqual(400)
    }
    expect(new ClockError('CLOCK_DATE_INVALID', { value: '2026-02-30' }).message).toBe('There is no date 2026-02-30')
  })
})
