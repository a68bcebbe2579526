import {
  NO_UNIT,
  OBSERVATION_TYPES,
  STREAMS_ERRORS,
  type StreamDeclaration,
  type StreamKind,
  type StreamUnit
} from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { type CommandContext, command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { findStream, findThing } from '../queries/catalogue.ts'
import { listTemplates } from '../queries/templates.ts'

const fail = thrower(STREAMS_ERRORS)

/** The thing of a register item under its number; made when it is none yet. Throws STREAMS_THING_NOT_FOUND where there is no such item. */
export async function ensureThing(tx: Tx, itemId: string, now: Date): Promise<number> {
  const known = await findThing(tx, itemId)
  if (known !== undefined) return known
  const { rows } = await sql<{ id: number }>`insert into streams.thing (item_id, type_id, created_at)
    select id, type_id, ${now} from registry.pub_item where id = ${itemId}
    on conflict (item_id) do update set item_id = excluded.item_id returning id`.execute(tx)
  const id = rows[0]?.id
  if (id === undefined) throw fail('STREAMS_THING_NOT_FOUND', { thing: itemId })
  return id
}

/** The things of many items under their numbers, by item. Throws STREAMS_THING_NOT_FOUND where one is no item. */
export async function ensureThings(tx: Tx, itemIds: readonly string[], now: Date): Promise<Map<string, number>> {
  const ids = [...new Set(itemIds)]
  await sql`insert into streams.thing (item_id, type_id, created_at) select i.id, i.type_id, ${now} from registry.pub_item i
    where i.id = any(${ids}::uuid[]) and not exists (select from streams.thing t where t.item_id = i.id) on conflict (item_id) do nothing`.execute(
    tx
  )
  const { rows } = await sql<{
    id: number
    item_id: string
  }>`select id, item_id from streams.thing where item_id = any(${ids}::uuid[])`.execute(tx)
  const things = new Map(rows.map((r) => [r.item_id, r.id]))
  const missing = ids.find((id) => !things.has(id))
  if (missing !== undefined) throw fail('STREAMS_THING_NOT_FOUND', { thing: missing })
  return things
}

/** A model or procedure of observing by its name; made when it is not known. */
export async function ensureSensor(tx: Tx, sensor: { name: string; metadata?: string | undefined }): Promise<number> {
  const metadata = JSON.stringify(sensor.metadata ?? '')
  await sql`select pg_advisory_xact_lock(727044, 1)`.execute(tx)
  const { rows } = await sql<{
    id: number
  }>`with known as (select id from streams.sensor where name = ${sensor.name} order by id limit 1),
      made as (insert into streams.sensor (name, encoding_type, metadata)
        select ${sensor.name}, 'text/plain', ${metadata}::jsonb where not exists (select from known) returning id)
    select id from known union all select id from made`.execute(tx)
  return rows[0]!.id
}

/** An observed property by its definition; made when it is not known. */
export async function ensureProperty(tx: Tx, property: { name: string; definition: string }): Promise<number> {
  await sql`select pg_advisory_xact_lock(727044, 2)`.execute(tx)
  const { rows } = await sql<{
    id: number
  }>`with known as (select id from streams.observed_property where definition = ${property.definition} order by id limit 1),
      made as (insert into streams.observed_property (name, definition)
        select ${property.name}, ${property.definition} where not exists (select from known) returning id)
    select id from known union all select id from made`.execute(tx)
  return rows[0]!.id
}

/** A stream to be: what is left out is not known. */
export interface StreamDraft {
  thingId: number
  key: string
  name: string
  description?: string
  kind?: StreamKind
  unit?: StreamUnit
  observationType?: string
  /** Numbers of existing ones; or what they are called. */
  sensor: number | { name: string; metadata?: string | undefined }
  property: number | { name: string; definition: string }
  low?: number | null
  high?: number | null
  intervalS?: number | null
  staleAfterS?: number | null
  stuckAfterS?: number | null
  /** Single values are shown to nobody; as the template of this key says, where it is not said. */
  hidden?: boolean
  properties?: Record<string, unknown>
}

const UNKNOWN_SENSOR = { name: '未知', metadata: '' }

async function insertStream(tx: Tx, draft: StreamDraft, now: Date): Promise<number> {
  const { kind = 'number', unit = NO_UNIT } = draft
  const sensorId = typeof draft.sensor === 'number' ? draft.sensor : await ensureSensor(tx, draft.sensor)
  const propertyId = typeof draft.property === 'number' ? draft.property : await ensureProperty(tx, draft.property)
  const { rows } = await sql<{
    id: number
  }>`insert into streams.stream (thing_id, sensor_id, observed_property_id, key, name, description,
      kind, observation_type, unit, low, high, interval_s, stale_after_s, stuck_after_s, hidden, properties, created_at, updated_at)
    select t.id, ${sensorId}, ${propertyId}, ${draft.key}, ${draft.name}, ${draft.description ?? ''}, ${kind},
      ${draft.observationType ?? OBSERVATION_TYPES[kind]}, ${JSON.stringify(unit)}::jsonb, ${draft.low ?? null}, ${draft.high ?? null},
      ${draft.intervalS ?? null}, ${draft.staleAfterS ?? null}, ${draft.stuckAfterS ?? null}, coalesce(${draft.hidden ?? null}::boolean,
        (select m.declaration ->> 'hidden' = 'true' from streams.template m where m.type_id = t.type_id and m.key = ${draft.key}), false),
      ${JSON.stringify(draft.properties ?? {})}::jsonb, ${now}, ${now}
    from streams.thing t where t.id = ${draft.thingId}
    on conflict (thing_id, key) where removed_at is null do nothing returning id`.execute(tx)
  const id = rows[0]?.id
  if (id !== undefined) return id
  const { rows: things } = await sql`select 1 from streams.thing where id = ${draft.thingId}`.execute(tx)
  if (things.length === 0) throw fail('STREAMS_THING_NOT_FOUND', { thing: draft.thingId })
  throw fail('STREAMS_KEY_TAKEN', { key: draft.key })
}

const changed = (ctx: CommandContext, what: string, ids: readonly (number | string)[]): void =>
  // So many that reading all again is cheaper than naming them.
  ctx.emit('streams.changed', { what, ids: ids.length > 5000 ? [] : ids })

/** Declares a stream of a thing. Throws STREAMS_THING_NOT_FOUND, STREAMS_KEY_TAKEN. */
export const createStream = command(async (tx, draft: StreamDraft, ctx): Promise<{ id: number }> => {
  const id = await insertStream(tx, draft, ctx.now)
  changed(ctx, 'stream', [id])
  return { id }
})

/**
 * Gives items of a register the streams of its templates: all, or those of `keys`; a template that is for some items only (`where`) is left out for the
 * others. What a thing has already is left as it is. Answers what was made. Throws STREAMS_TEMPLATE_NOT_FOUND.
 */
export const createFromTemplates = command(
  async (tx, input: { typeId: string; itemIds: readonly string[]; keys?: readonly string[] | undefined }, ctx) => {
    const { typeId, keys } = input
    const itemIds = [...input.itemIds]
    const templates = (await listTemplates(tx, typeId)).filter((t) => keys === undefined || keys.includes(t.key))
    const missing = keys?.find((key) => !templates.some((t) => t.key === key))
    if (missing !== undefined || templates.length === 0)
      throw fail('STREAMS_TEMPLATE_NOT_FOUND', { type: typeId, key: missing ?? '' })
    await sql`insert into streams.thing (item_id, type_id, created_at) select id, type_id, ${ctx.now} from registry.pub_item
      where type_id = ${typeId} and id = any(${itemIds}::uuid[]) and removed_at is null on conflict (item_id) do nothing`.execute(
      tx
    )
    const made: number[] = []
    for (const { declaration } of templates) made.push(...(await fromTemplate(tx, typeId, itemIds, declaration, ctx.now)))
    if (made.length > 0) changed(ctx, 'stream', made)
    return { made: made.length, ids: made }
  }
)

async function fromTemplate(tx: Tx, typeId: string, itemIds: string[], d: StreamDeclaration, now: Date): Promise<number[]> {
  const sensorId = await ensureSensor(tx, UNKNOWN_SENSOR)
  const propertyId = await ensureProperty(tx, { name: d.name.zh, definition: d.property ?? `urn:property:${d.key}` })
  const unit: StreamUnit = { name: d.unit.name.zh, symbol: d.unit.symbol, definition: d.unit.definition ?? d.unit.symbol }
  const wanted = Object.entries(d.where ?? {}).map(
    ([key, values]) => sql`coalesce(i.attributes -> ${key} <@ ${JSON.stringify(values)}::jsonb, false)`
  )
  const { rows } = await sql<{
    id: number
  }>`insert into streams.stream (thing_id, sensor_id, observed_property_id, key, name, kind,
      observation_type, unit, low, high, interval_s, stale_after_s, stuck_after_s, hidden, properties, created_at, updated_at)
    select t.id, ${sensorId}, ${propertyId}, ${d.key}, ${d.name.zh}, ${d.kind}, ${OBSERVATION_TYPES[d.kind]},
      ${JSON.stringify(unit)}::jsonb, ${d.low ?? null}, ${d.high ?? null}, ${d.intervalS}, ${d.staleAfterS},
      ${d.stuckAfterS ?? null}, ${d.hidden ?? false}, ${JSON.stringify(propertiesOf(d))}::jsonb, ${now}, ${now}
    from streams.thing t join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id
    where t.item_id = any(${itemIds}::uuid[]) and t.type_id = ${typeId} and ${sql.join([sql`true`, ...wanted], sql` and `)}
    on conflict (thing_id, key) where removed_at is null do nothing returning id`.execute(tx)
  return rows.map((r) => r.id)
}

/** What a template says that a stream has no column for. */
const propertiesOf = (d: StreamDeclaration): Record<string, unknown> => ({
  nameEn: d.name.en,
  unitEn: d.unit.name.en,
  decimals: d.decimals,
  ...(d.categories !== undefined && { categories: d.categories })
})

/** What can be changed of a stream; what is left out stays. */
export interface StreamPatch {
  name?: string
  description?: string
  unit?: StreamUnit
  observationType?: string
  low?: number | null
  high?: number | null
  intervalS?: number | null
  staleAfterS?: number | null
  stuckAfterS?: number | null
  properties?: Record<string, unknown>
  thingId?: number
  sensorId?: number
  propertyId?: number
}

/** Changes the declaration of a stream. Throws STREAMS_NOT_FOUND, STREAMS_THING_NOT_FOUND, STREAMS_KEY_TAKEN. */
export const editStream = command(async (tx, { id, patch }: { id: number; patch: StreamPatch }, ctx) => {
  const before = await findStream(tx, id)
  if (!before) throw fail('STREAMS_NOT_FOUND', { stream: id })
  const next = {
    name: patch.name ?? before.name,
    description: patch.description ?? before.description,
    unit: patch.unit ?? before.unit,
    observationType: patch.observationType ?? before.observation_type,
    low: patch.low === undefined ? before.low : patch.low,
    high: patch.high === undefined ? before.high : patch.high,
    intervalS: patch.intervalS === undefined ? before.interval_s : patch.intervalS,
    staleAfterS: patch.staleAfterS === undefined ? before.stale_after_s : patch.staleAfterS,
    stuckAfterS: patch.stuckAfterS === undefined ? before.stuck_after_s : patch.stuckAfterS,
    properties: patch.properties ?? before.properties,
    thingId: patch.thingId ?? before.thing_id,
    sensorId: patch.sensorId ?? before.sensor_id,
    propertyId: patch.propertyId ?? before.observed_property_id
  }
  if (next.thingId !== before.thing_id) {
    const { rows } = await sql<{ taken: boolean }>`select exists (select from streams.stream
        where thing_id = t.id and key = ${before.key} and removed_at is null) as taken from streams.thing t where id = ${next.thingId}`.execute(
      tx
    )
    if (!rows[0]) throw fail('STREAMS_THING_NOT_FOUND', { thing: next.thingId })
    if (rows[0].taken) throw fail('STREAMS_KEY_TAKEN', { key: before.key })
  }
  await sql`update streams.stream set name = ${next.name}, description = ${next.description}, unit = ${JSON.stringify(next.unit)}::jsonb,
      observation_type = ${next.observationType}, low = ${next.low}, high = ${next.high}, interval_s = ${next.intervalS},
      stale_after_s = ${next.staleAfterS}, stuck_after_s = ${next.stuckAfterS}, properties = ${JSON.stringify(next.properties)}::jsonb,
      thing_id = ${next.thingId}, sensor_id = ${next.sensorId}, observed_property_id = ${next.propertyId}, updated_at = ${ctx.now}
    where id = ${id}`.execute(tx)
  changed(ctx, 'stream', [id])
  ctx.audit({
    action: 'streams.editStream',
    objectType: 'stream',
    objectId: String(id),
    result: 'ok',
    after: { fields: Object.keys(patch) }
  })
})

/** Ends streams: they take no readings any more; what they said stays as long as readings are kept. */
export const removeStreams = command(async (tx, { ids }: { ids: readonly number[] }, ctx) => {
  const { rows } = await sql<{ id: number }>`update streams.stream set removed_at = ${ctx.now}, updated_at = ${ctx.now}
    where id = any(${[...ids]}::int[]) and removed_at is null returning id`.execute(tx)
  if (rows.length === 0) return { removed: 0 }
  changed(
    ctx,
    'stream',
    rows.map((r) => r.id)
  )
  ctx.audit({
    action: 'streams.removeStreams',
    objectType: 'stream',
    objectId: rows.length === 1 ? String(rows[0]!.id) : `${rows.length}`,
    result: 'ok',
    after: { count: rows.length }
  })
  return { removed: rows.length }
})

/** Says that somebody works on what these streams observe: until then their readings are kept as `maintenance`. `until` null: the work is done. */
export const setMaintenance = command(async (tx, input: { ids: readonly number[]; until: Date | null; reason: string }, ctx) => {
  const { rows } = await sql<{ id: number }>`update streams.stream set maintenance_until = ${input.until}, updated_at = ${ctx.now}
      where id = any(${[...input.ids]}::int[]) and removed_at is null returning id`.execute(tx)
  if (rows.length === 0) throw fail('STREAMS_NOT_FOUND', { stream: input.ids.join(', ') })
  changed(
    ctx,
    'stream',
    rows.map((r) => r.id)
  )
  ctx.emit('streams.maintenance', {
    ids: rows.map((r) => r.id),
    until: input.until?.toISOString() ?? null,
    reason: input.reason,
    by: { id: ctx.actor.id, name: ctx.actor.name }
  })
  ctx.audit({
    action: 'streams.setMaintenance',
    objectType: 'stream',
    objectId: rows
      .map((r) => r.id)
      .slice(0, 20)
      .join(','),
    result: 'ok',
    after: { until: input.until?.toISOString() ?? null, count: rows.length },
    reason: input.reason
  })
})
