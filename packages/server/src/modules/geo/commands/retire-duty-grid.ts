/** Ending a duty grid. */
import { GEO_ERRORS } from '@chengyun/contract/geo'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { raiseRevision } from './bulk.ts'
import { queueRelocations } from './relocate.ts'

const fail = thrower(GEO_ERRORS)

/** Ends a duty grid: its unit grids are free, its code stays used. Throws GEO_DUTY_GRID_NOT_FOUND. */
export const retireDutyGrid = command(async (tx, input: { code: string }, ctx): Promise<{ code: string }> => {
  const ended = await sql`update geo.duty_grid set valid_to_on = ${ctx.now.toISOString().slice(0, 10)}::date
    where code = ${input.code} and valid_to_on is null`.execute(tx)
  if (ended.numAffectedRows !== 1n) throw fail('GEO_DUTY_GRID_NOT_FOUND', { code: input.code })
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
