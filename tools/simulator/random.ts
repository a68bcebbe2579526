/** Seeded chance: a stream is fixed by its key, so that the same seed and the same moment give the same city on every machine. */

export interface Chance {
  /** In [0, 1). */
  next(): number
  /** Whole number from `from` to `to`, both included. */
  int(from: number, to: number): number
  /** True with this probability. */
  hit(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** By weight; the weights need not add up to anything. */
  weigh<T>(items: readonly T[], weightOf: (item: T) => number): T
  /** Log-normal around a median: how long people take. `spread` is the deviation of the logarithm. */
  around(median: number, spread: number): number
}

/** A stream of chance fixed by its key (FNV-1a into mulberry32). */
export function chanceOf(key: string): Chance {
  let state = 0x811c9dc5
  for (let i = 0; i < key.length; i++) state = Math.imul(state ^ key.charCodeAt(i), 0x01000193)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T
  return {
    next,
    pick,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    hit: (probability) => next() < probability,
    weigh: (items, weightOf) => {
      let left = next() * items.reduce((sum, item) => sum + weightOf(item), 0)
      for (const item of items) {
        left -= weightOf(item)
        if (left < 0) return item
      }
      return items.at(-1) as (typeof items)[number]
    },
    around: (median, spread) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
      return median * Math.exp(spread * normal)
    }
  }
}
