import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { type Where, whereOf } from './items.ts'

/** An item as a list for citizens needs it, with the declared attributes alone. */
export interface PublicRow {
  id: string
  code: string
  name: string
  address: string
  class_code: string | null
  status: string
  lng: number
  lat: number
  attributes: Record<string, unknown>
}

/** Items of a register that have a place and are still there, by code. */
export async function publicRows(
  db: Db,
  type: string,
  ended: readonly string[],
  keys: readonly string[],
  where: Where | undefined
): Promise<PublicRow[]> {
  const { rows } = await sql<PublicRow>`select i.id, i.code, i.name, i.address, i.class_code, i.status, i.lng, i.lat,
      coalesce((select jsonb_object_agg(k, i.attributes -> k) from unnest(${[...keys]}::text[]) k where i.attributes ? k), '{}') as attributes
    from registry.pub_item i where i.type_id = ${type} and i.removed_at is null and i.lng is not null
      and i.status <> all(${[...ended]}::text[]) and ${whereOf(where)} order by i.code`.execute(db)
  return rows
}
