import type { Areas } from './areas.ts'
import { baselineSignal } from './baseline.ts'
import { addDaily, dailyDue, dailyOver, dailySignal } from './daily.ts'
import { DUE, INPUT_SLOTS, type Node, type Program } from './program.ts'
import { rateSignal, share, totalSignal } from './windows.ts'

/** The reading being folded; one for all, so that the hot path allocates nothing. */
export interface Folded {
  input: number
  /** Instant it is judged at: its own, or what was judged already if that is later. */
  t: number
  v: number
  v2: number
  quality: number
  /** It breaks silence. */
  heard: boolean
  areas: Areas | null
}

const OUT_OF_RANGE = 2

/** The signal a reading gives a node; undefined where nothing is to be judged now, NaN where it is not known. */
export function signalOf(p: Program, n: Node, s: Float64Array, o: number, r: Folded): number | undefined {
  const accepted = !Number.isNaN(r.v) && ((n.accept >> r.quality) & 1) === 1
  if (n.kind === 'difference' || n.kind === 'setPoint')
    return r.input === n.input && !accepted ? undefined : deviation(n, s, o, r.t)
  if (r.input !== n.input || !accepted) return undefined
  const b = o + n.at
  switch (n.kind) {
    case 'threshold':
      return r.v
    case 'rate':
      return rateSignal(n, s, b, r.t, r.v)
    case 'stuck':
      return stuck(n, s, b + n.own, r.t, r.v)
    case 'range':
      return outOfRange(n, s, o, r) ? 1 : 0
    case 'total':
      return n.from >= 0 ? daily(p, n, s, b, r.t, r.v) : totalSignal(n, s, b, r.t, r.v)
    case 'geofence':
      return r.areas === null ? Number.NaN : fence(n, s, b + n.own, n.direction * r.areas.depth(r.v, r.v2))
    case 'baseline':
      return baselineSignal(n, s, b, p.clock, r.t, r.v, freshValue(s, o, n.other, r.t, n.otherFreshMs))
    default:
      return undefined
  }
}

/** The last value of an input, NaN when there is none or it is too old. */
export function freshValue(s: Float64Array, o: number, input: number, t: number, freshMs: number): number {
  if (input < 0) return Number.NaN
  const slot = o + input * INPUT_SLOTS
  return t - s[slot]! <= freshMs ? s[slot + 1]! : Number.NaN
}

function deviation(n: Node, s: Float64Array, o: number, t: number): number {
  // Without another stream the set point cannot be out of date, and the value is the reading's own.
  const value = n.other < 0 ? s[o + n.input * INPUT_SLOTS + 1]! : freshValue(s, o, n.input, t, n.otherFreshMs)
  const target = targetOf(n, s, o, t)
  const d = share(value - target, target, n.relative)
  return n.absolute ? Math.abs(d) : d
}

function targetOf(n: Node, s: Float64Array, o: number, t: number): number {
  if (n.param >= 0) return s[o + n.param]!
  if (n.other < 0) return n.limit
  const x = freshValue(s, o, n.other, t, n.otherFreshMs)
  return n.curveX.length === 0 ? x : onCurve(n.curveX, n.curveY, x)
}

/** Straight between the points, level beyond them. */
export function onCurve(xs: Float64Array, ys: Float64Array, x: number): number {
  if (Number.isNaN(x)) return x
  const last = xs.length - 1
  if (x <= xs[0]!) return ys[0]!
  if (x >= xs[last]!) return ys[last]!
  let i = 1
  while (xs[i]! < x) i++
  return ys[i - 1]! + ((ys[i]! - ys[i - 1]!) * (x - xs[i - 1]!)) / (xs[i]! - xs[i - 1]!)
}

/** Seconds for which readings have not differed; 0 until there are enough of them. Slots: value, since when, readings. */
function stuck(n: Node, s: Float64Array, own: number, t: number, v: number): number {
  const same = Math.abs(v - s[own]!) <= n.limit
  let excepted = false
  for (const e of n.except) if (Math.abs(v - e) <= n.limit) excepted = true
  if (same && !excepted) s[own + 2] = s[own + 2]! + 1
  else {
    s[own] = excepted ? Number.NaN : v
    s[own + 1] = t
    s[own + 2] = 1
  }
  return s[own + 2]! >= n.count ? (t - s[own + 1]!) / 1000 : 0
}

function outOfRange(n: Node, s: Float64Array, o: number, r: Folded): boolean {
  const low = n.param < 0 ? n.from : s[o + n.param]!
  const high = n.param < 0 ? n.to : s[o + n.param + 1]!
  return r.quality === OUT_OF_RANGE || r.v < low || r.v > high
}

/** Metres on the wrong side of the edge. One point alone says nothing where more in a row are asked for. */
function fence(n: Node, s: Float64Array, own: number, beyond: number): number {
  const run = s[own] || 0
  if (beyond > 0) s[own] = run > 0 ? run + 1 : 1
  else if (beyond < -n.hysteresis) s[own] = run < 0 ? run - 1 : -1
  else s[own] = 0
  return s[own] !== 0 && Math.abs(s[own]!) < n.count ? Number.NaN : beyond
}

function daily(p: Program, n: Node, s: Float64Array, b: number, t: number, v: number): number | undefined {
  const signal = dailyOver(n, s, b, p.clock, t) ? dailySignal(n, s, b) : undefined
  addDaily(n, s, b, p.clock, t, v)
  if (signal === undefined) s[b + DUE] = Math.min(s[b + DUE]!, dailyDue(n, s, b, p.clock))
  return signal
}
