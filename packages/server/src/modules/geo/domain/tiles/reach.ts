/** Which objects of a layer a reader may see, and which of them he asks for. */
import { NEVER } from './snapshot.ts'

/** What a reader's posts reach in a layer: an object is his business when any of the lists holds for it. */
export interface Reach {
  all: boolean
  /** Beginnings of place codes: districts, streets, communities. */
  regions: readonly string[]
  /** Unit grids (whole place codes). */
  grids: readonly string[]
  /** Duty grids. */
  duties: readonly string[]
  /** Units, and the reader himself where what is his own counts. */
  parties: readonly string[]
}
export const EVERYTHING: Reach = { all: true, regions: [], grids: [], duties: [], parties: [] }

/** What is asked for. Empty lists mean no condition. `at` in seconds since 1970; null: what has not ended; `ever`: whenever it was. */
export interface Filter {
  /** Class codes or their beginnings. */
  classes: readonly string[]
  statuses: readonly string[]
  at: number | null | 'ever'
}
export const NO_FILTER: Filter = { classes: [], statuses: [], at: null }

const keys = new WeakMap<Reach, string>()

/** The same reach or filter has the same key, whoever asks. Reaches are long and live long: theirs is worked out once. */
export function keyOfReach(r: Reach): string {
  if (r.all) return 'all'
  const known = keys.get(r) ?? JSON.stringify([r.regions, r.grids, r.duties, r.parties].map((list) => [...list].sort()))
  keys.set(r, known)
  return known
}
export const keyOfFilter = (f: Filter): string => JSON.stringify([[...f.classes].sort(), [...f.statuses].sort(), f.at])

export const reachesNothing = (r: Reach): boolean =>
  !r.all && r.regions.length === 0 && r.grids.length === 0 && r.duties.length === 0 && r.parties.length === 0

/** Reach and filter made ready to judge words. */
export class Judge {
  readonly reach: Reach
  readonly filter: Filter
  /** Whether the end of an object matters: a layer without times has none. */
  readonly isTimed: boolean
  readonly #grids: ReadonlySet<string>
  readonly #duties: ReadonlySet<string>
  readonly #parties: ReadonlySet<string>
  readonly #statuses: ReadonlySet<string>

  constructor(reach: Reach, filter: Filter, hasTimes: boolean) {
    this.reach = reach
    this.filter = filter
    // Who asks for a status by name wants it, ended or not.
    this.isTimed = hasTimes && filter.at !== 'ever' && (filter.at !== null || filter.statuses.length === 0)
    this.#grids = new Set(reach.grids)
    this.#duties = new Set(reach.duties)
    this.#parties = new Set(reach.parties)
    this.#statuses = new Set(filter.statuses)
  }

  asksClass = (code: string): boolean =>
    this.filter.classes.length === 0 || this.filter.classes.some((wanted) => code.startsWith(wanted))

  asksStatus = (status: string): boolean => this.#statuses.size === 0 || this.#statuses.has(status)

  asksTime(starts: number, ends: number): boolean {
    if (!this.isTimed) return true
    const { at } = this.filter
    if (at === 'ever') return true
    return at === null ? ends === NEVER : starts <= at && at < ends
  }

  /** `code` or `code|duty grid`. */
  reachesPlace(place: string): boolean {
    if (this.reach.all) return true
    if (this.reach.regions.some((region) => place.startsWith(region))) return true
    if (this.#grids.size === 0 && this.#duties.size === 0) return false
    const bar = place.indexOf('|')
    return this.#grids.has(bar === -1 ? place : place.slice(0, bar)) || (bar !== -1 && this.#duties.has(place.slice(bar + 1)))
  }

  reachesParties(parties: string): boolean {
    return this.#parties.size > 0 && parties !== '' && parties.split(/[,;]/).some((id) => this.#parties.has(id))
  }

  /** What a street (the first 9 digits of a place) says already: every object of it is reached, or it depends. */
  reachesStreet = (street: string): boolean => this.reach.all || this.reach.regions.some((region) => street.startsWith(region))

  /** Whether objects outside the reached streets can be reached too. */
  get looksCloser(): boolean {
    const { all, regions } = this.reach
    return !all && (regions.some((r) => r.length > 9) || this.#grids.size + this.#duties.size + this.#parties.size > 0)
  }
}
