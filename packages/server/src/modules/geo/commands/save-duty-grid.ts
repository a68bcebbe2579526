/** Drawing duty grids (责任网格): groups of unit grids that one collector patrols. */
import { type DutyGridInput, GEO_ERRORS } from '@chengyun/contract/geo'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { raiseRevision } from './bulk.ts'
import { queueRelocations } from './relocate.ts'

const fail = thrower(GEO_ERRORS)
const ALL_DAY = '全日'

/** Creates a duty grid or replaces its members. Throws GEO_GRID_NOT_FOUND, GEO_DUTY_GRID_ACROSS_STREETS, and
 *  GEO_DUTY_GRID_OVERLAP when a unit grid already belongs to another duty grid of the same shift (standards §2.2). */
export const saveDutyGrid = command(async (tx, input: DutyGridInput, ctx): Promise<{ code: string; gridCount: number }> => {
  const { code, name, gridCodes } = input
  const shift = input.shift ?? ALL_DAY
  const streetCode = (gridCodes[0] as string).slice(0, 9)
  if (gridCodes.some((grid) => !grid.startsWith(streetCode))) throw fail('GEO_DUTY_GRID_ACROSS_STREETS')
  await refuseUnknown(tx, gridCodes)
  await refuseTaken(tx, code, shift, gridCodes)
  await sql`insert into geo.duty_grid (code, name, street_code, shift, valid_from_on)
    values (${code}, ${name}, ${streetCode}, ${shift}, ${ctx.now.toISOString().slice(0, 10)}::date)
    on conflict (code) do update set name = excluded.name, street_code = excluded.street_code, shift = excluded.shift,
      valid_to_on = null, version = geo.duty_grid.version + 1`.execute(tx)
  const left = await tx.deleteFrom('geo.duty_grid_member').where('duty_grid_code', '=', code).returning('grid_code').execute()
  await sql`insert into geo.duty_grid_member (duty_grid_code, grid_code) select ${code}, unnest(${gridCodes}::text[])`.execute(tx)
  // Only what joins or leaves changes hands.
  const changed = new Set(gridCodes)
  for (const { grid_code } of left) if (!changed.delete(grid_code)) changed.add(grid_code)
  await queueRelocations(tx, { regridId: null, gridCodes: [...changed], now: ctx.now, dutyOnly: true })
  await raiseRevision(tx)
  ctx.emit('geo.dutyGridSaved', { code, gridCount: gridCodes.length })
  ctx.audit({
    action: 'geo.saveDutyGrid',
    objectType: 'dutyGrid',
    objectId: code,
    result: 'ok',
    after: { name, shift, gridCount: gridCodes.length }
  })
  return { code, gridCount: gridCodes.length }
})

async function refuseUnknown(tx: Tx, gridCodes: readonly string[]): Promise<void> {
  const { rows } = await sql<{ code: string }>`
    select c.code from unnest(${gridCodes}::text[]) as c(code)
    left join geo.unit_grid g on g.code = c.code and g.valid_to_on is null where g.code is null limit 1`.execute(tx)
  if (rows[0]) throw fail('GEO_GRID_NOT_FOUND', { code: rows[0].code })
}

async function refuseTaken(tx: Tx, code: string, shift: string, gridCodes: readonly string[]): Promise<void> {
  // Two people drawing neighbouring duty grids at once must not both win a unit grid.
  await sql`select pg_advisory_xact_lock(hashtext('geo.duty_grid'))`.execute(tx)
  const taken = await tx
    .selectFrom('geo.duty_grid_member as m')
    .innerJoin('geo.duty_grid as d', 'd.code', 'm.duty_grid_code')
    .select(['m.grid_code', 'd.code'])
    .where('m.grid_code', 'in', [...gridCodes])
    .where('d.code', '<>', code)
    .where('d.valid_to_on', 'is', null)
    .where('d.shift', '=', shift)
    .limit(1)
    .executeTakeFirst()
  if (taken) throw fail('GEO_DUTY_GRID_OVERLAP', { code: taken.grid_code, other: taken.code })
}
