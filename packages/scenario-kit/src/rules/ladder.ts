import { BEGAN, CALM, CLEAR, CLIMB, DUE, LEVEL, NONE, type Node, type Outcome, RAISE, RUNGS, SEEN, SIGNAL } from './program.ts'

// From a signal to an alarm: which rungs hold since when, what stands, and since when it could be cleared.

/**
 * Judge a signal at `t`. NaN is "not known": nothing that was pending goes on, and what stands stays. `began`: when what holds began, where the signal
 * itself tells (a stuck sensor), otherwise NaN. `count`: whether this is a reading, for repetitions.
 */
export function judge(n: Node, s: Float64Array, b: number, t: number, signal: number, began: number, count: boolean): Outcome {
  s[b + SIGNAL] = signal
  s[b + SEEN] = t
  const known = !Number.isNaN(signal)
  for (let r = 0; r < n.rungs; r++) {
    let holds = known && (signal >= n.hi[r]! || signal <= n.lo[r]!)
    if (n.times > 0) holds = repeated(n, s, b, r, t, holds, count)
    const at = b + RUNGS + r
    if (!holds) s[at] = Number.NaN
    else if (Number.isNaN(s[at]!)) s[at] = Number.isNaN(began) ? t : began
  }
  if (s[b + LEVEL] === 0 || !known || signal > n.calmHi || signal < n.calmLo) s[b + CALM] = Number.NaN
  else if (Number.isNaN(s[b + CALM]!)) s[b + CALM] = t
  return settle(n, s, b, t)
}

/** Keep the instants at which the rung's bounds held; true when there are enough of them, and they hold now. */
function repeated(n: Node, s: Float64Array, b: number, r: number, t: number, holds: boolean, count: boolean): boolean {
  const first = b + n.timesAt + r * n.times
  if (!holds) return false
  if (count) {
    s.copyWithin(first, first + 1, first + n.times)
    s[first + n.times - 1] = t
  }
  return s[first]! >= t - n.timesMs
}

/** What time alone makes of what holds and what is calm; also the end of every judgement. */
export function settle(n: Node, s: Float64Array, b: number, t: number): Outcome {
  s[b + SEEN] = t
  const standing = s[b + LEVEL]!
  let reached = 0
  let began = Infinity
  let due = Infinity
  let pending = Infinity
  for (let r = 0; r < n.rungs; r++) {
    const since = s[b + RUNGS + r]!
    if (Number.isNaN(since)) continue
    if (since < began) began = since
    const ready = since + n.forMs[r]!
    if (t >= ready) reached = n.levels[r]!
    else {
      if (ready < pending) pending = ready
      if ((standing === 0 || n.levels[r]! < standing) && ready < due) due = ready
    }
  }
  if (reached !== 0 && (standing === 0 || reached < standing)) {
    s[b + LEVEL] = reached
    if (standing === 0) s[b + BEGAN] = began
    s[b + CALM] = Number.NaN
    s[b + DUE] = due
    return standing === 0 ? RAISE : CLIMB
  }
  const calm = s[b + CALM]!
  if (standing !== 0 && !Number.isNaN(calm)) {
    const ready = calm + n.calmMs
    if (t >= ready) return clear(s, b, pending)
    if (ready < due) due = ready
  }
  s[b + DUE] = due
  return NONE
}

/** End what stands. Since when it stood stays to be read until the next raise. */
export function clear(s: Float64Array, b: number, due: number): Outcome {
  s[b + LEVEL] = 0
  s[b + CALM] = Number.NaN
  s[b + DUE] = due
  return CLEAR
}

/** Outside its hours a rule holds nothing and ends what stands. */
export function rest(n: Node, s: Float64Array, b: number, t: number): Outcome {
  s[b + SEEN] = t
  s.fill(Number.NaN, b + RUNGS, b + RUNGS + n.rungs)
  s[b + DUE] = Infinity
  return s[b + LEVEL] === 0 ? NONE : clear(s, b, Infinity)
}
