import type { DeviceLogEntry, DeviceLogKind, DeviceLogPage, DeviceLogQuery, DeviceRemoval } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

interface LogRow {
  id: number
  at: Date
  kind: DeviceLogKind
  actor_name: string | null
  data: DeviceLogEntry['data']
}

/** The history of a device, newest first. */
export async function listDeviceLog(db: Db, itemId: string, query: DeviceLogQuery): Promise<DeviceLogPage> {
  const { kinds, before, limit = 100 } = query
  const { rows } = await sql<LogRow>`select id::float8 as id, at, kind, actor_name, data from streams.device_log
    where item_id = ${itemId} ${before === undefined ? sql`` : sql`and id < ${before}::bigint`}
      ${kinds === undefined ? sql`` : sql`and kind = any(${kinds.split(',')}::text[])`}
    order by id desc limit ${limit + 1}`.execute(db)
  const items = rows
    .slice(0, limit)
    .map((r) => ({ id: r.id, at: r.at.toISOString(), kind: r.kind, by: r.actor_name, data: r.data }))
  return { items, next: rows.length > limit ? items.at(-1)!.id : null }
}

/** What hangs on a device. */
export async function removalOf(db: Db, itemId: string, thingId: number): Promise<DeviceRemoval> {
  const streams = await sql<{
    id: number
    name: string
    nameEn: string
  }>`select id, name, coalesce(properties->>'nameEn', '') as "nameEn"
    from streams.stream where thing_id = ${thingId} and removed_at is null order by key`.execute(db)
  const others = await sql<{ id: string; code: string; name: string }>`select d.item_id as id, d.code, i.name
    from streams.device d join registry.pub_item i on i.type_id = d.type_id and i.id = d.item_id
    where d.thing_id = ${thingId} and d.item_id <> ${itemId} order by d.code`.execute(db)
  const waiting = await sql<{ n: number }>`select count(*)::int as n from streams.device_log c
    where c.item_id = ${itemId} and c.kind = 'command' and c.at > now() - interval '1 day' and not exists (select from streams.device_log r
      where r.item_id = c.item_id and r.kind = 'reply' and r.data->>'msgId' = c.data->>'msgId')`.execute(db)
  return { streams: streams.rows, others: others.rows, waiting: waiting.rows[0]?.n ?? 0 }
}
