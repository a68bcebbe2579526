import { type CompiledCalendar, calendarFor } from './calendar.ts'
import { ClockError } from './errors.ts'
import { addInKind, elapsedInKind, epoch, isWorking, limitSeconds, toMs } from './limits.ts'
import type { Limit, RestartMode, Stage, Timer, TimerStatus } from './schemas.ts'

/**
 * Starts the clock of a stage. The calendar's version is frozen with it: later editions do not move the deadline.
 * @param start.now when given, a deadline that is not after it is refused (dispatch never sets a past deadline)
 * @throws ClockError CLOCK_LIMIT_INVALID, CLOCK_DEADLINE_PAST, CLOCK_TIME_INVALID, CLOCK_NO_WORKING_TIME
 */
export function startTimer(start: { stage: Stage; limit: Limit; at: Date; now?: Date }, cal: CompiledCalendar): Timer {
  const at = epoch(start.at)
  const limitS = limitSeconds(start.limit, cal)
  const deadlineAt = addInKind(start.limit.kind, at, toMs(limitS), cal)
  if (start.now && deadlineAt <= epoch(start.now)) {
    throw new ClockError('CLOCK_DEADLINE_PAST', { deadlineAt: iso(deadlineAt) })
  }
  return {
    stage: start.stage,
    limit: start.limit,
    limitS,
    calendarId: cal.id,
    calendarVersion: cal.version,
    startAt: iso(at),
    deadlineAt: iso(deadlineAt),
    status: 'running',
    changedAt: iso(at),
    pausedAt: null,
    remainingS: null,
    pausedS: 0,
    finishedAt: null,
    usedS: null,
    overdue: false,
    overdueS: 0,
    extensions: 0,
    restarts: 0
  }
}

/** Stops the clock for a while, keeping what is left in its own kind; negative when already late, and it stays late. */
export function pauseTimer(timer: Timer, at: Date, cal: CompiledCalendar): Timer {
  const now = begin(timer, 'pause', ['running'], at, cal)
  return { ...timer, ...standing(timer, now, cal), status: 'paused', changedAt: iso(now), pausedAt: iso(now) }
}

/**
 * Lets a paused clock run on: the deadline moves by the time of the pause in the timer's own kind, which leaves exactly
 * `remainingS`. A pause without working time (a night) leaves the deadline of a working limit where it was.
 */
export function resumeTimer(timer: Timer, at: Date, cal: CompiledCalendar): Timer {
  return runOn(timer, begin(timer, 'resume', ['paused'], at, cal), cal)
}

/**
 * Adds a limit — the original one unless `by` says otherwise — to the current deadline, also of a paused clock.
 * @throws ClockError CLOCK_LIMIT_KIND_MIXED when `by` counts other seconds than the timer
 */
export function extendTimer(timer: Timer, at: Date, cal: CompiledCalendar, by: Limit = timer.limit): Timer {
  const now = begin(timer, 'extend', ['running', 'paused'], at, cal)
  if (isWorking(by.kind) !== isWorking(timer.limit.kind)) {
    throw new ClockError('CLOCK_LIMIT_KIND_MIXED', { expected: timer.limit.kind, given: by.kind })
  }
  const addedS = limitSeconds(by, cal)
  const extended: Timer = {
    ...timer,
    limitS: (toMs(timer.limitS) + toMs(addedS)) / 1000,
    deadlineAt: iso(addInKind(by.kind, Date.parse(timer.deadlineAt), toMs(addedS), cal)),
    changedAt: iso(now),
    overdue: false,
    overdueS: 0,
    extensions: timer.extensions + 1
  }
  const state = standing(extended, timer.pausedAt ? Date.parse(timer.pausedAt) : now, cal)
  return { ...extended, ...state, remainingS: timer.status === 'paused' ? state.remainingS : null }
}

/** Ends the clock, late or in time. A paused clock ends with what it had used when it was paused. */
export function finishTimer(timer: Timer, at: Date, cal: CompiledCalendar): Timer {
  return stop(timer, 'finished', begin(timer, 'finish', ['running', 'paused'], at, cal), cal)
}

/** Ends the clock of work that will not be done (case cancelled, handed to another unit). Statistics leave it out. */
export function cancelTimer(timer: Timer, at: Date, cal: CompiledCalendar): Timer {
  return stop(timer, 'cancelled', begin(timer, 'cancel', ['running', 'paused'], at, cal), cal)
}

/**
 * Runs a stage again (rework, another unit, reopening). `fresh`: a whole limit — the original or `limit` — from `at`,
 * on the calendar given. `remaining`: a finished timer goes on with what it had left, its deadline moved by the gap.
 * @throws ClockError CLOCK_STATE_REFUSED for `remaining` on a timer that is not finished
 */
export function restartTimer(
  timer: Timer,
  at: Date,
  cal: CompiledCalendar,
  { mode = 'fresh', limit = timer.limit }: { mode?: RestartMode; limit?: Limit } = {}
): Timer {
  const restarts = timer.restarts + 1
  if (mode === 'remaining') {
    const now = begin(timer, 'restart', ['finished'], at, cal)
    return { ...runOn(timer, now, cal), restarts }
  }
  inOrder(timer, at)
  return { ...startTimer({ stage: timer.stage, limit, at }, cal), restarts }
}

/** Milliseconds left at an instant in the timer's own kind, negative once late; a paused or ended clock stands still. */
export function leftMs(timer: Timer, now: number, cal: CompiledCalendar): number {
  if (timer.remainingS !== null) return toMs(timer.remainingS)
  calendarFor(cal, timer.calendarId, timer.calendarVersion)
  const at = Math.max(now, Date.parse(timer.changedAt))
  return elapsedInKind(timer.limit.kind, at, Date.parse(timer.deadlineAt), cal)
}

/** Is the timer late at an instant? Late begins right after the deadline, and a pause does not heal it. */
export function isOverdue(timer: Timer, now: number): boolean {
  return timer.overdue || (timer.status === 'running' && now > Date.parse(timer.deadlineAt))
}

function stop(timer: Timer, status: 'finished' | 'cancelled', now: number, cal: CompiledCalendar): Timer {
  const stoodAt = timer.pausedAt ? Date.parse(timer.pausedAt) : now
  const state = standing(timer, stoodAt, cal)
  return {
    ...timer,
    ...state,
    status,
    changedAt: iso(now),
    finishedAt: iso(now),
    pausedS: (toMs(timer.pausedS) + (now - stoodAt)) / 1000,
    usedS: (toMs(timer.limitS) - toMs(state.remainingS)) / 1000
  }
}

/** What is left and how late the clock is when it stands at `at`. */
function standing(timer: Timer, at: number, cal: CompiledCalendar) {
  const end = Date.parse(timer.deadlineAt)
  const left = elapsedInKind(timer.limit.kind, at, end, cal)
  // `+ 0` because JSON does not know −0.
  return { remainingS: left / 1000 + 0, overdue: timer.overdue || at > end, overdueS: Math.max(0, -left) / 1000 }
}

function runOn(timer: Timer, now: number, cal: CompiledCalendar): Timer {
  // One that ended while paused stood since the pause, but has counted that pause up to its end.
  const stoodSince = Date.parse(timer.pausedAt ?? timer.finishedAt!)
  const countedTo = Date.parse(timer.finishedAt ?? timer.pausedAt!)
  const gap = elapsedInKind(timer.limit.kind, stoodSince, now, cal)
  const end = Date.parse(timer.deadlineAt)
  const moved = gap === 0 ? end : addInKind(timer.limit.kind, end, gap, cal)
  return {
    ...timer,
    // Stopped at the very last moment, in time: nothing is left, but it is not late before it runs again.
    deadlineAt: iso(timer.overdue ? moved : Math.max(moved, now)),
    status: 'running',
    changedAt: iso(now),
    pausedAt: null,
    remainingS: null,
    pausedS: (toMs(timer.pausedS) + (now - countedTo)) / 1000,
    finishedAt: null,
    usedS: null
  }
}

function begin(timer: Timer, operation: string, allowed: readonly TimerStatus[], at: Date, cal: CompiledCalendar): number {
  if (!allowed.includes(timer.status)) throw new ClockError('CLOCK_STATE_REFUSED', { operation, status: timer.status })
  calendarFor(cal, timer.calendarId, timer.calendarVersion)
  return inOrder(timer, at)
}

function inOrder(timer: Timer, at: Date): number {
  const now = epoch(at)
  if (now < Date.parse(timer.changedAt)) {
    throw new ClockError('CLOCK_TIME_BACKWARDS', { at: iso(now), last: timer.changedAt })
  }
  return now
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
