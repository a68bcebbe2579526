/** What is sent to SensorThings: made, changed, ended. */

import { QUALITIES } from '@chengyun/contract/streams'
import type { Db } from '../../../platform/db.ts'
import { type RegistryEnv, registryEnv } from '../../registry/index.ts'
import { correctReading } from '../commands/correct.ts'
import { amendReading } from '../commands/sta-readings.ts'
import {
  changeEntity,
  createEntity,
  type Outcome,
  type PendingReading,
  prepareReading,
  removeEntity
} from '../commands/sta-write.ts'
import { storeResult } from '../domain/result.ts'
import { type EntityId, referenceOf, splitId } from '../domain/sta/address.ts'
import { patched, readBody } from '../domain/sta/body.ts'
import { StaError } from '../domain/sta/fault.ts'
import { BACK, type EntityName, MODEL } from '../domain/sta/model.ts'
import { readOptions } from '../domain/sta/options.ts'
import { refreshThings } from '../queries/catalogue.ts'
import type { Asking } from './asking.ts'
import { type Json, observationValues, presentEntity } from './present.ts'
import { type Parent, readOne } from './read.ts'
import { demandStream, demandWritable, reachOfWriter, type Stored, storeReadings } from './readings.ts'

export interface Written {
  status: number
  entity: EntityName
  id: EntityId
  body: Json
}

const everything = (entity: EntityName) => readOptions('', entity)
const MOST_READINGS = 10_000

/** Streams that this process just made are known to its intake before the answer goes out. */
async function heard({ db, streams }: Asking, { streams: ids, things }: Pick<Outcome, 'streams' | 'things'>): Promise<void> {
  if (things.length > 0) await refreshThings(db, streams.catalogue, things)
  if (ids.length > 0) await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids } })
}

/** Makes an entity, and in it what it brings. @throws StaError */
export async function create(
  asking: Asking,
  env: RegistryEnv,
  entity: EntityName,
  parent: Parent | null,
  body: unknown
): Promise<Written> {
  const back = parent === null ? undefined : BACK[`${parent.entity}/${parent.link}`]
  const given = back === undefined || parent === null ? {} : { [back]: parent.id }
  const draft = readBody(body, entity, true, Object.keys(given))
  if (entity === 'Observation') return createObservation(asking, env, draft, given)
  if (parent && !GIVEN.has(`${entity}/${back}`)) throw new StaError(`${parent.link} are not made there: ${MODEL[entity].set}`)
  const outcome = await createEntity(env)(asking.db, asking.actor, { draft, given }, new Date(asking.now))
  await heard(asking, outcome)
  await storeAll(asking, outcome.readings)
  return { status: 201, entity, id: outcome.id, body: await shown(asking, entity, outcome.id) }
}
const GIVEN = new Set([
  'Datastream/Thing',
  'Datastream/Sensor',
  'Datastream/ObservedProperty',
  'Location/Things',
  'Thing/Locations',
  'HistoricalLocation/Thing',
  'HistoricalLocation/Locations'
])

async function shown(asking: Asking, entity: EntityName, id: EntityId): Promise<Json> {
  return (
    (await readOne(asking, entity, id, everything(entity))) ?? {
      '@iot.id': id,
      '@iot.selfLink': `${asking.base}/${referenceOf(entity, id)}`
    }
  )
}

/** Readings that came inside of other entities: all of them, or the request is refused. */
async function storeAll({ streams, now }: Asking, readings: readonly PendingReading[]): Promise<void> {
  if (readings.length === 0) return
  if (readings.length > MOST_READINGS) throw new StaError(`more than ${MOST_READINGS} Observations`, 413)
  const fault = (await storeReadings(streams, readings, now)).find((r) => r instanceof StaError)
  if (fault) throw fault
}

async function createObservation(
  asking: Asking,
  env: RegistryEnv,
  draft: ReturnType<typeof readBody>,
  given: Record<string, EntityId>
): Promise<Written> {
  const reading = await pendingOf(asking, env, draft, given)
  const [stored] = await storeReadings(asking.streams, [reading], asking.now)
  if (stored instanceof StaError) throw stored
  const { id, stream, at } = stored as Stored
  const kind = asking.streams.catalogue.kindOf(stream)
  const result = storeResult(kind, reading.values.result)
  const values = observationValues(
    {
      stream,
      at,
      value: result?.value ?? Number.NaN,
      value2: result?.value2 ?? Number.NaN,
      quality: Math.max(0, QUALITIES.indexOf(reading.values.resultQuality as never)),
      extra: result?.result === undefined ? null : { result: result.result }
    },
    kind
  )
  const told = {
    ...values,
    ...reading.values,
    phenomenonTime: reading.values.phenomenonTime ?? values.phenomenonTime,
    result: values.result
  }
  return { status: 201, entity: 'Observation', id, body: presentEntity(asking, 'Observation', id, told, null) }
}

/** A reading with the numbers of what it belongs to. Most name a stream that is known: no question is asked of the database. */
export async function pendingOf(
  asking: Asking,
  env: RegistryEnv,
  draft: ReturnType<typeof readBody>,
  given: Record<string, EntityId>
): Promise<PendingReading> {
  const link = draft.links.Datastream?.[0]
  const stream = given.Datastream ?? (link && 'id' in link ? link.id : undefined)
  const needsDatabase =
    draft.links.FeatureOfInterest !== undefined || given.FeatureOfInterest !== undefined || stream === undefined
  if (needsDatabase) {
    if (asking.device) throw new StaError('a device names a Datastream of its thing, and no FeatureOfInterest', 403)
    const reading = await prepareReading(env)(asking.db, asking.actor, { draft, given }, new Date(asking.now))
    if (!asking.streams.catalogue.has(reading.stream)) await heard(asking, { streams: [reading.stream], things: [] })
    return reading
  }
  await demandWritable(asking, Number(stream))
  return { stream: Number(stream), values: draft.values, feature: null }
}

/** PATCH (merge, or a JSON Patch) and PUT. @throws StaError */
export async function change(
  asking: Asking,
  env: RegistryEnv,
  entity: EntityName,
  id: EntityId,
  body: unknown,
  how: 'merge' | 'patch' | 'replace'
): Promise<Written> {
  const before = await readOne(asking, entity, id, everything(entity))
  if (!before) throw new StaError('Nothing found.', 404)
  const sent = how === 'patch' ? changedBy(before, body) : body
  const draft = readBody(sent, entity, false)
  if (how === 'replace')
    for (const [name, p] of Object.entries(MODEL[entity].properties)) {
      if (p.required && draft.values[name] === undefined) throw new StaError(`${entity}: ${name} is missing`)
      if (name === 'properties' && draft.values.properties === undefined) draft.values.properties = {}
    }
  if (entity === 'Observation') await changeObservation(asking, String(id), draft.values, draft.links)
  else {
    const outcome = await changeEntity(env)(asking.db, asking.actor, { id: Number(id), draft }, new Date(asking.now))
    await heard(asking, outcome)
    await storeAll(asking, outcome.readings)
  }
  return { status: 200, entity, id, body: await shown(asking, entity, id) }
}

function changedBy(before: Json, body: unknown): Json {
  const after = patched(before, body)
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return Object.fromEntries(
    names
      .filter((n) => !n.includes('@') && JSON.stringify(before[n]) !== JSON.stringify(after[n]))
      .map((n) => [n, after[n] ?? null])
  )
}

/** A correction: number and quality as the stream keeps them, the rest beside them. Its instant is what it is known by. */
async function changeObservation(
  asking: Asking,
  id: string,
  v: Json,
  links: ReturnType<typeof readBody>['links']
): Promise<void> {
  const { stream, at } = splitId(id)
  const { db, actor, streams, now } = asking
  demandStream(streams, await reachOfWriter(db, actor), stream)
  if (Object.keys(links).length > 0) throw new StaError('an Observation stays with its Datastream and its FeatureOfInterest', 409)
  if (v.phenomenonTime !== undefined && Date.parse(String(v.phenomenonTime).split('/')[0] as string) !== at)
    throw new StaError('an Observation is known by its phenomenonTime: delete it and make another', 409)
  const stored = v.result === undefined ? undefined : storeResult(streams.catalogue.kindOf(stream), v.result)
  if (stored === null) throw new StaError('Observation: the result does not fit the observationType of its Datastream')
  const quality = QUALITIES.indexOf(v.resultQuality as never)
  const reason = 'SensorThings'
  if (stored || quality >= 0) {
    const found = await readOne(asking, 'Observation', id, everything('Observation'))
    const value = stored ? stored.value : Number(found?.result)
    const to = { value: Number.isNaN(value) ? null : value, ...(quality >= 0 && { quality }) }
    await correctReading(db, actor, { streamId: stream, at, to, reason }, new Date(now))
    await streams.hear({
      name: 'streams.corrected',
      payload: { streamId: stream, at, value: to.value, quality: quality >= 0 ? quality : 7 }
    })
  }
  const extra = {
    ...(stored?.result !== undefined && { result: stored.result }),
    ...(v.resultTime !== undefined && { resultTime: v.resultTime }),
    ...(v.validTime !== undefined && { validTime: v.validTime }),
    ...(v.parameters !== undefined && { parameters: v.parameters }),
    ...(v.resultQuality !== undefined && quality < 0 && { resultQuality: v.resultQuality })
  }
  if (Object.keys(extra).length > 0) await amendReading(db, actor, { stream, at, extra, value2: stored?.value2 }, new Date(now))
}

/** Ends an entity and what cannot be without it. @throws StaError */
export async function remove(asking: Asking, env: RegistryEnv, entity: EntityName, id: EntityId): Promise<void> {
  const { db, actor, now, streams } = asking
  if (!(await readOne(asking, entity, id, { ...everything(entity), select: new Set(['id']) })))
    throw new StaError('Nothing found.', 404)
  if (entity === 'Observation') {
    const { stream, at } = splitId(String(id))
    demandStream(streams, await reachOfWriter(db, actor), stream)
    await correctReading(db, actor, { streamId: stream, at, to: null, reason: 'SensorThings' }, new Date(now))
    return
  }
  const outcome = await removeEntity(env)(db, actor, { entity, id: Number(id) }, new Date(now))
  await heard(asking, outcome)
}

export const envOf = (db: Db): Promise<RegistryEnv> => registryEnv(db)
