import type { Areas } from './areas.ts'
import { dailyDue, dailySignal } from './daily.ts'
import { clear, judge, rest, settle } from './ladder.ts'
import {
  CALM,
  CLEAR,
  DUE,
  INPUT_SLOTS,
  LAG,
  LATE,
  LEVEL,
  NONE,
  type Node,
  type Outcome,
  type Program,
  RAISE,
  RUNGS,
  SEEN,
  SIGNAL
} from './program.ts'
import { type Folded, signalOf } from './signals.ts'
import { COUNTED, countAt, nextCount, startCount } from './windows.ts'

/** A silence that begins outside the hours of a rule is looked at again so often. */
const LOOK_AGAIN = 900_000

const reading: Folded = { input: 0, t: 0, v: 0, v2: 0, quality: 0, heard: false, areas: null }

/** Slots of a rule-stream as they are before its first reading. `at`: when it begins to be watched. */
export function start(p: Program, s: Float64Array, o: number, at: number): void {
  s.fill(Number.NaN, o, o + p.size)
  startNode(p.root, s, o, at)
}

function startNode(n: Node, s: Float64Array, o: number, at: number): void {
  const b = o + n.at
  s[b + LEVEL] = 0
  s[b + SEEN] = Number.NEGATIVE_INFINITY
  s[b + DUE] = Infinity
  s[b + LAG] = 0
  if (n.kind === 'noData') {
    s.fill(at, b + RUNGS, b + RUNGS + n.rungs)
    settle(n, s, b, at)
    s[b + SEEN] = Number.NEGATIVE_INFINITY
  } else if (isCount(n)) s[b + DUE] = startCount(n, s, b, at)
  let due = s[b + DUE]!
  for (const part of n.parts) {
    startNode(part, s, o, at)
    due = Math.min(due, s[o + part.at + DUE]!)
  }
  s[b + DUE] = due
}

/** A count of readings over a sliding window: time alone changes it. */
const isCount = (n: Node): boolean => n.kind === 'total' && n.mode === COUNTED && n.from < 0
/** The alarm node of a program begins at `o + p.root.at`; this is when it wants its next tick. */
export const dueOf = (p: Program, s: Float64Array, o: number): number => s[o + p.root.at + DUE]!

/**
 * Fold one reading of input `input` into the slots that begin at `o`; timers due by `at` must have been fired. `v2` is the latitude of a position,
 * `areas` those of a geofence (null: not known).
 */
export function step(
  p: Program,
  s: Float64Array,
  o: number,
  input: number,
  at: number,
  v: number,
  v2: number,
  quality: number,
  areas: Areas | null
): Outcome {
  const slot = o + input * INPUT_SLOTS
  if (at <= s[slot]!) return LATE
  const accepted = !Number.isNaN(v) && ((p.accept >> quality) & 1) === 1
  const heard = ((p.heard >> quality) & 1) === 1
  s[slot] = at
  s[slot + 1] = accepted ? v : Number.NaN
  if (!accepted && !heard) return NONE
  const n = p.root
  const seen = s[o + n.at + SEEN]!
  const t = at > seen ? at : seen
  const active = p.active === null || p.active(t)
  if (n.kind === 'threshold') {
    if (!accepted || input !== 0) return NONE
    return active ? judge(n, s, o + n.at, t, v, Number.NaN, true) : rest(n, s, o + n.at, t)
  }
  reading.input = input
  reading.t = t
  reading.v = v
  reading.v2 = v2
  reading.quality = quality
  reading.heard = heard
  reading.areas = areas
  return fold(p, n, s, o, active)
}

function fold(p: Program, n: Node, s: Float64Array, o: number, active: boolean): Outcome {
  const b = o + n.at
  const { t, input } = reading
  if (n.parts.length > 0) {
    for (let i = 0; i < n.parts.length; i++) {
      const part = n.parts[i]!
      if (part.input === input || part.other === input) keep(n, s, b, i, t, fold(p, part, s, o, true))
    }
    return group(n, s, o, t, active)
  }
  if (n.kind === 'noData') return input === n.input && reading.heard ? hear(n, s, b, t, active) : NONE
  const signal = signalOf(p, n, s, o, reading)
  if (signal === undefined) return NONE
  if (!active) return rest(n, s, b, t)
  const began = n.kind === 'stuck' ? s[b + n.own + 1]! : Number.NaN
  const outcome = judge(n, s, b, t, signal, began, input === n.input)
  if (n.kind === 'total') s[b + DUE] = Math.min(s[b + DUE]!, totalDue(p, n, s, b, t))
  return outcome
}

const totalDue = (p: Program, n: Node, s: Float64Array, b: number, t: number): number =>
  n.from >= 0 ? dailyDue(n, s, b, p.clock) : n.mode === COUNTED ? nextCount(n, s, b, t) : Infinity

/** A reading ends silence: every rung counts from it anew, and what stands may be cleared. */
function hear(n: Node, s: Float64Array, b: number, t: number, active: boolean): Outcome {
  s.fill(t, b + RUNGS, b + RUNGS + n.rungs)
  s[b + SIGNAL] = 0
  if (s[b + LEVEL] !== 0 && !active) {
    s[b + SEEN] = t
    return clear(s, b, t + LOOK_AGAIN)
  }
  if (s[b + LEVEL] !== 0 && Number.isNaN(s[b + CALM]!)) s[b + CALM] = t
  return settle(n, s, b, t)
}

/** Keep since when a part of a group, or a neighbour, does not stand any more; Infinity while it does. */
function keep(n: Node, s: Float64Array, b: number, i: number, t: number, outcome: Outcome): void {
  if (outcome === RAISE) s[b + n.own + i] = Infinity
  else if (outcome === CLEAR) s[b + n.own + i] = t
}

const counts = (held: number, t: number, withinMs: number): boolean => held === Infinity || t - held < withinMs

function group(n: Node, s: Float64Array, o: number, t: number, active: boolean): Outcome {
  const b = o + n.at
  let standing = 0
  let due = Infinity
  for (let i = 0; i < n.parts.length; i++) {
    const held = s[b + n.own + i]!
    if (counts(held, t, n.windowMs)) {
      standing++
      if (held + n.windowMs < due) due = held + n.windowMs
    }
    const next = s[o + n.parts[i]!.at + DUE]!
    if (next < due) due = next
  }
  const yes = n.kind === 'all' ? standing === n.parts.length : standing > 0
  const outcome = active ? judge(n, s, b, t, yes ? 1 : 0, Number.NaN, false) : rest(n, s, b, t)
  s[b + DUE] = Math.min(s[b + DUE]!, due)
  return outcome
}

/** A spatial count hears that the rule it counts stands, or stands no more, for its neighbour `i` (0: its own thing). */
export function neighbour(p: Program, s: Float64Array, o: number, i: number, at: number, stands: boolean): Outcome {
  const n = p.root
  const b = o + n.at
  const t = Math.max(at, s[b + SEEN]!)
  s[b + n.own + i] = stands ? Infinity : t
  return recount(p, n, s, b, t)
}

function recount(p: Program, n: Node, s: Float64Array, b: number, t: number): Outcome {
  let standing = 0
  let due = Infinity
  for (let i = b + n.own, end = b + n.size; i < end; i++) {
    const held = s[i]!
    if (!counts(held, t, n.windowMs)) continue
    standing++
    if (held + n.windowMs < due) due = held + n.windowMs
  }
  const own = counts(s[b + n.own]!, t, n.windowMs)
  const active = p.active === null || p.active(t)
  const outcome = active ? judge(n, s, b, t, own ? standing : 0, Number.NaN, false) : rest(n, s, b, t)
  s[b + DUE] = Math.min(s[b + DUE]!, due)
  return outcome
}

/** Fire the timer that is due at `t`. */
export function tick(p: Program, s: Float64Array, o: number, t: number): Outcome {
  return tickNode(p, p.root, s, o, t, p.active === null || p.active(t))
}

function tickNode(p: Program, n: Node, s: Float64Array, o: number, t: number, active: boolean): Outcome {
  const b = o + n.at
  if (n.parts.length > 0) {
    for (let i = 0; i < n.parts.length; i++) {
      const part = n.parts[i]!
      if (s[o + part.at + DUE]! <= t) keep(n, s, b, i, t, tickNode(p, part, s, o, t, true))
    }
    return group(n, s, o, t, active)
  }
  if (n.kind === 'count') return recount(p, n, s, b, t)
  if (n.kind === 'noData') return silence(n, s, b, t, active)
  if (n.kind === 'total') return tickTotal(p, n, s, b, t, active)
  return active ? settle(n, s, b, t) : rest(n, s, b, t)
}

function silence(n: Node, s: Float64Array, b: number, t: number, active: boolean): Outcome {
  s[b + SIGNAL] = (t - s[b + RUNGS]!) / 1000
  if (active) return settle(n, s, b, t)
  s[b + SEEN] = t
  if (s[b + LEVEL] !== 0) return clear(s, b, t + LOOK_AGAIN)
  s[b + DUE] = t + LOOK_AGAIN
  return NONE
}

function tickTotal(p: Program, n: Node, s: Float64Array, b: number, t: number, active: boolean): Outcome {
  const over = n.from >= 0 && t >= dailyDue(n, s, b, p.clock)
  let outcome: Outcome
  if (over || isCount(n)) {
    const signal = over ? dailySignal(n, s, b) : countAt(n, s, b, t)
    outcome = active ? judge(n, s, b, t, signal, Number.NaN, false) : rest(n, s, b, t)
  } else outcome = active ? settle(n, s, b, t) : rest(n, s, b, t)
  s[b + DUE] = Math.min(s[b + DUE]!, totalDue(p, n, s, b, t))
  return outcome
}
