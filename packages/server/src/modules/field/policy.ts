import type { Actor } from '../../platform/actor.ts'
import { inScope, scopeOf } from '../org/index.ts'
import type { GridRow, StaffRow } from './queries/shift.ts'

/** May this person see where somebody on shift is? The rows of `field:watch` are people, placed by the unit of their post. */
export const inWatch = (actor: Actor, row: StaffRow): boolean =>
  inScope(scopeOf(actor, 'field:watch'), actor.id, {
    districtCode: row.district_code,
    streetCode: row.street_code,
    dutyGridCode: row.duty_grid_codes[0] ?? null,
    unitIds: row.unit_path ?? [],
    personIds: [row.user_id]
  })

/** Digits of the code of a street that name its district. */
const DISTRICT_LENGTH = 6

/** May this person see how much of a duty grid was walked? */
export const inWatchGrid = (actor: Actor, row: GridRow): boolean =>
  inScope(scopeOf(actor, 'field:watch'), actor.id, {
    districtCode: row.street_code.slice(0, DISTRICT_LENGTH),
    streetCode: row.street_code,
    dutyGridCode: row.code,
    unitIds: [],
    personIds: []
  })

/** Divisions whose corrections of components this person decides on; null: everywhere. */
export function proposalRegions(actor: Actor): readonly string[] | null {
  const scope = scopeOf(actor, 'field:watch')
  return scope.all ? null : scope.regions
}

/** Is a correction within these divisions? The same answer as the SQL of the list. */
export const inRegions = (
  regions: readonly string[] | null,
  row: { grid_code: string | null; district_code: string | null }
): boolean => regions === null || regions.some((r) => (row.grid_code ?? row.district_code ?? '').startsWith(r))
