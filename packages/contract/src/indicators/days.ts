import { offsetAt, segmentsOfYear } from '../clock/zone.ts'

const DAY_MS = 86_400_000

/** Calendar day `YYYY-MM-DD` of an instant (epoch milliseconds) on the wall clock of the zone. */
export function dayAt(at: number, timeZone: string): string {
  return new Date(at + offset(at, timeZone)).toISOString().slice(0, 10)
}

/** Asked for every instant that is counted: from the segments of its year, not from Intl. */
function offset(at: number, timeZone: string): number {
  for (const s of segmentsOfYear(timeZone, new Date(at).getUTCFullYear())) if (at >= s.from && at < s.to) return s.offset
  return offsetAt(timeZone, at)
}

/** The instant at which a calendar day begins in the zone; where midnight is skipped, the first instant of the day. */
export function startOfDay(day: string, timeZone: string): Date {
  const wall = Date.parse(`${day}T00:00:00Z`)
  const before = wall - offset(wall - DAY_MS, timeZone)
  const after = wall - offset(wall + DAY_MS, timeZone)
  const first = Math.min(before, after)
  return new Date(dayAt(first, timeZone) === day ? first : Math.max(before, after))
}

export const addDays = (day: string, n: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + n * DAY_MS).toISOString().slice(0, 10)
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)
export const monthOf = (day: string): string => `${day.slice(0, 7)}-01`
export const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && addDays(text, 0) === text

export const PERIODS = ['today', '7d', '30d', 'year', 'custom'] as const
export type Period = (typeof PERIODS)[number]

/** Days of a period, `to` excluded. */
export interface DaySpan {
  from: string
  to: string
}

/** The days of a named period up to and with today; `year` is the calendar year so far. */
export function spanOf(period: Exclude<Period, 'custom'>, today: string): DaySpan {
  const to = addDays(today, 1)
  switch (period) {
    case 'today':
      return { from: today, to }
    case '7d':
      return { from: addDays(to, -7), to }
    case '30d':
      return { from: addDays(to, -30), to }
    case 'year':
      return { from: `${today.slice(0, 4)}-01-01`, to }
  }
}
