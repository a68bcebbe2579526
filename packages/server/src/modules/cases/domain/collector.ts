import { metresBetween } from './guards.ts'

/** A collector on duty now, and where he is presumed to be: the middle of his duty grid, until tracks tell better. */
export interface OnDuty {
  id: string
  name: string
  /** Whether the place lies in his main duty grid, in one he walks beside it, or in neither. */
  holds: 'main' | 'second' | null
  streetCode: string | null
  position: { lng: number; lat: number } | null
  openTasks: number
}

export interface TaskPlace {
  lng: number
  lat: number
  streetCode: string | null
}

export interface ChosenCollector {
  id: string
  name: string
  distanceM: number | null
}

/**
 * Who verifies or checks (§2.12 rows 4 and 18): whose duty grid it is, the main one before others, else the nearest; between equals
 * whoever has fewer open tasks.
 * `preferred` (named by the acceptor) wins if he is on duty.
 */
export function chooseCollector(candidates: readonly OnDuty[], place: TaskPlace, preferred?: string): ChosenCollector | null {
  const ranked = candidates
    .map((c) => ({
      c,
      named: preferred === c.id ? 0 : 1,
      grid: c.holds === 'main' ? 0 : c.holds === 'second' ? 1 : 2,
      street: c.streetCode !== null && c.streetCode === place.streetCode ? 0 : 1,
      distanceM: c.position ? metresBetween(c.position, place) : null
    }))
    .sort(
      (a, b) =>
        a.named - b.named ||
        a.grid - b.grid ||
        (a.grid < 2 ? a.c.openTasks - b.c.openTasks : 0) ||
        (a.distanceM ?? 1e9) - (b.distanceM ?? 1e9) ||
        a.street - b.street ||
        a.c.openTasks - b.c.openTasks ||
        (a.c.id < b.c.id ? -1 : 1)
    )
  const best = ranked[0]
  if (!best || (preferred !== undefined && best.named === 1)) return null
  return { id: best.c.id, name: best.c.name, distanceM: best.distanceM === null ? null : Math.round(best.distanceM) }
}
