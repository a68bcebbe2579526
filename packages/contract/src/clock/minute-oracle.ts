import type { Limit, LimitKind, TimerEvent, WorkCalendar } from './schemas.ts'

/**
 * The slow, obvious way to run a clock: minute by minute, asking Intl for the wall time and the calendar's own words
 * whether that minute works. Shares no code with the engine that it judges.
 */
export class MinuteOracle {
  readonly #calendar: WorkCalendar
  readonly #kind: LimitKind

  constructor(calendar: WorkCalendar, kind: LimitKind) {
    this.#calendar = calendar
    this.#kind = kind
  }

  /** Does the minute that begins at `minute` (minutes since the epoch) count? */
  counts(minute: number): boolean {
    if (this.#kind !== 'work_hour' && this.#kind !== 'work_day') return true
    const { date, weekday, time } = wallClock(this.#calendar.timeZone, minute)
    const override = this.#calendar.days[date]
    if (override === 'holiday') return false
    let slots = this.#calendar.weekly[weekday]
    if (slots.length === 0) {
      if (override !== 'workday') return false
      const { mon, tue, wed, thu, fri, sat, sun } = this.#calendar.weekly
      slots = [mon, tue, wed, thu, fri, sat, sun].find((day) => day.length > 0) ?? []
    }
    for (const season of this.#calendar.seasons ?? []) {
      const today = date.slice(5)
      const inside =
        season.from <= season.to ? today >= season.from && today <= season.to : today >= season.from || today <= season.to
      if (inside) slots = season.slots
    }
    return slots.some(([from, to]) => from <= time && time < to)
  }

  /** Counting minutes in `[from, to)`. */
  between(from: number, to: number): number {
    let n = 0
    for (let minute = from; minute < to; minute++) if (this.counts(minute)) n++
    return n
  }

  /** The first minute by which `n` > 0 counting minutes have passed. */
  forward(from: number, n: number): number {
    let minute = from
    for (let left = n; left > 0; minute++) if (this.counts(minute)) left--
    return minute
  }

  /** The first minute from which exactly `n` counting minutes lead to `to`. */
  back(to: number, n: number): number {
    let minute = to
    for (let left = n; left > 0 || !this.counts(minute - 1); minute--) if (this.counts(minute - 1)) left--
    return minute
  }

  minutes(limit: Limit): number {
    const unit = { urgent_minute: 1, urgent_hour: 60, urgent_day: 1440, natural_day: 1440, work_hour: 60 }
    return limit.value * (limit.kind === 'work_day' ? this.#calendar.hoursPerDay * 60 : unit[limit.kind])
  }
}

/** A timer as the oracle sees it; all in minutes. */
export interface OracleTimer {
  status: 'running' | 'paused' | 'finished' | 'cancelled'
  deadline: number
  left: number
  used: number
  paused: number
  late: boolean
}

/** Runs events through the oracle, one minute at a time. */
export function runOracle(events: readonly TimerEvent[], calendar: WorkCalendar): OracleTimer {
  const [first] = events
  if (first?.type !== 'start') throw new Error('begin with start')
  const oracle = new MinuteOracle(calendar, first.limit.kind)
  const limit = oracle.minutes(first.limit)
  const minuteOf = (event: TimerEvent) => Date.parse(event.at) / 60_000
  let now = minuteOf(first)
  let stoodSince = 0
  const t: OracleTimer = { status: 'running', deadline: oracle.forward(now, limit), left: limit, used: 0, paused: 0, late: false }
  for (const event of events.slice(1)) {
    for (const at = minuteOf(event); now < at; now++) {
      if (t.status === 'paused') t.paused++
      if (t.status !== 'running' || !oracle.counts(now)) continue
      t.left--
      t.used++
    }
    if (t.status === 'running' && now > t.deadline) t.late = true
    if (event.type === 'pause') {
      t.status = 'paused'
      stoodSince = now
    } else if (event.type === 'resume') {
      t.status = 'running'
      if (oracle.between(stoodSince, now) > 0) t.deadline = t.left > 0 ? oracle.forward(now, t.left) : oracle.back(now, -t.left)
      if (!t.late && t.deadline < now) t.deadline = now
    } else if (event.type === 'extend') {
      t.left += limit
      t.deadline = oracle.forward(t.deadline, limit)
      t.late = (t.status === 'paused' ? stoodSince : now) > t.deadline
    } else if (event.type === 'finish') t.status = 'finished'
    else if (event.type === 'cancel') t.status = 'cancelled'
    else throw new Error(`the oracle does not know ${event.type}`)
  }
  return t
}

type Wall = { date: string; weekday: keyof WorkCalendar['weekly']; time: string }
const zones = new Map<string, { format: Intl.DateTimeFormat; walls: Map<number, Wall> }>()

function wallClock(timeZone: string, minute: number): Wall {
  let zone = zones.get(timeZone)
  if (!zone) {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' })
    zone = { format, walls: new Map() }
    zones.set(timeZone, zone)
  }
  let wall = zone.walls.get(minute)
  if (!wall) {
    const [date = '', time = ''] = zone.format.format(minute * 60_000).split(', ')
    const weekday = (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[new Date(`${date}T12:00:00Z`).getUTCDay()]!
    wall = { date, weekday, time }
    zone.walls.set(minute, wall)
  }
  return wall
}
