/** Ending the validity of unit grids. */
import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'

/** Retires unit grids from a day on and takes them out of their duty grids; a duty grid left empty ends too. */
export async function retireGrids(tx: Tx, codes: readonly string[], day: string): Promise<void> {
  if (codes.length === 0) return
  await sql`update geo.unit_grid set valid_to_on = ${day}::date where code = any(${codes}::text[])`.execute(tx)
  await sql`delete from geo.duty_grid_member where grid_code = any(${codes}::text[])`.execute(tx)
  await sql`update geo.duty_grid d set valid_to_on = ${day}::date where valid_to_on is null
    and not exists (select from geo.duty_grid_member m where m.duty_grid_code = d.code)`.execute(tx)
}
