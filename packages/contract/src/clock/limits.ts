import type { CompiledCalendar, WorkingYear } from './calendar.ts'
import { ClockError } from './errors.ts'
import { LIMIT_KINDS, type Limit, type LimitKind } from './schemas.ts'

/** Does the kind stand still outside working time? */
export function isWorking(kind: LimitKind): boolean {
  return LIMIT_KINDS[kind].working
}

/**
 * A limit in seconds of its own kind, to the millisecond: `work_day` is `hoursPerDay` working hours.
 * @throws ClockError CLOCK_LIMIT_INVALID
 */
export function limitSeconds(limit: Limit, cal: CompiledCalendar): number {
  const unit = LIMIT_KINDS[limit.kind]?.seconds
  const seconds = Math.round(limit.value * (unit ?? cal.hoursPerDay * 3600) * 1000) / 1000
  if (unit === undefined || !(seconds > 0 && Number.isFinite(seconds))) {
    throw new ClockError('CLOCK_LIMIT_INVALID', { value: `${limit.value} ${limit.kind}` })
  }
  return seconds
}

/**
 * When a limit that starts at `start` is used up (standards §2.13.3). Working limits that start outside working time
 * start at the next slot; one that ends exactly with a slot ends there, not at the next slot's start.
 * @throws ClockError CLOCK_LIMIT_INVALID, CLOCK_TIME_INVALID, CLOCK_NO_WORKING_TIME
 */
export function deadline(start: Date, limit: Limit, cal: CompiledCalendar): Date {
  return new Date(addInKind(limit.kind, epoch(start), toMs(limitSeconds(limit, cal)), cal))
}

/**
 * The earliest instant by which `seconds` of working time have passed since `start`; negative seconds count back.
 * Zero aligns `start` forward to working time.
 */
export function addWorkingSeconds(start: Date, seconds: number, cal: CompiledCalendar): Date {
  return new Date(addWorkingMs(epoch(start), toMs(seconds), cal))
}

/** Working seconds from `a` to `b`; negative when `b` is earlier. */
export function workingSecondsBetween(a: Date, b: Date, cal: CompiledCalendar): number {
  return workingMsBetween(epoch(a), epoch(b), cal) / 1000
}

/** Seconds from `a` to `b` in the limit's own kind; negative when `b` is earlier. */
export function elapsed(kind: LimitKind, a: Date, b: Date, cal: CompiledCalendar): number {
  return elapsedInKind(kind, epoch(a), epoch(b), cal) / 1000
}

/** Is the city at work at this instant? */
export function isWorkingTime(at: Date, cal: CompiledCalendar): boolean {
  const ms = epoch(at)
  const year = cal.year(at.getUTCFullYear())
  const i = slotAfter(year.ends, ms)
  return i < year.ends.length && year.starts[i]! <= ms
}

/** {@link elapsed} in milliseconds since the epoch and milliseconds. */
export function elapsedInKind(kind: LimitKind, a: number, b: number, cal: CompiledCalendar): number {
  return isWorking(kind) ? workingMsBetween(a, b, cal) : b - a
}

/** `ms` after (or, when negative, before) an instant in the limit's own kind. */
export function addInKind(kind: LimitKind, start: number, ms: number, cal: CompiledCalendar): number {
  return isWorking(kind) ? addWorkingMs(start, ms, cal) : start + ms
}

/** @throws ClockError CLOCK_TIME_INVALID */
export function epoch(at: Date): number {
  const ms = at.getTime()
  if (Number.isNaN(ms)) throw new ClockError('CLOCK_TIME_INVALID')
  return ms
}

/** Seconds that were computed from whole milliseconds come back as exactly those. */
export function toMs(seconds: number): number {
  return Math.round(seconds * 1000)
}

function workingMsBetween(a: number, b: number, cal: CompiledCalendar): number {
  const from = yearOf(a)
  const to = yearOf(b)
  let sum = workedBy(cal.year(to), b) - workedBy(cal.year(from), a)
  for (let year = from; year < to; year++) sum += cal.year(year).total
  for (let year = to; year < from; year++) sum -= cal.year(year).total
  return sum
}

function addWorkingMs(start: number, ms: number, cal: CompiledCalendar): number {
  let number = yearOf(start)
  let year = cal.year(number)
  if (ms === 0) {
    let i = slotAfter(year.ends, start)
    while (i >= year.ends.length) {
      year = cal.year(++number)
      i = 0
    }
    return Math.max(start, year.starts[i]!)
  }
  // Count from the start of the year; the wanted slot is the first that reaches the count.
  let wanted = workedBy(year, start) + ms
  while (wanted > year.total) {
    wanted -= year.total
    year = cal.year(++number)
  }
  while (wanted <= 0) {
    year = cal.year(--number)
    wanted += year.total
  }
  let low = 0
  let high = year.before.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (year.before[middle]! < wanted) low = middle
    else high = middle - 1
  }
  return year.starts[low]! + wanted - year.before[low]!
}

/** Working milliseconds of the year up to `at`. */
function workedBy(year: WorkingYear, at: number): number {
  const i = slotAfter(year.ends, at)
  if (i >= year.ends.length) return year.total
  return year.before[i]! + Math.max(0, at - year.starts[i]!)
}

/** Index of the first slot that ends after `at`. */
function slotAfter(ends: Float64Array, at: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ends[middle]! <= at) low = middle + 1
    else high = middle
  }
  return low
}

function yearOf(ms: number): number {
  return new Date(ms).getUTCFullYear()
}
