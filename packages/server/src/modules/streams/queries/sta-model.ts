/** What the entities of SensorThings are in tables: where they come from, what is seen of them, how they hang together. */
import { QUALITIES } from '@chengyun/contract/streams'
import { type RawBuilder, sql } from 'kysely'
import { type Reach, reachCondition } from '../../registry/index.ts'
import type { Kind } from '../domain/sta/ast.ts'
import type { EntityName } from '../domain/sta/model.ts'

export type Sql = RawBuilder<unknown>
export type Condition = RawBuilder<boolean>

/** What whoever asks may see. */
export interface Sight {
  reach: Reach
  /** Registers that are not shown to him at all. */
  hiddenTypes: readonly string[]
  /** Attributes that are not shown in clear, by key: the registers that keep them. */
  hiddenAttributes: ReadonlyMap<string, readonly string[]>
  /** Single readings of hidden streams are shown: to the platform itself alone. */
  showsHidden: boolean
}

const col = (alias: string, name: string): Sql => sql.ref(`${alias}.${name}`)
const table = (name: string, alias: string): Sql => sql`${sql.raw(name)} as ${sql.id(alias)}`

/** Tables of the entities; a Thing has its register item beside it, under its alias and `i`. */
export function sourceOf(entity: EntityName, a: string): Sql {
  switch (entity) {
    case 'Thing':
      return sql`streams.thing as ${sql.id(a)} join registry.pub_item as ${sql.id(`${a}i`)}
        on ${col(`${a}i`, 'type_id')} = ${col(a, 'type_id')} and ${col(`${a}i`, 'id')} = ${col(a, 'item_id')}`
    case 'Location':
      return table('streams.location', a)
    case 'HistoricalLocation':
      return table('streams.historical_location', a)
    case 'Datastream':
      return table('streams.stream', a)
    case 'Sensor':
      return table('streams.sensor', a)
    case 'ObservedProperty':
      return table('streams.observed_property', a)
    case 'Observation':
      return table('streams.reading', a)
    case 'FeatureOfInterest':
      return table('streams.feature_of_interest', a)
  }
}

/** The table alone, for what hangs on an entity that is known to be seen. */
export const baseOf = (entity: EntityName, a: string): Sql =>
  entity === 'Thing' ? table('streams.thing', a) : sourceOf(entity, a)

const all = (parts: readonly (Condition | null)[]): Condition => {
  const some = parts.filter((p) => p !== null)
  return some.length === 0 ? sql<boolean>`true` : sql<boolean>`(${sql.join(some, sql` and `)})`
}

/** The Thing of a number is seen. */
const seesThing = (sight: Sight, id: Sql, a: string): Condition =>
  sql`exists (select from ${sourceOf('Thing', a)} where ${col(a, 'id')} = ${id} and ${visible(sight, 'Thing', a)})`

/** Which rows of an entity are shown: what is there, within the reach of whoever asks. Also inside filters, so that nothing can be guessed. */
export function visible(sight: Sight, entity: EntityName, a: string): Condition {
  const there: Condition = sql`${col(a, 'removed_at')} is null`
  switch (entity) {
    case 'Thing':
      return all([
        sql`${col(`${a}i`, 'removed_at')} is null`,
        sight.hiddenTypes.length === 0 ? null : sql`${col(a, 'type_id')} <> all(${[...sight.hiddenTypes]}::text[])`,
        reachCondition(sight.reach, `${a}i`)
      ])
    case 'Datastream':
      return all([there, seesThing(sight, col(a, 'thing_id'), `${a}t`)])
    case 'HistoricalLocation':
      return seesThing(sight, col(a, 'thing_id'), `${a}t`)
    case 'Location':
      return all([there, isOpen(sight) ? null : sql`(${neverUsed(col(a, 'id'))} or ${usedBySeen(sight, col(a, 'id'), a)})`])
    case 'FeatureOfInterest':
      return all([
        there,
        isOpen(sight)
          ? null
          : sql`(${col(a, 'thing_id')} is null or ${seesThing(sight, col(a, 'thing_id'), `${a}t`)})
          and (${col(a, 'location_id')} is null or ${neverUsed(col(a, 'location_id'))} or ${usedBySeen(sight, col(a, 'location_id'), a)})`
      ])
    case 'Observation':
      return seesStream(sight, col(a, 'stream_id'), a)
    default:
      return there
  }
}
const isOpen = (sight: Sight): boolean => sight.reach.all && sight.hiddenTypes.length === 0
const neverUsed = (location: Sql): Condition =>
  sql`not exists (select from streams.historical_place where location_id = ${location})`
const usedBySeen = (sight: Sight, location: Sql, a: string): Condition =>
  sql`exists (select from streams.historical_place as ${sql.id(`${a}p`)} join streams.historical_location as ${sql.id(`${a}h`)}
    on ${col(`${a}h`, 'id')} = ${col(`${a}p`, 'historical_id')} where ${col(`${a}p`, 'location_id')} = ${location}
      and ${seesThing(sight, col(`${a}h`, 'thing_id'), `${a}t`)})`

/** The readings of a stream are shown. */
export function seesStream(sight: Sight, id: Sql, a: string): Condition {
  const s = `${a}s`
  const open = sight.showsHidden ? sql`` : sql`and not ${col(s, 'hidden')}`
  return sql`${id} in (select ${col(s, 'id')} from streams.stream as ${sql.id(s)} where ${visible(sight, 'Datastream', s)} ${open})`
}

/** The feature of a reading: its own, else that of where its thing was, else that of its thing. `extra` may be SQL null. */
export const featureOf = (stream: Sql, at: Sql, extra: Sql): Sql =>
  sql`coalesce((${extra} ->> 'featureId')::integer,
    (select f.id from streams.stream s join streams.historical_location h on h.thing_id = s.thing_id
        join streams.historical_place p on p.historical_id = h.id join streams.feature_of_interest f on f.location_id = p.location_id
      where s.id = ${stream} order by (h.time <= ${at}) desc, case when h.time <= ${at} then h.time end desc, h.time, h.id desc limit 1),
    (select f.id from streams.stream s join streams.feature_of_interest f on f.thing_id = s.thing_id where s.id = ${stream}))`

/** `b` hangs on `a` by a link of `a`. */
export function joined(from: EntityName, link: string, a: string, b: string): Condition {
  const same = (x: Sql, y: Sql): Condition => sql`${x} = ${y}`
  switch (`${from}/${link}`) {
    case 'Thing/Locations':
      return sql`${col(b, 'id')} in (select l.location_id from streams.thing_location l where l.thing_id = ${col(a, 'id')})`
    case 'Location/Things':
      return sql`${col(b, 'id')} in (select l.thing_id from streams.thing_location l where l.location_id = ${col(a, 'id')})`
    case 'Location/HistoricalLocations':
      return sql`${col(b, 'id')} in (select l.historical_id from streams.historical_place l where l.location_id = ${col(a, 'id')})`
    case 'HistoricalLocation/Locations':
      return sql`${col(b, 'id')} in (select l.location_id from streams.historical_place l where l.historical_id = ${col(a, 'id')})`
    case 'Thing/HistoricalLocations':
    case 'Thing/Datastreams':
      return same(col(b, 'thing_id'), col(a, 'id'))
    case 'HistoricalLocation/Thing':
    case 'Datastream/Thing':
      return same(col(b, 'id'), col(a, 'thing_id'))
    case 'Datastream/Sensor':
      return same(col(b, 'id'), col(a, 'sensor_id'))
    case 'Datastream/ObservedProperty':
      return same(col(b, 'id'), col(a, 'observed_property_id'))
    case 'Datastream/Observations':
      return same(col(b, 'stream_id'), col(a, 'id'))
    case 'Sensor/Datastreams':
      return same(col(b, 'sensor_id'), col(a, 'id'))
    case 'ObservedProperty/Datastreams':
      return same(col(b, 'observed_property_id'), col(a, 'id'))
    case 'Observation/Datastream':
      return same(col(b, 'id'), col(a, 'stream_id'))
    case 'Observation/FeatureOfInterest':
      return same(col(b, 'id'), featureOf(col(a, 'stream_id'), col(a, 'at'), col(a, 'extra')))
    case 'FeatureOfInterest/Observations':
      return same(featureOf(col(b, 'stream_id'), col(b, 'at'), col(b, 'extra')), col(a, 'id'))
    default:
      throw new Error(`no link ${from}/${link}`)
  }
}

/** Facts of the register item that stand among the properties of a Thing, and their columns. */
export const ITEM_FACTS: Readonly<Record<string, string>> = {
  code: 'code',
  status: 'status',
  class: 'class_code',
  gridCode: 'grid_code',
  address: 'address'
}

/** A member of the properties of a Thing as jsonb. */
function thingProperty(sight: Sight, a: string, key: string): Sql {
  if (key === 'register') return sql`to_jsonb(${col(a, 'type_id')})`
  const fact = Object.hasOwn(ITEM_FACTS, key) ? ITEM_FACTS[key] : undefined
  if (fact) return sql`to_jsonb(nullif(${col(`${a}i`, fact)}, ''))`
  const hidden = sight.hiddenAttributes.get(key) ?? []
  const attribute = sql`nullif(${col(`${a}i`, 'attributes')} -> ${key}::text, 'null'::jsonb)`
  const shown =
    hidden.length === 0 ? attribute : sql`case when ${col(a, 'type_id')} <> all(${[...hidden]}::text[]) then ${attribute} end`
  return sql`coalesce(${shown}, ${col(a, 'properties')} -> ${key}::text)`
}

const QUALITY_WORDS = sql.raw(`array[${QUALITIES.map((q) => `'${q}'`).join(',')}]`)

/** A property of an entity as SQL: text, float8, timestamptz, or jsonb where names lie below it. */
export function columnOf(sight: Sight, entity: EntityName, a: string, property: string, below: readonly string[]): Sql {
  const json = (value: Sql): Sql => (below.length === 0 ? value : sql`(${value} #> ${[...below]}::text[])`)
  switch (`${entity}.${property}`) {
    case 'Thing.name':
      return col(`${a}i`, 'name')
    case 'Thing.properties': {
      if (below.length === 0) return col(a, 'properties')
      const first = thingProperty(sight, a, below[0] as string)
      return below.length === 1 ? first : sql`((${first}) #> ${below.slice(1)}::text[])`
    }
    case 'Datastream.properties':
      // The key has a column of its own, and stands among the properties all the same.
      return below[0] === 'key'
        ? below.length === 1
          ? sql`to_jsonb(${col(a, 'key')})`
          : sql`null::jsonb`
        : json(col(a, property))
    case 'Location.encodingType':
    case 'Sensor.encodingType':
    case 'FeatureOfInterest.encodingType':
      return col(a, 'encoding_type')
    case 'Datastream.observationType':
      return col(a, 'observation_type')
    case 'Datastream.unitOfMeasurement':
      return json(col(a, 'unit'))
    case 'Datastream.resultTime':
      return sql`null::timestamptz`
    case 'Datastream.phenomenonTime':
      return firstReading(col(a, 'id'))
    case 'Datastream.observedArea':
      return json(sql`(select jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(oi.lng, oi.lat))
        from streams.thing o join registry.pub_item oi on oi.type_id = o.type_id and oi.id = o.item_id
        where o.id = ${col(a, 'thing_id')} and oi.lng is not null)`)
    case 'Observation.id':
      return sql`(${col(a, 'stream_id')}::text || '-' || (extract(epoch from ${col(a, 'at')}) * 1000)::bigint::text)`
    case 'Observation.phenomenonTime':
      return col(a, 'at')
    case 'Observation.resultTime':
      return sql`(${col(a, 'extra')} ->> 'resultTime')::timestamptz`
    case 'Observation.validTime':
      return sql`split_part(${col(a, 'extra')} ->> 'validTime', '/', 1)::timestamptz`
    case 'Observation.result':
      return json(sql`(${col(a, 'extra')} -> 'result')`)
    case 'Observation.resultQuality':
      return json(sql`coalesce(${col(a, 'extra')} -> 'resultQuality', to_jsonb((${QUALITY_WORDS})[${col(a, 'quality')} + 1]))`)
    case 'Observation.parameters':
      return json(sql`(${col(a, 'extra')} -> 'parameters')`)
    default:
      // The rest is called in its table as it is called in the standard.
      return json(col(a, property))
  }
}

/** When a stream was observed first. */
export const firstReading = (stream: Sql): Sql =>
  sql`least((select min(fp.first_at) from streams.pack fp where fp.stream_id = ${stream}),
    (select fr.at from streams.reading fr where fr.stream_id = ${stream} order by fr.at limit 1))`

/** A jsonb as the kind that is wanted; null where it is of another. */
export function ofKindSql(value: Sql, kind: Kind): Sql {
  switch (kind) {
    case 'number':
      return sql`case jsonb_typeof(${value}) when 'number' then (${value} #>> '{}')::float8 end`
    case 'bool':
      return sql`case jsonb_typeof(${value}) when 'boolean' then (${value} #>> '{}')::boolean end`
    case 'text':
    case 'date':
      return sql`case jsonb_typeof(${value}) when 'string' then ${value} #>> '{}' end`
    default:
      return value
  }
}

/** The result of a reading as the kind that is wanted. */
export function resultOf(a: string, kind: Kind): Sql {
  const told = sql`(${col(a, 'extra')} -> 'result')`
  switch (kind) {
    case 'number':
      return sql`case when ${col(a, 'value2')} is null then ${col(a, 'value')} end`
    case 'bool':
      return sql`coalesce(${ofKindSql(told, 'bool')}, case when exists (select from streams.stream k
        where k.id = ${col(a, 'stream_id')} and k.kind = 'truth') then ${col(a, 'value')} <> 0 end)`
    default:
      return ofKindSql(told, kind)
  }
}

export { col as column }
