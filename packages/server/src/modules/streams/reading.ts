/** What readers ask of streams, within their reach. */
import {
  type LatestColumns,
  type LatestQuery,
  QUALITIES,
  STREAM_STATES,
  STREAMS_ERRORS,
  type StreamPage,
  type StreamQuery
} from '@chengyun/contract/streams'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { reachOf } from '../registry/index.ts'
import type { ThingFacts } from './domain/catalogue.ts'
import { READ, reachesThing } from './policy.ts'
import { presentStream, stateCode } from './present.ts'
import { findStream, listStreams, type StreamRecord } from './queries/catalogue.ts'
import type { Streams } from './runtime.ts'

const fail = thrower(STREAMS_ERRORS)
const PAGE = 50

/** Which of some streams a person reaches with a permission; asked once for many. */
export async function reachedBy(
  db: Db,
  { catalogue }: Streams,
  actor: Actor,
  permission = READ
): Promise<(streamId: number) => boolean> {
  const reach = await reachOf(db, actor, permission)
  const things = new Map<number, boolean>()
  return (streamId) => {
    if (!catalogue.has(streamId)) return false
    const id = catalogue.thingIds[streamId]!
    let reached = things.get(id)
    if (reached === undefined) {
      const thing = catalogue.things.get(id)
      reached = thing !== undefined && reachesThing(catalogue, actor, reach, thing)
      things.set(id, reached)
    }
    return reached
  }
}

/** A stream within the reach of a permission. Throws STREAMS_NOT_FOUND. */
export async function seenStream(db: Db, streams: Streams, actor: Actor, id: number, permission = READ): Promise<StreamRecord> {
  const record = await findStream(db, id)
  // Another process may have declared it a moment ago.
  if (record && !streams.catalogue.has(id))
    await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids: [id] } })
  if (!record || !(await reachedBy(db, streams, actor, permission))(id)) throw fail('STREAMS_NOT_FOUND', { stream: id })
  return record
}

/** A stream whose single readings this person may see. Throws STREAMS_NOT_FOUND, STREAMS_HIDDEN. */
export async function readableStream(db: Db, streams: Streams, actor: Actor, id: number): Promise<StreamRecord> {
  const record = await seenStream(db, streams, actor, id)
  if (record.hidden) throw fail('STREAMS_HIDDEN')
  return record
}

type Filter = Pick<StreamQuery, 'type' | 'key' | 'item' | 'within' | 'q'> & { bbox?: readonly number[] | undefined }

/** Numbers of the streams a filter means, rising, within what `isReached`. */
export function matching({ catalogue }: Streams, filter: Filter, isReached: (streamId: number) => boolean): number[] {
  const { type, key, item, within, q, bbox } = filter
  const word = q?.toLowerCase()
  const isMeant = (t: ThingFacts): boolean =>
    (type === undefined || t.type_id === type) &&
    (item === undefined || t.code === item) &&
    (within === undefined || t.grid_code?.startsWith(within) === true) &&
    (bbox === undefined ||
      (t.lng !== null && t.lat !== null && t.lng >= bbox[0]! && t.lat >= bbox[1]! && t.lng <= bbox[2]! && t.lat <= bbox[3]!))
  const out: number[] = []
  for (const thing of catalogue.things.values()) {
    if (!isMeant(thing)) continue
    const isNamed = word === undefined || thing.code.toLowerCase().includes(word) || thing.name.toLowerCase().includes(word)
    for (const id of catalogue.streamsOfThing.get(thing.id) ?? []) {
      if (key !== undefined && catalogue.keyOf(id) !== key) continue
      if (!isNamed && !catalogue.keyOf(id).toLowerCase().includes(word)) continue
      if (isReached(id)) out.push(id)
    }
  }
  return out.sort((a, b) => a - b)
}

/** A page of streams with their latest readings, by number. */
export async function streamPage(db: Db, streams: Streams, actor: Actor, query: StreamQuery, now: number): Promise<StreamPage> {
  const { catalogue, latest } = streams
  const all = matching(streams, query, await reachedBy(db, streams, actor))
  const states: Record<string, number> = {}
  const stateOf = (id: number) => latest.stateOf(id, catalogue.limitsOf(id), now)
  for (const id of all) {
    const state = stateOf(id)
    states[state] = (states[state] ?? 0) + 1
  }
  const meant = query.state === undefined ? all : all.filter((id) => stateOf(id) === query.state)
  const after = query.cursor === undefined ? 0 : Number(query.cursor)
  const page: number[] = []
  const limit = query.limit ?? PAGE
  for (const id of meant) if (id > after && page.length <= limit) page.push(id)
  const shown = page.slice(0, limit)
  const records = await listStreams(db, shown)
  return {
    items: records.map((record) => presentStream(record, streams, actor, now)),
    next: page.length > limit ? String(shown.at(-1)) : null,
    total: meant.length,
    states
  }
}

/** Latest readings of many streams as columns; streams out of reach are left out. */
export async function latestColumns(
  db: Db,
  streams: Streams,
  actor: Actor,
  query: LatestQuery,
  now: number
): Promise<LatestColumns> {
  const isReached = await reachedBy(db, streams, actor)
  const ids = query.streams ? query.streams.filter(isReached) : matching(streams, query, isReached)
  return columnsOf(streams, ids, now)
}

export function columnsOf({ catalogue, latest }: Streams, ids: readonly number[], now: number): LatestColumns {
  const n = ids.length
  const out: LatestColumns = {
    now,
    states: [...STREAM_STATES],
    streams: [...ids],
    at: new Array<number | null>(n).fill(null),
    values: new Array<number | null>(n).fill(null),
    state: new Array<number>(n).fill(0)
  }
  for (let i = 0; i < n; i++) {
    const id = ids[i]!
    out.state[i] = stateCode(latest.stateOf(id, catalogue.limitsOf(id), now))
    const at = id < latest.size ? latest.at[id]! : Number.NEGATIVE_INFINITY
    if (at === Number.NEGATIVE_INFINITY) continue
    out.at[i] = at
    if (catalogue.hidden[id] === 1) continue
    const value = latest.values[id]!
    if (!Number.isNaN(value)) out.values[i] = value
    const value2 = latest.values2[id]!
    if (!Number.isNaN(value2)) {
      out.values2 ??= new Array<number | null>(n).fill(null)
      out.values2[i] = value2
    }
    const result = latest.extra.get(id)?.result
    if (result !== undefined) {
      out.results ??= {}
      out.results[String(i)] = result
    }
  }
  return out
}

/** Number of a quality by its word. */
export const qualityOfWord = (word: string | undefined): number | undefined =>
  word === undefined ? undefined : QUALITIES.indexOf(word as (typeof QUALITIES)[number])
