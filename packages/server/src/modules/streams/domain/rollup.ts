/** Sums of readings by minute, hour and day, folded from batches: what they add to the rows that are there. */
import type { ReadingBatch } from '@chengyun/contract/streams'

/** What a span of one stream adds. */
export interface Rollup {
  stream: number
  /** Begin of the span, epoch ms. */
  at: number
  count: number
  min: number
  max: number
  sum: number
  last: number
  lastAt: number
}

export type Level = 'minute' | 'hour' | 'day'
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** Qualities that are no measurement: outOfRange, maintenance, fault, calibration. */
const LEFT_OUT = new Set([2, 4, 5, 6])
export const countsIn = (quality: number): boolean => !LEFT_OUT.has(quality)

export interface RollupRules {
  /** Numbers only: places and words have no mean. */
  isSummed(stream: number): boolean
  /** Speaks more often than once a minute. */
  isFast(stream: number): boolean
  /** Begin of the day of the city's wall clock, epoch ms, for the hour (UTC) that begins at `hour`. */
  dayOf(hour: number): number
}

export class Rollups {
  readonly minute = new Map<number, Map<number, Rollup>>()
  readonly hour = new Map<number, Map<number, Rollup>>()
  readonly day = new Map<number, Map<number, Rollup>>()
  /** Rows that would be written. */
  size = 0
  readonly #rules: RollupRules
  readonly #days = new Map<number, number>()

  constructor(rules: RollupRules) {
    this.#rules = rules
  }

  take(r: ReadingBatch): void {
    for (let i = 0; i < r.length; i++) {
      const value = r.values[i]!
      const stream = r.streams[i]!
      if (Number.isNaN(value) || !countsIn(r.quality[i]!) || !this.#rules.isSummed(stream)) continue
      const at = r.at[i]!
      const hour = at - (((at % HOUR_MS) + HOUR_MS) % HOUR_MS)
      this.#add(this.hour, stream, hour, value, at)
      this.#add(this.day, stream, this.#dayOf(hour), value, at)
      if (this.#rules.isFast(stream)) this.#add(this.minute, stream, Math.floor(at / MINUTE_MS) * MINUTE_MS, value, at)
    }
  }

  #dayOf(hour: number): number {
    let day = this.#days.get(hour)
    if (day === undefined) {
      day = this.#rules.dayOf(hour)
      if (this.#days.size > 10_000) this.#days.clear()
      this.#days.set(hour, day)
    }
    return day
  }

  #add(level: Map<number, Map<number, Rollup>>, stream: number, span: number, value: number, at: number): void {
    let rows = level.get(span)
    if (!rows) {
      rows = new Map()
      level.set(span, rows)
    }
    const row = rows.get(stream)
    if (!row) {
      rows.set(stream, { stream, at: span, count: 1, min: value, max: value, sum: value, last: value, lastAt: at })
      this.size += 1
      return
    }
    row.count += 1
    row.sum += value
    if (value < row.min) row.min = value
    if (value > row.max) row.max = value
    if (at >= row.lastAt) {
      row.last = value
      row.lastAt = at
    }
  }

  *rows(level: Level): Generator<Rollup> {
    for (const rows of this[level].values()) yield* rows.values()
  }

  clear(): void {
    this.minute.clear()
    this.hour.clear()
    this.day.clear()
    this.size = 0
  }
}
