import { type CalendarSource, type CompiledCalendar, calendarFor } from './calendar.ts'
import { addInKind, epoch, toMs } from './limits.ts'
import type { Timer } from './schemas.ts'
import { isOverdue, leftMs } from './timer.ts'

/** Yellow from here: the share of the limit that is left. */
export const SOON_RATIO = 0.25
/** Reminders are sent when this much of the limit is used, in percent. */
export const REMINDER_PERCENTS: readonly number[] = [50, 80, 100]

/** What a lamp shows. Seconds count in the timer's own kind; for a count-down in wall time use the timer's `deadlineAt`. */
export interface Lamp {
  readonly state: 'ok' | 'soon' | 'late' | 'paused' | 'done'
  /** Share of the limit used; more than 1 when late. */
  readonly usedRatio: number
  /** Negative when late. */
  readonly remainingS: number
  readonly overdueS: number
  /** Also of paused and ended timers, where `state` no longer tells. */
  readonly overdue: boolean
}

/** One reminder: when `percent` of the limit will be used if nothing else happens. 100 is the deadline itself. */
export interface Reminder {
  readonly percent: number
  readonly at: Date
}

/** The lamp of a timer at `now`. @throws ClockError CLOCK_CALENDAR_MISMATCH */
export function lamp(timer: Timer, now: Date, cal: CompiledCalendar, soonRatio = SOON_RATIO): Lamp {
  const left = leftMs(timer, epoch(now), cal)
  const limit = toMs(timer.limitS)
  const overdue = isOverdue(timer, now.getTime())
  const state = timer.status === 'running' ? (overdue ? 'late' : left <= limit * soonRatio ? 'soon' : 'ok') : undefined
  return {
    state: state ?? (timer.status === 'paused' ? 'paused' : 'done'),
    usedRatio: (limit - left) / limit,
    remainingS: left / 1000 + 0,
    overdueS: Math.max(0, -left) / 1000,
    overdue
  }
}

/**
 * The instants of a running timer's reminders, earliest first; none while it is paused or once it is over. They are
 * counted back from the deadline, so those still to come are exact, also after pauses and extensions; of one that was
 * passed before a pause only the fact that it is past is true.
 */
export function reminders(timer: Timer, cal: CompiledCalendar, percents: readonly number[] = REMINDER_PERCENTS): Reminder[] {
  if (timer.status !== 'running') return []
  calendarFor(cal, timer.calendarId, timer.calendarVersion)
  const limit = toMs(timer.limitS)
  const end = Date.parse(timer.deadlineAt)
  return [...percents]
    .sort((a, b) => a - b)
    .map((percent) => {
      const unused = Math.round(limit * (1 - percent / 100))
      return { percent, at: new Date(unused === 0 ? end : addInKind(timer.limit.kind, end, -unused, cal)) }
    })
}

/** The highest reminder percent that a timer has reached at `now`; 0 when none. A sweep sends what it has not sent yet. */
export function reminderLevel(
  timer: Timer,
  now: Date,
  cal: CompiledCalendar,
  percents: readonly number[] = REMINDER_PERCENTS
): number {
  const left = leftMs(timer, epoch(now), cal)
  const limit = toMs(timer.limitS)
  return Math.max(0, ...percents.filter((percent) => left <= Math.round(limit * (1 - percent / 100))))
}

/** The earliest reminder or deadline strictly after `now` among running timers: when the sweep must look again. */
export function nextWake(
  timers: Iterable<Timer>,
  now: Date,
  source: CalendarSource,
  percents: readonly number[] = REMINDER_PERCENTS
): Date | null {
  const after = epoch(now)
  let earliest = Number.POSITIVE_INFINITY
  for (const timer of timers) {
    if (timer.status !== 'running') continue
    const end = Date.parse(timer.deadlineAt)
    if (end <= after) continue
    earliest = Math.min(earliest, end)
    const cal = calendarFor(source, timer.calendarId, timer.calendarVersion)
    for (const { at } of reminders(timer, cal, percents)) if (at.getTime() > after) earliest = Math.min(earliest, at.getTime())
  }
  return earliest === Number.POSITIVE_INFINITY ? null : new Date(earliest)
}
