import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { lockAlarms } from './lock.ts'

const ANOTHER = sql`(a.grid_code, a.address, a.lng, a.lat, a.item_code, a.regulator_id, a.holder_id, a.keeper_id)
  is distinct from (i.grid_code, i.address, i.lng, i.lat, i.code, i.authority_id, coalesce(i.owner_id, i.maintainer_id), i.maintainer_id)`

/**
 * Alarms that are not over follow the items they are about: place, name, units (those it shows itself to as well). `ids` null: all items.
 * It is no step of the alarm: nobody decided anything about it.
 */
export async function followItems(tx: Tx, ids: readonly string[] | null): Promise<void> {
  const concerned = sql`a.state in ('pending', 'handling') and ${ids === null ? sql`true` : sql`a.item_id = any(${[...ids]}::uuid[])`}`
  await lockAlarms(
    tx,
    sql`a.id = any(array(select a.id from alarms.alarm a join registry.pub_item i on i.type_id = a.type_id and i.id = a.item_id
      where ${concerned} and ${ANOTHER}))`
  )
  await sql`update alarms.alarm a set grid_code = i.grid_code, address = i.address, lng = i.lng, lat = i.lat,
      item_code = i.code, regulator_id = i.authority_id, holder_id = coalesce(i.owner_id, i.maintainer_id), keeper_id = i.maintainer_id,
      authority_id = case when a.authority_id is null then null else i.authority_id end,
      owner_id = case when a.owner_id is null and a.maintainer_id is null then null else coalesce(i.owner_id, i.maintainer_id) end,
      maintainer_id = case when a.owner_id is null and a.maintainer_id is null then null else i.maintainer_id end,
      rev = pg_current_xact_id()::text::bigint
    from registry.pub_item i
    where i.type_id = a.type_id and i.id = a.item_id and ${concerned} and ${ANOTHER}`.execute(tx)
}
