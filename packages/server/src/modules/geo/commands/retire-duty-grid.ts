/** Ending a duty grid. */
import { GEO_ERRORS } from '@chengyun/contract/geo'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { raiseRevision } from './bulk.ts'
import { queueRelocations } from './relocate.ts'
import { refuseUncovered } from './save-duty-grid.ts'

const fail = thrower(GEO_ERRORS)

interface Ending {
  code: string
  acceptUncovered?: boolean
}

/** Ends a duty grid: its unit grids are free, its code stays used. Throws GEO_DUTY_GRID_NOT_FOUND, and GEO_DUTY_GRID_UNCOVERED
 *  when unit grids of the street would have none and nobody said that it is meant so. */
export const retireDutyGrid = command(async (tx, input: Ending, ctx): Promise<{ code: string }> => {
  const ended = await sql<{ street: string }>`update geo.duty_grid set valid_to_on = ${ctx.now.toISOString().slice(0, 10)}::date
    where code = ${input.code} and valid_to_on is null returning street_code as street`.execute(tx)
  const street = ended.rows[0]?.street
  if (street === undefined) throw fail('GEO_DUTY_GRID_NOT_FOUND', { code: input.code })
  if (input.acceptUncovered !== true) await refuseUncovered(tx, street, input.code, [])
  const members = await tx
    .deleteFrom('geo.duty_grid_member')
    .where('duty_grid_code', '=', input.code)
    .returning('grid_code')
    .execute()
  await queueRelocations(tx, { regridId: null, gridCodes: members.map((m) => m.grid_code), now: ctx.now, dutyOnly: true })
  await raiseRevision(tx)
  ctx.emit('geo.dutyGridSaved', { code: input.code, gridCount: 0 })
  ctx.audit({ action: 'geo.retireDutyGrid', objectType: 'dutyGrid', objectId: input.code, result: 'ok' })
  return { code: input.code }
})
