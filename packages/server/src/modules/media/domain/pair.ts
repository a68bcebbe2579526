import type { EvidencePair, MediaPhase } from '@chengyun/contract/media'

export interface Picture {
  id: string
  phase: MediaPhase
  place: readonly [number, number] | null
}

/** Pictures of the state found, the one closest to "before" first. */
const BEFORE: readonly MediaPhase[] = ['before', 'near', 'far']

/**
 * Pairs the pictures after handling with those before it, nearest places first; what has no place is paired in the order
 * given. Each picture is in at most one pair.
 * @param distanceM metres between two places
 * @param withinM up to here two pictures show the same place
 */
export function pairPictures(
  pictures: readonly Picture[],
  distanceM: (a: readonly [number, number], b: readonly [number, number]) => number,
  withinM: number
): EvidencePair[] {
  const phase = BEFORE.find((key) => pictures.some((picture) => picture.phase === key))
  const before = pictures.filter((picture) => picture.phase === phase)
  const after = pictures.filter((picture) => picture.phase === 'after')
  const candidates = before
    .flatMap((b) => after.map((a) => ({ b, a, distance: b.place && a.place ? distanceM(b.place, a.place) : null })))
    .sort((x, y) => (x.distance ?? Number.POSITIVE_INFINITY) - (y.distance ?? Number.POSITIVE_INFINITY) || 0)
  const taken = new Set<string>()
  return candidates.flatMap(({ b, a, distance }) => {
    if (taken.has(b.id) || taken.has(a.id)) return []
    taken.add(b.id).add(a.id)
    return [{ before: b.id, after: a.id, distanceM: distance, samePlace: distance === null ? null : distance <= withinM }]
  })
}
