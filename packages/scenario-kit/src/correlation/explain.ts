import type { Burst, Complaint } from './burst.ts'

const STEP = 600_000
const MINUTE = 60_000

/** What a source delivered below what it should have, at an instant; NaN where not known. Same unit as `enough`. */
export type Shortfall = (source: number, at: number) => number

/** Why people complain, as far as the source tells. */
export interface Explanation extends Burst {
  verdict: 'explained' | 'notExplained' | 'unknown'
  /** How long after the shortfall the complaints came, minutes; null when nothing is explained. */
  lagMinutes: number | null
  /** Greatest shortfall before the complaints. */
  shortfall: number | null
  /** When the shortfall began, epoch ms. */
  since: number | null
}

/**
 * Holds a burst against what the source delivered: a shortfall of at least `enough` for half an hour, beginning before the median complaint and no longer ago than
 * `reachH`, explains it. The lag is from its beginning to the median complaint. A source whose readings are missing explains nothing and
 * excuses nothing: `unknown`.
 */
export function explain(
  burst: Burst,
  complaints: readonly Complaint[],
  shortfall: Shortfall,
  { now, enough, reachH = 12 }: { now: number; enough: number; reachH?: number }
): Explanation {
  const since = now - burst.windowH * 3_600_000
  const times = complaints.filter((c) => c.source === burst.source && c.at >= since && c.at <= now).map((c) => c.at)
  times.sort((a, b) => a - b)
  const middle = times[Math.floor(times.length / 2)] ?? now
  let [run, began, worst, known, found] = [0, 0, 0, 0, Number.NaN]
  let looked = 0
  for (let at = middle - reachH * 3_600_000; at <= middle; at += STEP) {
    const s = shortfall(burst.source, at)
    looked += 1
    if (Number.isNaN(s)) continue
    known += 1
    if (s < enough) {
      run = 0
      // A shortfall that was mended hours before people complained is not why they do.
      if (!Number.isNaN(found) && at - found > 6 * 3_600_000) found = Number.NaN
      continue
    }
    if (run === 0) began = at
    run += STEP
    worst = Math.max(worst, s)
    if (run >= 30 * MINUTE && Number.isNaN(found)) found = began
  }
  if (!Number.isNaN(found))
    return { ...burst, verdict: 'explained', lagMinutes: Math.round((middle - found) / MINUTE), shortfall: worst, since: found }
  return { ...burst, verdict: known < looked / 2 ? 'unknown' : 'notExplained', lagMinutes: null, shortfall: null, since: null }
}
