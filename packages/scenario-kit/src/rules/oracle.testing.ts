// What rules mean, said as plainly as possible: whole histories, no slots, no timers but "look at every instant at which something could change".
import type { Said } from './rules.testing.ts'

export interface OracleRung {
  level: number
  holds: (signal: number) => boolean
  forS: number
}

export interface Oracle {
  /** Signals as the readings give them, by second; undefined: nothing is known there. */
  signal: (said: readonly Said[], i: number) => number
  rungs: readonly OracleRung[]
  calm: (signal: number) => boolean
  calmS: number
  times?: { count: number; withinS: number }
}

/**
 * Walks over every whole second from the first reading to `untilS`. At each the last signal is known; a rung has held since the first reading of the unbroken
 * run of readings in which it holds; what stands is the gravest level reached since the last clear.
 */
export function oracle(o: Oracle, said: readonly Said[], untilS: number): string[] {
  const signals = said.map((_, i) => o.signal(said, i))
  const held = o.rungs.map((r) =>
    signals.map((s, i) => {
      if (!r.holds(s)) return false
      if (!o.times) return true
      const before = said.filter((x, k) => k <= i && r.holds(signals[k]!) && x[0] >= said[i]![0] - o.times!.withinS)
      return before.length >= o.times.count
    })
  )
  const out: string[] = []
  let level = 0
  let i = -1
  // A second at which a timer and a reading meet belongs to the reading.
  for (let s = said[0]?.[0] ?? 0; s <= untilS; s++) {
    while (i + 1 < said.length && said[i + 1]![0] === s) i++
    const runs = held.map((h) => runSince(said, h, i))
    const reached = o.rungs.filter((r, k) => runs[k] !== null && s - runs[k]! >= r.forS).map((r) => r.level)
    const worst = reached.length > 0 ? Math.min(...reached) : 0
    if (worst !== 0 && (level === 0 || worst < level)) {
      out.push(`${level === 0 ? 'raise' : 'level'} ${worst} @${s}`)
      level = worst
      continue
    }
    const calmSince = level === 0 ? null : runSince(said, signals.map(o.calm), i, lastSecond(out))
    if (calmSince !== null && s - calmSince >= o.calmS) {
      out.push(`clear ${level} @${s}`)
      level = 0
    }
  }
  return out
}

const lastSecond = (told: readonly string[]): number => {
  const s = told.at(-1)?.split('@')[1]
  return s === undefined ? Number.NEGATIVE_INFINITY : Number(s)
}

/** Second of the first reading of the run of trues that ends with reading `i`; readings up to `after` do not count. */
function runSince(said: readonly Said[], flags: readonly boolean[], i: number, after = Number.NEGATIVE_INFINITY): number | null {
  let first: number | null = null
  for (let k = i; k >= 0 && flags[k] && said[k]![0] > after; k--) first = said[k]![0]
  return first
}
