import { type RawBuilder, sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { planReach, type Reach } from '../policy.ts'

/** What a permission of a person reaches, its duty grids unfolded into unit grids. */
export async function reachOf(db: Db | Tx, actor: Actor, permission: string): Promise<Reach> {
  const plan = planReach(actor, permission)
  if (plan.all) return { all: true }
  const { regions, unitIds, dutyGrids } = plan
  const { rows } =
    dutyGrids.length === 0
      ? { rows: [] }
      : await sql<{ code: string }>`select distinct grid_code as code from geo.pub_duty_grid_member
          where duty_grid_code = any(${[...dutyGrids]}::text[]) order by 1`.execute(db)
  return { all: false, regions, unitIds, grids: rows.map((r) => r.code) }
}

/** The duty grids, of whatever shift, that hold any of these unit grids. */
export async function dutyGridsAt(tx: Db | Tx, gridCodes: readonly (string | null | undefined)[]): Promise<string[]> {
  const codes = gridCodes.filter((code) => typeof code === 'string')
  if (codes.length === 0) return []
  const { rows } = await sql<{ code: string }>`select distinct duty_grid_code as code from geo.pub_duty_grid_member
    where grid_code = any(${codes}::text[]) order by 1`.execute(tx)
  return rows.map((r) => r.code)
}

/** As `dutyGridsAt`, of each unit grid by itself. */
export async function dutyGridsOfEach(
  tx: Db | Tx,
  gridCodes: readonly (string | null)[]
): Promise<(grid: string | null) => string[]> {
  const codes = [...new Set(gridCodes.filter((code) => code !== null))]
  const { rows } =
    codes.length === 0
      ? { rows: [] }
      : await sql<{
          grid: string
          code: string
        }>`select distinct grid_code as grid, duty_grid_code as code from geo.pub_duty_grid_member
          where grid_code = any(${codes}::text[]) order by 2`.execute(tx)
  const byGrid = Map.groupBy(rows, (r) => r.grid)
  return (grid) => (grid === null ? [] : (byGrid.get(grid) ?? []).map((r) => r.code))
}

/** Codes that begin with a prefix, as a range of an index in byte order. */
export const beginsWith = (column: RawBuilder<unknown>, prefix: string): RawBuilder<boolean> =>
  sql`(${column} >= ${prefix} and ${column} < ${`${prefix}\u{10ffff}`})`

/** The SQL of `reaches` (policy.ts); null when everything is reached. `alias` names the table of items. */
export function reachCondition(reach: Reach, alias = 'i'): RawBuilder<boolean> | null {
  if (reach.all) return null
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  const parts = reach.regions.map((r) => beginsWith(column('grid_code'), r))
  if (reach.grids.length > 0) parts.push(sql`${column('grid_code')} = any(${[...reach.grids]}::text[])`)
  if (reach.unitIds.length > 0)
    for (const name of ['authority_id', 'owner_id', 'maintainer_id'])
      parts.push(sql`${column(name)} = any(${[...reach.unitIds]}::uuid[])`)
  return parts.length === 0 ? sql`false` : sql`(${sql.join(parts, sql` or `)})`
}
