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

/** Codes and places of the items of a register. */
export async function listDemoItems(
  db: Db,
  typeId: string
): Promise<{ id: string; code: string; lng: number | null; lat: number | null }[]> {
  const { rows } = await sql<{
    id: string
    code: string
    lng: number | null
    lat: number | null
  }>`select id, code, lng, lat from registry.item
    where type_id = ${typeId} and removed_at is null order by code`.execute(db)
  return rows
}

/** Items that name nothing by a relation yet name the nearest item of another register by it. */
export async function linkNearest(db: Db, typeId: string, key: string, other: string): Promise<void> {
  await sql`insert into registry.relation (type_id, item_id, key, other_type_id, other_id)
    select i.type_id, i.id, ${key}, ${other}, n.id from registry.item i
      cross join lateral (select o.id from registry.item o where o.type_id = ${other} and o.removed_at is null
        order by point(o.lng, o.lat) <-> point(i.lng, i.lat) limit 1) n
    where i.type_id = ${typeId} and i.removed_at is null and i.lng is not null
      and not exists (select from registry.relation r where r.item_id = i.id and r.key = ${key})`.execute(db)
}
