/** Who keeps rows that lie in unit grids: modules after this one offer themselves here, so that a change of grids can say what it moves
 *  and move it. */
import type { Db } from '../../platform/db.ts'

/** A row that lies somewhere. */
export interface FollowedRow {
  /** Sorts as text and tells rows apart. */
  key: string
  /** What a person calls it: a case number, a code and a name. */
  title: string
  lng: number
  lat: number
  gridCode: string | null
  /** Where the module keeps it; null otherwise. */
  dutyGridCode?: string | null
}

export interface Relocated {
  key: string
  gridCode: string | null
  dutyGridCode: string | null
}

export interface GridFollower {
  id: string
  name: { zh: string; en: string }
  /** It keeps the duty grid of its rows too, and so follows changes of duty grids. */
  keepsDutyGrid: boolean
  countIn(db: Db, gridCodes: readonly string[]): Promise<number>
  /** Rows in these unit grids after a key, in key order. */
  listIn(db: Db, gridCodes: readonly string[], after: string | null, limit: number): Promise<FollowedRow[]>
  /** Writes where rows lie now; rows changed by others meanwhile are written all the same, since only their place is. */
  relocate(db: Db, rows: readonly Relocated[], now: Date): Promise<void>
}

/** Names of rules that speak of duty grids. */
export type DutyRules = (db: Db, dutyGridCodes: readonly string[]) => Promise<{ dutyGridCode: string; rule: string }[]>

const all = new Map<string, GridFollower>()
let rules: DutyRules = async () => []

/** A module offers its rows; a second offer under the same id replaces the first. */
export function followGrids(follower: GridFollower): void {
  all.set(follower.id, follower)
}

/** `dispatch` tells which responsibilities name a duty grid. */
export function offerDutyRules(next: DutyRules): void {
  rules = next
}

export const gridFollowers = (): readonly GridFollower[] => [...all.values()]
export const followerOf = (id: string): GridFollower | undefined => all.get(id)
export const dutyRules: DutyRules = (db, codes) => (codes.length === 0 ? Promise.resolve([]) : rules(db, codes))
