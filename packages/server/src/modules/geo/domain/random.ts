/** Seeded randomness for generated data: the same key gives the same city on every machine. */

/** A key as a number (FNV-1a). */
export function seedOf(key: string): number {
  let state = 0x811c9dc5
  for (let i = 0; i < key.length; i++) state = Math.imul(state ^ key.charCodeAt(i), 0x01000193)
  return state
}

/** A stream of numbers in [0, 1), fixed by the key (mulberry32). */
export function randomOf(key: string): () => number {
  let state = seedOf(key)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
