import type { StreamKind, StreamUnit } from '@chengyun/contract/streams'
import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { Catalogue, StreamFacts, ThingFacts } from '../domain/catalogue.ts'

/** Things with the facts of their items; removed items keep their thing and are known until their streams are removed. */
async function listThings(db: Db | Tx, condition: RawBuilder<boolean>): Promise<ThingFacts[]> {
  const { rows } =
    await sql<ThingFacts>`select t.id, t.item_id, t.type_id, i.code, i.name, i.class_code, i.lng, i.lat, i.grid_code,
      i.authority_id, i.owner_id, i.maintainer_id
    from streams.thing t join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id where ${condition}`.execute(db)
  return rows
}

async function listStreamFacts(db: Db | Tx, condition: RawBuilder<boolean>): Promise<StreamFacts[]> {
  const { rows } =
    await sql<StreamFacts>`select id, thing_id, key, kind, low, high, interval_s, stale_after_s, stuck_after_s, hidden,
      date_part('epoch', maintenance_until) * 1000 as maintenance_until, removed_at is not null as is_removed
    from streams.stream s where ${condition}`.execute(db)
  return rows
}

/** Which registers only some may know. */
export async function refreshTypes(db: Db, catalogue: Catalogue): Promise<void> {
  const { rows } = await sql<{
    id: string
  }>`select id from registry.pub_type where declaration->>'access' = 'restricted'`.execute(db)
  catalogue.restricted = new Set(rows.map((r) => r.id))
}

/** Everything there is, into an empty catalogue. */
export async function fillCatalogue(db: Db, catalogue: Catalogue): Promise<void> {
  await refreshTypes(db, catalogue)
  for (const thing of await listThings(db, sql`true`)) catalogue.putThing(thing)
  for (const stream of await listStreamFacts(db, sql`removed_at is null`)) catalogue.putStream(stream)
}

/** Reads these streams and their things again. */
export async function refreshStreams(db: Db, catalogue: Catalogue, ids: readonly number[]): Promise<void> {
  const streams = await listStreamFacts(db, sql`id = any(${[...ids]}::int[])`)
  const missing = [...new Set(streams.map((s) => s.thing_id))].filter((id) => !catalogue.things.has(id))
  if (missing.length > 0) for (const thing of await listThings(db, sql`t.id = any(${missing}::int[])`)) catalogue.putThing(thing)
  for (const stream of streams) catalogue.putStream(stream)
}

/** Reads these things and all their streams again. */
export async function refreshThings(db: Db, catalogue: Catalogue, ids: readonly number[]): Promise<void> {
  const things = await listThings(db, sql`t.id = any(${[...ids]}::int[])`)
  const there = new Set(things.map((t) => t.id))
  for (const thing of things) catalogue.putThing(thing)
  for (const id of ids) if (!there.has(id)) catalogue.dropThing(id)
  for (const stream of await listStreamFacts(db, sql`thing_id = any(${[...ids]}::int[])`)) catalogue.putStream(stream)
}

/** Reads everything again, what was removed included. */
export async function refreshAll(db: Db, catalogue: Catalogue): Promise<void> {
  const things = await listThings(db, sql`true`)
  const there = new Set(things.map((t) => t.id))
  for (const id of [...catalogue.things.keys()]) if (!there.has(id)) catalogue.dropThing(id)
  for (const thing of things) catalogue.putThing(thing)
  for (const stream of await listStreamFacts(db, sql`true`)) catalogue.putStream(stream)
}

/** Items of registers changed: their things are read again. */
export async function refreshItems(db: Db, catalogue: Catalogue, typeId: string, itemId: string | null): Promise<void> {
  const one = itemId === null ? sql`true` : sql`t.item_id = ${itemId}`
  for (const thing of await listThings(db, sql`t.type_id = ${typeId} and ${one}`)) catalogue.putThing(thing)
}

/** A stream as it is declared. */
export interface StreamRecord {
  id: number
  thing_id: number
  item_id: string
  type_id: string
  sensor_id: number
  observed_property_id: number
  key: string
  name: string
  description: string
  kind: StreamKind
  observation_type: string
  unit: StreamUnit
  low: number | null
  high: number | null
  interval_s: number | null
  stale_after_s: number | null
  stuck_after_s: number | null
  hidden: boolean
  properties: Record<string, unknown>
  maintenance_until: Date | null
  created_at: Date
  updated_at: Date
  removed_at: Date | null
}

const selectStreams = (condition: RawBuilder<boolean>, order: RawBuilder<unknown> = sql`s.id`) =>
  sql<StreamRecord>`select s.id, s.thing_id, t.item_id, t.type_id, s.sensor_id, s.observed_property_id, s.key, s.name, s.description, s.kind,
      s.observation_type, s.unit, s.low, s.high, s.interval_s, s.stale_after_s, s.stuck_after_s, s.hidden, s.properties, s.maintenance_until,
      s.created_at, s.updated_at, s.removed_at
    from streams.stream s join streams.thing t on t.id = s.thing_id where ${condition} order by ${order}`

/** Streams by number, removed ones included. */
export async function listStreams(db: Db | Tx, ids: readonly number[]): Promise<StreamRecord[]> {
  if (ids.length === 0) return []
  const { rows } = await selectStreams(sql`s.id = any(${[...ids]}::int[])`).execute(db)
  return rows
}

/** A stream that is not removed. */
export async function findStream(db: Db | Tx, id: number): Promise<StreamRecord | undefined> {
  const { rows } = await selectStreams(sql`s.id = ${id} and s.removed_at is null`).execute(db)
  return rows[0]
}

/** Streams of a thing that are not removed, by key. */
export async function listStreamsOfThing(db: Db | Tx, thingId: number): Promise<StreamRecord[]> {
  const { rows } = await selectStreams(sql`s.thing_id = ${thingId} and s.removed_at is null`, sql`s.key`).execute(db)
  return rows
}

/** Number of the stream of an item by what people call them: register, code of the item, key of the stream. */
export async function findStreamByKey(db: Db | Tx, typeId: string, code: string, key: string): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`select s.id from registry.pub_item i join streams.thing t on t.item_id = i.id
      join streams.stream s on s.thing_id = t.id
    where i.type_id = ${typeId} and i.code = ${code} and s.key = ${key} and s.removed_at is null`.execute(db)
  return rows[0]?.id
}

/** Ids of items by code; codes nobody has are left out. */
export async function listItemIds(
  db: Db | Tx,
  typeId: string,
  codes: readonly string[]
): Promise<{ id: string; code: string }[]> {
  const { rows } = await sql<{ id: string; code: string }>`select id, code from registry.pub_item
    where type_id = ${typeId} and code = any(${[...codes]}::text[]) and removed_at is null`.execute(db)
  return rows
}

/** Number of the thing of an item; undefined when nothing is observed of it. */
export async function findThing(db: Db | Tx, itemId: string): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`select id from streams.thing where item_id = ${itemId}`.execute(db)
  return rows[0]?.id
}
