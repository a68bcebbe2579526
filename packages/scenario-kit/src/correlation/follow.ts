/** Pairs that are looked at; of more, as many evenly spread ones. */
const MOST = 300
/** Fewer pairs say nothing: two days by the hour. */
export const LEAST_PAIRS = 48

/** How one series follows another: a straight line, and how far the series usually lies from it. */
export interface Following {
  /** What the follower should be where the other is `x`. */
  at(x: number): number
  /** Usual distance, as a standard deviation. */
  spread: number
}

export const median = (values: readonly number[]): number => {
  const sorted = Float64Array.from(values).sort()
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1]!
}

/**
 * The line that a follower (supply temperature) keeps to what it should follow (outdoor temperature, a set point), learned from pairs of both: the median of
 * all slopes (Theil and Sen), so that a third of the pairs may be failures. Where the other never changed it is the median of the follower. Null of
 * too few pairs.
 */
export function following(pairs: readonly (readonly [x: number, y: number])[]): Following | null {
  if (pairs.length < LEAST_PAIRS) return null
  const step = Math.max(1, pairs.length / MOST)
  const some = Array.from({ length: Math.min(MOST, pairs.length) }, (_, i) => pairs[Math.floor(i * step)]!)
  const slopes: number[] = []
  some.forEach(([x, y], i) => {
    for (let j = 0; j < i; j++) if (x !== some[j]![0]) slopes.push((y - some[j]![1]) / (x - some[j]![0]))
  })
  const slope = slopes.length === 0 ? 0 : median(slopes)
  const base = median(some.map(([x, y]) => y - slope * x))
  const at = (x: number): number => base + slope * x
  return { at, spread: 1.4826 * median(some.map(([x, y]) => Math.abs(y - at(x)))) }
}
