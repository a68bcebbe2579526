import type { CaseStatus, ClockEffect, ClockStage, Limit } from '@chengyun/contract/cases'
import {
  type CalendarSource,
  type CompiledCalendar,
  calendarFor,
  cancelTimer,
  deadline,
  extendTimer,
  finishTimer,
  nextWake,
  pauseTimer,
  reminders,
  restartTimer,
  resumeTimer,
  SOON_RATIO,
  startTimer,
  type Timer
} from '@chengyun/contract/clock'

export type Clocks = Partial<Record<ClockStage, Timer>>

export interface ClockInput {
  now: Date
  /** The edition new clocks are started with, and the book that finds the frozen editions of running ones. */
  current: CompiledCalendar
  book: CalendarSource
  stageLimits: Readonly<Record<Exclude<ClockStage, 'handle'>, Limit>>
  /** From the registering condition; null until there is one. */
  handleLimit: Limit | null
  /** Dispatch to the unit that had it before resumes its clock, another unit starts anew (§2.12 row 11). */
  sameUnit: boolean
  reworkMode: 'fresh' | 'remaining'
}

const over = (t: Timer | undefined) => t === undefined || t.status === 'finished' || t.status === 'cancelled'

/** Run the clock effects of one operation, in order. Pure; throws ClockError where the table asks for the impossible. */
export function applyClocks(clocks: Clocks, effects: readonly ClockEffect[], input: ClockInput): Clocks {
  let out = { ...clocks }
  for (const effect of effects) out = applyOne(out, effect, input)
  return out
}

function applyOne(clocks: Clocks, effect: ClockEffect, input: ClockInput): Clocks {
  const { now, book } = input
  const calOf = (t: Timer) => calendarFor(book, t.calendarId, t.calendarVersion)
  if (effect === 'cancel:all') {
    return Object.fromEntries(
      Object.entries(clocks).map(([stage, t]) => [
        stage,
        over(t) ? t : stage === 'close' || stage === 'check' ? finishTimer(t, now, calOf(t)) : cancelTimer(t, now, calOf(t))
      ])
    )
  }
  const [verb, stage] = effect.split(':') as [string, ClockStage]
  const timer = clocks[stage]
  const next = step(verb, stage, timer, input, calOf)
  return next === undefined ? clocks : { ...clocks, [stage]: next }
}

function step(
  verb: string,
  stage: ClockStage,
  timer: Timer | undefined,
  input: ClockInput,
  calOf: (t: Timer) => CompiledCalendar
): Timer | undefined {
  const { now, current } = input
  switch (verb) {
    case 'start':
      if (timer?.status === 'paused') {
        if (stage !== 'handle' || input.sameUnit) return resumeTimer(timer, now, calOf(timer))
        return restartTimer(cancelTimer(timer, now, calOf(timer)), now, current, { limit: limitOf(stage, input) })
      }
      if (timer) return restartTimer(timer, now, current, { limit: limitOf(stage, input) })
      return startTimer({ stage, limit: limitOf(stage, input), at: now, now }, current)
    case 'restart':
      if (!timer) return startTimer({ stage, limit: limitOf(stage, input), at: now, now }, current)
      if (stage === 'handle' && input.reworkMode === 'remaining' && timer.status === 'finished' && !timer.overdue) {
        return restartTimer(timer, now, calOf(timer), { mode: 'remaining' })
      }
      return restartTimer(timer, now, current, { limit: limitOf(stage, input) })
    case 'stop':
      return over(timer) ? undefined : finishTimer(timer!, now, calOf(timer!))
    case 'pause':
      return timer?.status === 'running' ? pauseTimer(timer, now, calOf(timer)) : undefined
    case 'resume':
      if (timer?.status === 'paused') return resumeTimer(timer, now, calOf(timer))
      return timer === undefined ? startTimer({ stage, limit: limitOf(stage, input), at: now, now }, current) : undefined
    case 'extend':
      return over(timer) ? undefined : extendTimer(timer!, now, calOf(timer!))
  }
  throw new Error(`unknown clock effect ${verb}:${stage}`)
}

function limitOf(stage: ClockStage, input: ClockInput): Limit {
  if (stage !== 'handle') return input.stageLimits[stage]
  if (!input.handleLimit) throw new Error('a handle clock needs the limit of a condition')
  return input.handleLimit
}

const STAGE_FOR: Partial<Record<CaseStatus, ClockStage>> = {
  reported: 'accept',
  pending_verify: 'verify',
  pending_register: 'register',
  pending_dispatch: 'dispatch',
  returned: 'dispatch',
  pending_handle: 'handle',
  handling: 'handle',
  handle_finished: 'handle',
  suspended: 'handle',
  pending_check: 'check',
  checking: 'check',
  pending_close: 'close'
}

/** The clock that runs against whoever has the case now: what lists show and sort by. */
export function dueOf(
  status: CaseStatus,
  clocks: Clocks,
  book: CalendarSource
): { dueAt: string | null; soonAt: string | null; dueStage: ClockStage | null } {
  const stage = STAGE_FOR[status]
  const timer = stage && clocks[stage]
  if (!stage || timer?.status !== 'running') return { dueAt: null, soonAt: null, dueStage: stage && timer ? stage : null }
  const cal = calendarFor(book, timer.calendarId, timer.calendarVersion)
  const soon = reminders(timer, cal, [100 * (1 - SOON_RATIO)])[0]
  return { dueAt: timer.deadlineAt, soonAt: soon ? soon.at.toISOString() : null, dueStage: stage }
}

/**
 * When the whole case should be closed: the handling deadline (or, before dispatch, what it would be) and after it the limits of
 * checking and closing (§2.13.2, total = sum of the stages).
 */
export function totalDeadline(
  clocks: Clocks,
  registeredAt: string | null,
  handleLimit: Limit | null,
  input: Pick<ClockInput, 'current' | 'stageLimits'>
): string | null {
  if (!registeredAt || !handleLimit) return null
  const { current, stageLimits } = input
  const handled = clocks.handle
    ? new Date(clocks.handle.deadlineAt)
    : deadline(deadline(new Date(registeredAt), stageLimits.dispatch, current), handleLimit, current)
  return deadline(deadline(handled, stageLimits.check, current), stageLimits.close, current).toISOString()
}

/** The next instant the sweep has to look at this case: a reminder at 50/80/100 %, or the end of a suspension. */
export function wakeOf(clocks: Clocks, now: Date, book: CalendarSource, suspendUntil: string | undefined): string | null {
  return suspendUntil ?? nextWake(Object.values(clocks), now, book)?.toISOString() ?? null
}
