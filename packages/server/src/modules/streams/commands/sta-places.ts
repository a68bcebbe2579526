/** Locations, features and where things were: what SensorThings writes of places. The place itself is the register's. */
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { editItem, findItemById, type RegistryEnv } from '../../registry/index.ts'
import { forRegister } from '../domain/sta/body.ts'
import { StaError } from '../domain/sta/fault.ts'
import { boundsOf, geometryIn, lengthOf } from '../domain/sta/geometry.ts'

export const BY_STA = { source: 'device', note: 'SensorThings' } as const
type Json = Record<string, unknown>

interface PlaceColumns {
  lng: number | null
  lat: number | null
  bounds: string
  length: number
}

function columnsOf(place: unknown): PlaceColumns {
  const g = geometryIn(place)
  if (g === null) throw new StaError('a valid GeoJSON geometry is expected')
  const [w, s, e, n] = boundsOf(g)
  const [lng = null, lat = null] = g.type === 'Point' ? g.coordinates : []
  return { lng, lat, bounds: `(${e},${n}),(${w},${s})`, length: lengthOf(g) }
}

/** Adds a Location that nothing is at yet. */
export async function insertLocation(tx: Tx, v: Json, now: Date): Promise<number> {
  const p = columnsOf(v.location)
  const { rows } = await sql<{
    id: number
  }>`insert into streams.location (name, description, encoding_type, location, properties, lng, lat, bounds,
      length, created_at) values (${v.name}, ${v.description}, ${v.encodingType}, ${JSON.stringify(v.location)}::jsonb,
      ${JSON.stringify(v.properties ?? {})}::jsonb, ${p.lng}, ${p.lat}, ${p.bounds}::box, ${p.length}, ${now}) returning id`.execute(
    tx
  )
  return (rows[0] as { id: number }).id
}

/** Adds a FeatureOfInterest. */
export async function insertFeature(tx: Tx, v: Json, now: Date): Promise<number> {
  const p = columnsOf(v.feature)
  const { rows } = await sql<{
    id: number
  }>`insert into streams.feature_of_interest (name, description, encoding_type, feature, properties, lng, lat,
      bounds, length, created_at) values (${v.name}, ${v.description}, ${v.encodingType}, ${JSON.stringify(v.feature)}::jsonb,
      ${JSON.stringify(v.properties ?? {})}::jsonb, ${p.lng}, ${p.lat}, ${p.bounds}::box, ${p.length}, ${now}) returning id`.execute(
    tx
  )
  return (rows[0] as { id: number }).id
}

const TABLES = {
  Location: { table: 'streams.location', place: 'location' },
  FeatureOfInterest: { table: 'streams.feature_of_interest', place: 'feature' }
} as const

/** Changes what is said of a Location or a feature. */
export async function updatePlace(tx: Tx, entity: keyof typeof TABLES, id: number, v: Json): Promise<void> {
  const { table, place } = TABLES[entity]
  const sets = [
    ...(v.name === undefined ? [] : [sql`name = ${v.name}`]),
    ...(v.description === undefined ? [] : [sql`description = ${v.description}`]),
    ...(v.encodingType === undefined ? [] : [sql`encoding_type = ${v.encodingType}`]),
    ...(v.properties === undefined ? [] : [sql`properties = ${JSON.stringify(v.properties)}::jsonb`])
  ]
  if (v[place] !== undefined) {
    const p = columnsOf(v[place])
    sets.push(sql`${sql.id(place)} = ${JSON.stringify(v[place])}::jsonb, lng = ${p.lng}, lat = ${p.lat}, bounds = ${p.bounds}::box,
      length = ${p.length}`)
  }
  if (sets.length > 0) await sql`update ${sql.raw(table)} set ${sql.join(sets)} where id = ${id}`.execute(tx)
}

/** The GeoJSON of a Location that is there. */
export async function placeOfLocation(tx: Tx, id: number): Promise<unknown> {
  const { rows } = await sql<{
    location: unknown
  }>`select location from streams.location where id = ${id} and removed_at is null`.execute(tx)
  if (!rows[0]) throw new StaError(`there is no Location ${id}`)
  return rows[0].location
}

/** From an instant on a thing is at these Locations; its history says so. */
export async function putThingAt(tx: Tx, thing: number, locations: readonly number[], at: Date): Promise<number> {
  const ids = [...new Set(locations)]
  await sql`delete from streams.thing_location where thing_id = ${thing}`.execute(tx)
  await sql`insert into streams.thing_location (thing_id, location_id, lng, lat)
    select t.id, l.id, i.lng, i.lat from streams.thing t join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id,
      unnest(${ids}::int[]) l (id) where t.id = ${thing}`.execute(tx)
  return addHistory(tx, thing, ids, at)
}

/** Says where a thing was at an instant. */
export async function addHistory(tx: Tx, thing: number, locations: readonly number[], at: Date): Promise<number> {
  const { rows } = await sql<{
    id: number
  }>`insert into streams.historical_location (thing_id, time) values (${thing}, ${at}) returning id`.execute(tx)
  const { id } = rows[0] as { id: number }
  await sql`insert into streams.historical_place (historical_id, location_id) select ${id}, unnest(${[...new Set(locations)]}::int[])`.execute(
    tx
  )
  return id
}

/** The items of things move to a place: in the register, with its history. Whose item is there already stays. */
export async function moveItems(
  tx: Tx,
  env: RegistryEnv,
  things: readonly number[],
  place: unknown,
  ctx: CommandContext
): Promise<void> {
  const geometry = forRegister(place)
  for (const thing of things) {
    const { rows } = await sql<{ item: string }>`select item_id as item from streams.thing where id = ${thing}`.execute(tx)
    const item = rows[0] && (await findItemById(tx, rows[0].item))
    if (!item || item.removed_at !== null) continue
    const isThere = geometry.type === 'Point' && item.lng === geometry.coordinates[0] && item.lat === geometry.coordinates[1]
    if (isThere && item.shape === null) continue
    const edit = { version: null, changes: { geometry: geometry as never } }
    await editItem(env)
      .within(tx, { type: item.type_id, code: item.code, edit, why: BY_STA }, ctx)
      .catch((error: unknown) => {
        if ((error as { code?: string }).code !== 'REGISTRY_NOTHING_CHANGED') throw error
      })
    await sql`update streams.thing_location x set lng = i.lng, lat = i.lat from streams.thing t
      join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id where t.id = ${thing} and x.thing_id = t.id`.execute(
      tx
    )
  }
}

/** The things that are at a Location now. */
export async function thingsAt(tx: Tx, location: number): Promise<number[]> {
  const { rows } = await sql<{
    id: number
  }>`select thing_id as id from streams.thing_location where location_id = ${location} order by 1`.execute(tx)
  return rows.map((r) => r.id)
}

/** Things whose items were moved in the register are at a new Location from `at` on; those whose place was taken away are nowhere. */
export async function followItems(tx: Tx, typeId: string, itemId: string | null, at: Date): Promise<number> {
  const one = itemId === null ? sql`true` : sql`t.item_id = ${itemId}`
  const { rows } = await sql<{ id: number }>`select case when i.lng is null then 0 else
      streams.place_thing(t.id, coalesce(nullif(i.address, ''), i.name), i.lng, i.lat, ${at}::timestamptz) end as id
    from streams.thing t join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id
    where t.type_id = ${typeId} and ${one} and i.lng is not null and not exists (select from streams.thing_location x
      where x.thing_id = t.id and x.lng = i.lng and x.lat = i.lat)`.execute(tx)
  await sql`delete from streams.thing_location x using streams.thing t join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id
    where x.thing_id = t.id and t.type_id = ${typeId} and ${one} and i.lng is null`.execute(tx)
  return rows.length
}
