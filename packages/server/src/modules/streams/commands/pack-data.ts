import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'

/** A stream key of a register. */
export interface StreamOfType {
  typeId: string
  key: string
}

/** Gives a stream of a register another key: its template and every stream made from it; what they said stays theirs. Answers how many streams. */
export const renameStreams = command(async (tx, input: StreamOfType & { to: string }, ctx): Promise<number> => {
  const { typeId, key, to } = input
  await sql`update streams.template set key = ${to}, declaration = jsonb_set(declaration, '{key}', to_jsonb(${to}::text)), version = version + 1,
    updated_at = ${ctx.now} where type_id = ${typeId} and key = ${key}`.execute(tx)
  const { rows } = await sql<{ id: number }>`update streams.stream s set key = ${to}, updated_at = ${ctx.now} from streams.thing t
    where t.id = s.thing_id and t.type_id = ${typeId} and s.key = ${key} and s.removed_at is null returning s.id`.execute(tx)
  ctx.emit('streams.changed', { what: 'template', ids: [`${typeId}/${to}`] })
  if (rows.length > 0) ctx.emit('streams.changed', { what: 'stream', ids: [] })
  ctx.audit({
    action: 'streams.renameStreams',
    objectType: 'streamTemplate',
    objectId: `${typeId}/${to}`,
    result: 'ok',
    before: { key },
    after: { key: to, streams: rows.length }
  })
  return rows.length
})

const PARTS = ['latest', 'reading', 'pack', 'rollup_minute', 'rollup_hour', 'rollup_day', 'dirty_hour'] as const

/**
 * Removes streams with everything they ever said: those of whole registers, and single keys of others. Things that nothing is observed of afterwards, and
 * models and properties that were theirs alone, go with them. Only the audit trail still knows. Answers how many streams.
 */
export const purgeStreams = command(
  async (tx, input: { types: readonly string[]; keys: readonly StreamOfType[] }, ctx): Promise<number> => {
    const types = [...input.types]
    const keys = input.keys.map((k) => `${k.typeId}/${k.key}`)
    const { rows } = await sql<{ id: number; thing: number; sensor: number; property: number }>`select s.id, s.thing_id as thing,
        s.sensor_id as sensor, s.observed_property_id as property
      from streams.stream s join streams.thing t on t.id = s.thing_id
      where t.type_id = any(${types}::text[]) or t.type_id || '/' || s.key = any(${keys}::text[])`.execute(tx)
    const ids = rows.map((r) => r.id)
    if (ids.length > 0) {
      for (const part of PARTS)
        await sql`delete from ${sql.table(`streams.${part}`)} where stream_id = any(${ids}::int[])`.execute(tx)
      await sql`delete from streams.stream where id = any(${ids}::int[])`.execute(tx)
      const of = (which: 'sensor' | 'property') => [...new Set(rows.map((r) => r[which]))]
      await sql`delete from streams.sensor x where id = any(${of('sensor')}::int[])
        and not exists (select from streams.stream s where s.sensor_id = x.id)`.execute(tx)
      await sql`delete from streams.observed_property x where id = any(${of('property')}::int[])
        and not exists (select from streams.stream s where s.observed_property_id = x.id)`.execute(tx)
    }
    const things = await purgeThings(tx, types, [...new Set(rows.map((r) => r.thing))])
    if (ids.length + things > 0) {
      ctx.emit('streams.changed', { what: 'thing', ids: [] })
      ctx.audit({
        action: 'streams.purge',
        objectType: 'stream',
        objectId: [...types, ...keys].join(',').slice(0, 200),
        result: 'ok',
        after: { streams: ids.length, things }
      })
    }
    return ids.length
  }
)

/** Things of whole registers with their devices, and of `bare` those that have neither streams nor a device. */
async function purgeThings(tx: Tx, types: readonly string[], bare: readonly number[]): Promise<number> {
  const { rows } = await sql<{ id: number; item: string }>`select t.id, t.item_id as item from streams.thing t
    where t.type_id = any(${[...types]}::text[])
      or t.id = any(${[...bare]}::int[]) and not exists (select from streams.stream s where s.thing_id = t.id)
        and not exists (select from streams.device d where d.thing_id = t.id)`.execute(tx)
  if (rows.length === 0) return 0
  const ids = rows.map((r) => r.id)
  const { rows: devices } = await sql<{ item: string }>`delete from streams.device
    where type_id = any(${[...types]}::text[]) or thing_id = any(${ids}::int[]) returning item_id as item`.execute(tx)
  await sql`delete from streams.push_nonce where item_id = any(${devices.map((d) => d.item)}::uuid[])`.execute(tx)
  const { rows: places } = await sql<{
    id: number
  }>`select location_id as id from streams.thing_location where thing_id = any(${ids}::int[])
    union select p.location_id from streams.historical_place p join streams.historical_location h on h.id = p.historical_id
      where h.thing_id = any(${ids}::int[])`.execute(tx)
  await sql`delete from streams.thing_location where thing_id = any(${ids}::int[])`.execute(tx)
  await sql`delete from streams.historical_location where thing_id = any(${ids}::int[])`.execute(tx)
  const alone = sql`l.id = any(${places.map((p) => p.id)}::int[])
    and not exists (select from streams.thing_location t where t.location_id = l.id)
    and not exists (select from streams.historical_place p where p.location_id = l.id)`
  await sql`delete from streams.feature_of_interest where thing_id = any(${ids}::int[])
    or location_id in (select l.id from streams.location l where ${alone})`.execute(tx)
  await sql`delete from streams.location l where ${alone}`.execute(tx)
  await sql`delete from streams.thing where id = any(${ids}::int[])`.execute(tx)
  return ids.length
}
