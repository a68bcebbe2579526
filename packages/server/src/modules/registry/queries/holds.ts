import type { ItemGeometry } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import { unpackGeometry } from '../domain/geometry.ts'

/** How many items registers hold, removed ones included: their history would be lost with the register. */
export async function countItemsOf(db: Db | Tx, typeIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; n: number }>`select type_id as id, count(*)::int as n from registry.item
    where type_id = any(${[...typeIds]}::text[]) group by 1`.execute(db)
  return new Map(rows.map((r) => [r.id, r.n]))
}

/** How many items of a register say something under an attribute. */
export async function countSaying(db: Db | Tx, typeId: string, key: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from registry.item
    where type_id = ${typeId} and attributes ? ${key}`.execute(db)
  return rows[0]?.n ?? 0
}

/** Lines and areas of a register by item; of those that have none there is none. */
export async function listGeometries(db: Db | Tx, typeId: string): Promise<Map<string, ItemGeometry>> {
  const { rows } = await sql<{
    id: string
    lng: number | null
    lat: number | null
    shape: Buffer | null
  }>`select id, lng, lat, shape
    from registry.item where type_id = ${typeId} and removed_at is null and shape is not null`.execute(db)
  const out = new Map<string, ItemGeometry>()
  for (const row of rows) {
    const geometry = unpackGeometry(row)
    if (geometry) out.set(row.id, geometry)
  }
  return out
}
