import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { DemoCell } from '../domain/demo-items.ts'

/** The middles of all valid unit grids, in code order. */
export async function listDemoCells(db: Db): Promise<DemoCell[]> {
  const { rows } =
    await sql<DemoCell>`select code, lng, lat, area_m2 as "areaM2" from geo.pub_unit_grid where valid_to_on is null order by code`.execute(
      db
    )
  return rows
}

/** Ids of all units by key. */
export async function listUnitKeys(db: Db): Promise<Map<string, string>> {
  const { rows } = await sql<{ key: string; id: string }>`select key, id from org.pub_unit where active`.execute(db)
  return new Map(rows.map((u) => [u.key, u.id]))
}

/** Whether a register holds anything. */
export async function hasItems(db: Db, typeId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from registry.item where type_id = ${typeId} limit 1`.execute(db)
  return rows.length > 0
}
