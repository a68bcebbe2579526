import { expect } from 'vitest'
import { CLOCK_ERRORS, ClockError, type ClockErrorCode, compileCalendar, type Slot, type WorkCalendar } from './index.ts'

export const day: Slot[] = [
  ['08:00', '12:00'],
  ['14:00', '18:00']
]
export const week = (slots: Slot[]): WorkCalendar['weekly'] => ({
  mon: slots,
  tue: slots,
  wed: slots,
  thu: slots,
  fri: slots,
  sat: [],
  sun: []
})
/** The standard's own example: 08–12 and 14–18, the National Day week of 2026 off, two weekend days worked. */
export const week40: WorkCalendar = {
  id: 'standard',
  version: 1,
  timeZone: 'Asia/Shanghai',
  hoursPerDay: 8,
  weekly: week(day),
  days: {
    '2026-09-20': 'workday',
    ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((d) => [`2026-10-0${d}`, 'holiday' as const])),
    '2026-10-10': 'workday'
  }
}
export const cal = compileCalendar(week40)
export const local = (text: string) => new Date(`${text.replace(' ', 'T')}${text.length === 16 ? ':00' : ''}+08:00`)
export const shown = (at: Date | string) =>
  new Date(Date.parse(String(at)) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
export const refused = (code: ClockErrorCode, run: () => unknown) => {
  expect(run).toThrow(ClockError)
  expect(run).toThrow(expect.objectContaining({ code, status: CLOCK_ERRORS[code].status }))
}
