/** Drawing duty grids (责任网格): groups of unit grids that one collector patrols. */
import { type DutyGridInput, GEO_ERRORS } from '@chengyun/contract/geo'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { listMemberships, listUncovered } from '../queries/regrid.ts'
import { raiseRevision } from './bulk.ts'
import { queueRelocations } from './relocate.ts'

const fail = thrower(GEO_ERRORS)
const ALL_DAY = '全日'

/** Creates a duty grid or replaces its members. Throws GEO_GRID_NOT_FOUND, GEO_DUTY_GRID_ACROSS_STREETS,
 *  GEO_DUTY_GRID_OVERLAP when unit grids already belong to other duty grids of the same shift (standards §2.2), and
 *  GEO_DUTY_GRID_UNCOVERED when unit grids of the street would have none and nobody said that it is meant so. */
export const saveDutyGrid = command(async (tx, input: DutyGridInput, ctx): Promise<{ code: string; gridCount: number }> => {
  const { code, name, gridCodes } = input
  const shift = input.shift ?? ALL_DAY
  const streetCode = (gridCodes[0] as string).slice(0, 9)
  if (gridCodes.some((grid) => !grid.startsWith(streetCode))) throw fail('GEO_DUTY_GRID_ACROSS_STREETS')
  await refuseUnknown(tx, gridCodes)
  await refuseTaken(tx, code, shift, gridCodes)
  if (input.acceptUncovered !== true) await refuseUncovered(tx, streetCode, code, gridCodes)
  const left = await tx.deleteFrom('geo.duty_grid_member').where('duty_grid_code', '=', code).returning('grid_code').execute()
  await sql`insert into geo.duty_grid (code, name, street_code, shift, valid_from_on)
    values (${code}, ${name}, ${streetCode}, ${shift}, ${ctx.now.toISOString().slice(0, 10)}::date)
    on conflict (code) do update set name = excluded.name, street_code = excluded.street_code, shift = excluded.shift,
      valid_to_on = null, version = geo.duty_grid.version + 1`.execute(tx)
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

/** Codes and names of so many are said in the sentence; all of them stand in the details. */
const SAID = 5

async function refuseTaken(tx: Tx, code: string, shift: string, gridCodes: readonly string[]): Promise<void> {
  // Two people drawing neighbouring duty grids at once must not both win a unit grid.
  await sql`select pg_advisory_xact_lock(hashtext('geo.duty_grid'))`.execute(tx)
  const taken = (await listMemberships(tx, gridCodes)).filter((m) => m.shift === shift && m.duty_grid_code !== code)
  if (taken.length === 0) return
  throw fail('GEO_DUTY_GRID_OVERLAP', {
    shift,
    codes: said(taken.map((m) => m.grid_code)),
    others: said([...new Set(taken.map((m) => `${m.name} ${m.duty_grid_code}`))]),
    taken: taken.map((m) => ({ gridCode: m.grid_code, dutyGridCode: m.duty_grid_code, name: m.name }))
  })
}

/** Refuses to leave unit grids of the street without a duty grid unsaid. */
export async function refuseUncovered(tx: Tx, streetCode: string, code: string, gridCodes: readonly string[]): Promise<void> {
  const mine = new Set(gridCodes)
  const uncovered = (await listUncovered(tx, streetCode, code)).filter((grid) => !mine.has(grid))
  if (uncovered.length > 0) throw fail('GEO_DUTY_GRID_UNCOVERED', { count: uncovered.length, codes: said(uncovered), uncovered })
}

const said = (words: readonly string[]): string => words.slice(0, SAID).join('、') + (words.length > SAID ? ' …' : '')
