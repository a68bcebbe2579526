import { BUCKETS } from './compile.ts'
import { type Node, SIGNAL } from './program.ts'

// Sliding windows in twelfths: thirteen buckets in a ring, the present one and the twelve before it.

const WIDTHS = BUCKETS - 1

/** Move the ring on to the bucket of `t`, emptying what was passed over. `at` is the slot of the last bucket, `first` that of bucket 0. */
function advance(s: Float64Array, at: number, bucket: number, first: number, rings: number, empty: number): void {
  const last = s[at]!
  if (bucket === last) return
  const steps = bucket - last
  if (!(steps < BUCKETS)) s.fill(empty, first, first + rings * BUCKETS)
  else
    for (let b = last + 1; b <= bucket; b++) {
      const i = mod(b)
      for (let r = 0; r < rings; r++) s[first + r * BUCKETS + i] = empty
    }
  s[at] = bucket
}

const mod = (bucket: number): number => ((bucket % BUCKETS) + BUCKETS) % BUCKETS

/** How far the value has come within the window; see RateCondition. */
export function rateSignal(n: Node, s: Float64Array, b: number, t: number, v: number): number {
  const own = b + n.own
  const bucket = Math.floor(t / (n.windowMs / WIDTHS))
  const both = n.direction === 2
  advance(s, own, bucket, own + 1, both ? 2 : 1, Number.NaN)
  const i = own + 1 + mod(bucket)
  let change = 0
  if (n.direction !== 1) {
    if (!(s[i]! <= v)) s[i] = v
    let low = v
    for (let k = own + 1, end = own + 1 + BUCKETS; k < end; k++) if (s[k]! < low) low = s[k]!
    change = share(v - low, low, n.relative)
  }
  if (n.direction !== 0) {
    const first = both ? own + 1 + BUCKETS : own + 1
    const j = first + mod(bucket)
    if (!(s[j]! >= v)) s[j] = v
    let high = v
    for (let k = first, end = first + BUCKETS; k < end; k++) if (s[k]! > high) high = s[k]!
    const fall = share(high - v, high, n.relative)
    if (fall > change) change = fall
  }
  return change
}

/** A change as it is, or as a share of where it came from; from nothing it is endless. */
export function share(change: number, from: number, relative: boolean): number {
  if (!relative || change === 0) return change
  return from === 0 ? (change > 0 ? Infinity : -Infinity) : change / Math.abs(from)
}

const FIRST = 0
const LAST = 1
const PREVIOUS = 2
const ACC = 3
const COUNT = ACC + BUCKETS
/** Figures by their number, as `compile` gives them; 0 is the sum. */
const INCREASE = 1
export const MEAN = 2
const MAX = 3
const MIN = 4
export const COUNTED = 5

/** A figure over the last while; NaN until readings reach that far back. See TotalCondition. */
export function totalSignal(n: Node, s: Float64Array, b: number, t: number, v: number): number {
  const own = b + n.own
  const bucket = Math.floor(t / (n.windowMs / WIDTHS))
  // After a gap as long as the window nothing of it is left: it begins anew. A count goes on, silence is what it counts.
  if (n.mode !== COUNTED && !(bucket - s[own + LAST]! < BUCKETS)) s[own + FIRST] = t
  if (Number.isNaN(s[own + FIRST]!)) s[own + FIRST] = t
  advance(s, own + LAST, bucket, own + ACC, 2, Number.NaN)
  const i = own + ACC + mod(bucket)
  const j = own + COUNT + mod(bucket)
  s[j] = (s[j]! || 0) + 1
  s[i] = fold(n.mode, s[i]!, v, s[own + PREVIOUS]!)
  s[own + PREVIOUS] = v
  return figure(n, s, own, t)
}

/** One more reading in a figure. `acc` is NaN before the first. */
export function fold(mode: number, acc: number, v: number, previous: number): number {
  const none = Number.isNaN(acc)
  if (mode === MAX) return none || v > acc ? v : acc
  if (mode === MIN) return none || v < acc ? v : acc
  if (mode === COUNTED) return 0
  // A counter that falls was reset or replaced: what it had grown by in between is unknown.
  const add = mode === INCREASE ? (v >= previous ? v - previous : 0) : v
  return none ? add : acc + add
}

function figure(n: Node, s: Float64Array, own: number, t: number): number {
  if (t - s[own + FIRST]! < n.windowMs) return Number.NaN
  let acc = Number.NaN
  let count = 0
  for (let k = 0; k < BUCKETS; k++) {
    const c = s[own + COUNT + k]!
    if (Number.isNaN(c)) continue
    count += c
    const x = s[own + ACC + k]!
    if (n.mode === MAX) acc = acc > x ? acc : x
    else if (n.mode === MIN) acc = acc < x ? acc : x
    else acc = Number.isNaN(acc) ? x : acc + x
  }
  if (n.mode === COUNTED) return count
  if (count < n.count) return Number.NaN
  return n.mode === MEAN ? acc / count : acc
}

/** Begin to watch at `t`: a count of silence needs to know since when. */
export function startCount(n: Node, s: Float64Array, b: number, t: number): number {
  s[b + n.own + FIRST] = t
  return t + n.windowMs
}

/** A count, as time alone changes it. */
export function countAt(n: Node, s: Float64Array, b: number, t: number): number {
  const own = b + n.own
  const bucket = Math.floor(t / (n.windowMs / WIDTHS))
  if (!Number.isNaN(s[own + LAST]!)) advance(s, own + LAST, bucket, own + ACC, 2, Number.NaN)
  return figure(n, s, own, t)
}

/** When a count will have changed by itself: the next border of a bucket, while anything is counted or the first window is not over. */
export function nextCount(n: Node, s: Float64Array, b: number, t: number): number {
  const covered = s[b + n.own + FIRST]! + n.windowMs
  if (t < covered) return covered
  if (!(s[b + SIGNAL]! > 0)) return Infinity
  const width = n.windowMs / WIDTHS
  return (Math.floor(t / width) + 1) * width
}
