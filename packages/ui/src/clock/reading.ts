import { durationPhrase, type Phrase } from '../format.ts'

/** What a clock says; shape and word carry it as well as colour. */
export type LampState = 'ok' | 'soon' | 'late' | 'paused' | 'done'

/** The server's reading of a clock at `asOf`; seconds are of the limit's own kind (working seconds for work limits). */
export interface ClockFacts {
  deadlineAt: string | null
  startAt: string
  limit: { kind: string; value: number } | null
  lamp: LampState
  usedRatio: number
  remainingS: number
  overdueS: number
  asOf: string
}

/** What to draw now. */
export interface ClockReading {
  lamp: LampState
  ratio: number
  seconds: number
  late: boolean
}

const WORKING = new Set(['work_hour', 'work_day'])

/** Share of the limit still left at which the lamp turns from green to yellow (GB/T practice: a quarter). */
const SOON_LEFT = 0.25

/**
 * Carries the server's reading forward to `now` without asking again. Continuous limits count down to the deadline;
 * limits in working time keep the server's remaining figure until the deadline passes, since only the server has the calendar.
 */
export function readClock(clock: ClockFacts, now: Date): ClockReading {
  if (clock.lamp === 'done' || clock.lamp === 'paused' || !clock.deadlineAt) {
    const late = clock.overdueS > 0
    return { lamp: clock.lamp, ratio: Math.min(1, clock.usedRatio), seconds: late ? clock.overdueS : clock.remainingS, late }
  }
  const deadline = Date.parse(clock.deadlineAt)
  const working = WORKING.has(clock.limit?.kind ?? '')
  const sinceS = Math.max(0, (now.getTime() - Date.parse(clock.asOf)) / 1000)
  if (now.getTime() >= deadline) {
    const overdue = working && clock.overdueS > 0 ? clock.overdueS + sinceS : (now.getTime() - deadline) / 1000
    return { lamp: 'late', ratio: 1, seconds: overdue, late: true }
  }
  const wallLeft = (deadline - now.getTime()) / 1000
  const left = working ? Math.min(clock.remainingS, wallLeft) : wallLeft
  const total = clock.usedRatio < 1 && clock.remainingS > 0 ? clock.remainingS / (1 - clock.usedRatio) : left
  const ratio = total > 0 ? Math.min(1, Math.max(0, 1 - left / total)) : 1
  return { lamp: 1 - ratio <= SOON_LEFT ? 'soon' : 'ok', ratio, seconds: left, late: false }
}

const HOUR_S = 3600

/**
 * Seconds of a clock in words of its own kind: working time is said as working days or hours, for forty working hours are no day and
 * sixteen hours. How long a working day is follows from the limit itself.
 */
export function clockPhrase(clock: ClockFacts, seconds: number): Phrase {
  const { limit } = clock
  if (!limit || !WORKING.has(limit.kind) || seconds < HOUR_S) return durationPhrase(seconds)
  const total = clock.usedRatio < 1 ? clock.remainingS / (1 - clock.usedRatio) : 0
  const dayS = limit.kind === 'work_day' ? total / limit.value : 0
  if (dayS > 0 && seconds >= dayS) return { key: 'duration.workday', values: { d: rounded(seconds / dayS) } }
  return { key: 'duration.workHour', values: { h: rounded(seconds / HOUR_S) } }
}

/** One decimal, downwards: a clock never promises more than is left. */
const rounded = (value: number): number => Math.floor(value * 10 + 1e-6) / 10
