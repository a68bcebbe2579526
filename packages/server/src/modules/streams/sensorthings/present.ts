/** Entities as SensorThings 1.1 writes them (8.2, 9.2.2). */
import { QUALITIES, type StreamKind } from '@chengyun/contract/streams'
import { type EntityId, observationId, referenceOf } from '../domain/sta/address.ts'
import type { EntityName } from '../domain/sta/model.ts'
import { MODEL } from '../domain/sta/model.ts'
import { type Observation, resultOf } from '../domain/sta/observation.ts'
import { isoOf } from '../domain/sta/time.ts'
import { ITEM_FACTS } from '../queries/sta-model.ts'
import type { Row } from '../queries/sta-read.ts'
import type { Asking } from './asking.ts'

export type Json = Record<string, unknown>

/** An entity with its links. `select` null: everything. */
export function presentEntity(
  asking: Asking,
  entity: EntityName,
  id: EntityId,
  values: Json,
  select: ReadonlySet<string> | null
): Json {
  const self = `${asking.base}/${referenceOf(entity, id)}`
  const out: Json = {}
  if (select === null) out['@iot.selfLink'] = self
  if (select === null || select.has('id')) out['@iot.id'] = id
  for (const name of Object.keys(MODEL[entity].properties)) {
    const value = values[name]
    if (value !== undefined && (select === null || select.has(name))) out[name] = value
  }
  for (const link of Object.keys(MODEL[entity].links))
    if (select === null || select.has(link)) out[`${link}@iot.navigationLink`] = `${self}/${link}`
  return out
}

/** The properties of a row of a table of its own. */
export function valuesOf(asking: Asking, entity: EntityName, row: Row): Json {
  switch (entity) {
    case 'Thing':
      return { name: row.name, description: row.description, properties: thingProperties(asking, row) }
    case 'HistoricalLocation':
      return { time: isoOf((row.time as Date).getTime()) }
    case 'Datastream':
      return {
        name: row.name,
        description: row.description,
        observationType: row.observation_type,
        unitOfMeasurement: row.unit,
        ...(row.area != null && { observedArea: row.area }),
        ...timesOf(asking, row),
        properties: { ...(row.properties as Json), key: row.key }
      }
    case 'Sensor':
      return {
        name: row.name,
        description: row.description,
        encodingType: row.encoding_type,
        metadata: row.metadata,
        properties: row.properties
      }
    case 'Location':
    case 'FeatureOfInterest':
      return {
        name: row.name,
        description: row.description,
        encodingType: row.encoding_type,
        ...(entity === 'Location' ? { location: row.location } : { feature: row.feature }),
        properties: row.properties
      }
    default:
      return { name: row.name, definition: row.definition, description: row.description, properties: row.properties }
  }
}

/** What the register says of an item, what its Thing was given besides, and where it is found in the register. */
function thingProperties(asking: Asking, row: Row): Json {
  const facts: Json = { register: row.type_id }
  for (const [name, column] of Object.entries(ITEM_FACTS))
    if (row[column] !== null && row[column] !== '') facts[name] = row[column]
  const { description: _told, ...attributes } = asking.attributesOf(String(row.type_id), row.attributes as Json)
  return { ...(row.properties as Json), ...attributes, ...facts }
}

function timesOf({ streams }: Asking, row: Row): Json {
  const last = streams.latest.get(row.id)
  if (!(row.first_at instanceof Date) || last === undefined) return {}
  return { phenomenonTime: `${isoOf(row.first_at.getTime())}/${isoOf(Math.max(last.at, row.first_at.getTime()))}` }
}

/** The properties of a reading. */
export function observationValues(o: Observation, kind: StreamKind): Json {
  const { extra } = o
  return {
    phenomenonTime: extra?.until === undefined ? isoOf(o.at) : `${isoOf(o.at)}/${extra.until}`,
    result: resultOf(o, kind),
    resultTime: extra?.resultTime ?? null,
    resultQuality: extra?.resultQuality ?? QUALITIES[o.quality],
    ...(extra?.validTime !== undefined && { validTime: extra.validTime }),
    ...(extra?.parameters !== undefined && { parameters: extra.parameters })
  }
}

export const idOf = (o: Observation): string => observationId(o.stream, o.at)
