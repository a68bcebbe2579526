import type { Actor } from '../../platform/actor.ts'
import { inScope, scopeOf } from '../org/index.ts'
import type { StaffRow } from './queries/shift.ts'

/** May this person see where somebody on shift is? The rows of `field:watch` are people, placed by the unit of their post. */
export const inWatch = (actor: Actor, row: StaffRow): boolean =>
  inScope(scopeOf(actor, 'field:watch'), actor.id, {
    districtCode: row.district_code,
    streetCode: row.street_code,
    dutyGridCode: row.duty_grid_codes[0] ?? null,
    unitIds: row.unit_path ?? [],
    personIds: [row.user_id]
  })
