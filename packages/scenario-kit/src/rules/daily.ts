import type { Node } from './program.ts'
import type { WallClock } from './wall-clock.ts'
import { COUNTED, fold, MEAN } from './windows.ts'

// Figures over some hours of each day, judged when the hours are over; see TotalCondition `between`.

const DAY = 86_400_000
/** Readings of the last minutes may come a little later than the hours end. */
const GRACE = 300_000
const WINDOW = 0
const ACC = 1
const COUNT = 2
const PREVIOUS = 3
const KEPT = 4
const DAYS = 5

/** The day whose hours an instant lies in (local days since 1970), NaN outside them. */
function windowOf(n: Node, clock: WallClock, t: number): number {
  const local = t + clock(t)
  const day = Math.floor(local / DAY)
  const minute = (local - day * DAY) / 60_000
  if (n.from < n.to) return minute >= n.from && minute < n.to ? day : Number.NaN
  return minute >= n.from ? day : minute < n.to ? day - 1 : Number.NaN
}

/** When the hours of a day end. */
function endOf(n: Node, clock: WallClock, day: number): number {
  const local = day * DAY + n.to * 60_000 + (n.from < n.to ? 0 : DAY)
  return local - clock(local - clock(local))
}

/** When the hours being added up are to be judged, Infinity where there are none. */
export function dailyDue(n: Node, s: Float64Array, b: number, clock: WallClock): number {
  const day = s[b + n.own + WINDOW]!
  return Number.isNaN(day) ? Infinity : endOf(n, clock, day) + GRACE
}

/** Whether a reading at `t` ends the hours being added up. */
export function dailyOver(n: Node, s: Float64Array, b: number, clock: WallClock, t: number): boolean {
  const day = s[b + n.own + WINDOW]!
  return !Number.isNaN(day) && t >= endOf(n, clock, day)
}

/** Judge the hours that are over and forget them: the figure, or its ratio to the median of the days before. */
export function dailySignal(n: Node, s: Float64Array, b: number): number {
  const own = b + n.own
  const count = s[own + COUNT]!
  const acc = s[own + ACC]!
  s[own + WINDOW] = Number.NaN
  s[own + ACC] = Number.NaN
  s[own + COUNT] = 0
  if (count < n.count) return Number.NaN
  const total = n.mode === MEAN ? acc / count : n.mode === COUNTED ? count : acc
  if (n.cells === 0) return total
  const kept = s[own + KEPT] || 0
  const days = s.subarray(own + DAYS, own + DAYS + Math.min(kept, n.cells))
  const usual = kept >= Math.ceil(n.cells / 2) ? median(days) : Number.NaN
  s[own + DAYS + (kept % n.cells)] = total
  s[own + KEPT] = kept + 1
  return total / usual
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** Add a reading to the hours it lies in, if any. */
export function addDaily(n: Node, s: Float64Array, b: number, clock: WallClock, t: number, v: number): void {
  const own = b + n.own
  const day = windowOf(n, clock, t)
  if (!Number.isNaN(day)) {
    s[own + WINDOW] = day
    s[own + ACC] = fold(n.mode, s[own + ACC]!, v, s[own + PREVIOUS]!)
    s[own + COUNT] = (s[own + COUNT] || 0) + 1
  }
  s[own + PREVIOUS] = v
}
