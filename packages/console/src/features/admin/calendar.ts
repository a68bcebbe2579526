import type { DayType, Weekday, WorkCalendar } from '@chengyun/contract/clock'

/** Monday first, as calendars hang on walls here. */
export const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const satisfies readonly Weekday[]

/** Working hours of a weekday as text; empty when it is off. */
export function workSlots(calendar: Pick<WorkCalendar, 'weekly'>, day: Weekday): string {
  return calendar.weekly[day].map(([from, to]) => `${from}–${to}`).join(' ')
}

/** A month as weeks of seven dates, Monday first; null where the week belongs to a neighbour. */
export function monthDays(year: number, month: number): (string | null)[][] {
  const first = new Date(Date.UTC(year, month, 1))
  const lead = (first.getUTCDay() + 6) % 7
  const count = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const cells: (string | null)[] = Array.from({ length: lead }, () => null)
  for (let d = 1; d <= count; d++) cells.push(`${year}-${String(month + 1).padStart(2, '0')}-${String(d).padStart(2, '0')}`)
  while (cells.length % 7 !== 0) cells.push(null)
  return Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(i * 7, i * 7 + 7))
}

/** The next state of a day on a click: an ordinary working day becomes a holiday, an ordinary rest day is worked; again undoes it. */
export function nextType(type: DayType | null, works: boolean): DayType | null {
  if (type !== null) return null
  return works ? 'holiday' : 'workday'
}
