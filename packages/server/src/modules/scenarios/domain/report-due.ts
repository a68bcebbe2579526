/** When reports and indexes are due, by the wall clock of the city. Pure. */
import { addDays, dayAt, startOfDay } from '@chengyun/contract/indicators'
import type { ReportDeclaration } from '@chengyun/scenario-kit/packs'

const HOUR = 3_600_000
/** So many months that were missed are made after all. */
const MONTHS_BACK = 12

type Period = ReportDeclaration['period']
export type ReportSpan = Readonly<{ from: Date; to: Date; step: 'hour' | 'day' }>
/** Days of a report, both included. */
export interface ReportDays {
  from: string
  to: string
}

const monthStart = (day: string) => `${day.slice(0, 7)}-01`
const nextMonth = (day: string) => monthStart(addDays(monthStart(day), 31))
const monthBefore = (day: string) => monthStart(addDays(monthStart(day), -1))

/** The day, or the month of the day. */
export function daysOf(period: Period, day: string): ReportDays {
  return period === 'day' ? { from: day, to: day } : { from: monthStart(day), to: addDays(nextMonth(day), -1) }
}

/** The same as instants, with the statistics that are read for it. */
export function spanOf(period: Period, day: string, timeZone: string): ReportSpan {
  const { from, to } = daysOf(period, day)
  return { from: startOfDay(from, timeZone), to: startOfDay(addDays(to, 1), timeZone), step: period === 'day' ? 'hour' : 'day' }
}

/** An hour of a day as the clock on the wall shows it; what daylight saving skips is the instant after. */
export function hourOf(day: string, hour: number, timeZone: string): Date {
  const midnight = startOfDay(day, timeZone).getTime()
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' })
  for (const shift of [0, 1, -1]) {
    const at = midnight + (hour + shift) * HOUR
    if (Number(clock.format(at)) === hour && dayAt(at, timeZone) === day) return new Date(at)
  }
  return new Date(midnight + (hour + 1) * HOUR)
}

/** When the report on the period that begins with `from` is due. */
export function dueAt(period: Period, from: string, due: NonNullable<ReportDeclaration['due']>, timeZone: string): Date {
  if (period === 'day') return hourOf(addDays(from, 1), due.hour, timeZone)
  return hourOf(addDays(nextMonth(from), (due.day ?? 1) - 1), due.hour, timeZone)
}

/** The first day of the latest period that is over, and the one before it. */
const lastOver = (period: Period, today: string): string => (period === 'day' ? addDays(today, -1) : monthBefore(today))

/** Is the period that begins with this day over? */
export const isOver = (period: Period, day: string, now: number, timeZone: string): boolean =>
  daysOf(period, day).to < dayAt(now, timeZone)

export interface Schedule {
  period: Period
  due: NonNullable<ReportDeclaration['due']>
  /** First day of the latest period that was made; null: none was. */
  last: string | null
  timeZone: string
}

/**
 * First days of the periods that are due and not made, the oldest first: of days only the latest, of months all since the last that was made. What lies before
 * the first is not made: nobody asked for it.
 */
export function duePeriods({ period, due, last, timeZone }: Schedule, now: number): string[] {
  let latest = lastOver(period, dayAt(now, timeZone))
  // It is over, but its hour has not come.
  if (dueAt(period, latest, due, timeZone).getTime() > now) latest = period === 'day' ? addDays(latest, -1) : monthBefore(latest)
  if (last !== null && last >= latest) return []
  if (period === 'day' || last === null) return [latest]
  const out = [latest]
  while (out.length < MONTHS_BACK && monthBefore(out[0]!) > last) out.unshift(monthBefore(out[0]!))
  return out
}

/** When the next one comes. */
export function nextDue(period: Period, due: NonNullable<ReportDeclaration['due']>, now: number, timeZone: string): Date {
  let from = lastOver(period, dayAt(now, timeZone))
  for (;;) {
    const at = dueAt(period, from, due, timeZone)
    if (at.getTime() > now) return at
    from = period === 'day' ? addDays(from, 1) : nextMonth(from)
  }
}

/** The instants of the last days at which an index was due, the oldest first. */
export function indexInstants(hours: readonly number[], now: number, days: number, timeZone: string): Date[] {
  const today = dayAt(now, timeZone)
  const out: Date[] = []
  for (let n = -days; n <= 0; n++)
    for (const hour of [...hours].sort((a, b) => a - b)) {
      const at = hourOf(addDays(today, n), hour, timeZone)
      if (at.getTime() <= now) out.push(at)
    }
  return out
}
