/** Observations: rows of the last days by SQL, packed days in memory, in one order. */
import type { ReadingExtra } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { unpackSeries } from '../domain/pack-codec.ts'
import { StaError } from '../domain/sta/fault.ts'
import { type Observation, streamAsked } from '../domain/sta/observation.ts'
import { type Condition, column, featureOf, type Sql, seesStream } from './sta-model.ts'
import {
  anyPacked,
  dayOf,
  goneFeatures,
  type ObservationQuery,
  observationsOf,
  type PackRow,
  packedReadings,
  seen,
  tooMuch
} from './sta-packs.ts'
import { answered } from './sta-read.ts'
import { compareSorted, sorterOf } from './sta-sort.ts'
import { type Compiled, conditionOf, sortKeys } from './sta-sql.ts'

/** Found readings that one question may sort. */
const MOST_SORTED = 200_000

/** In which order a page is read: by stream and instant, by the instants of one stream, or by something that has to be sorted. */
type Way = { kind: 'id' | 'time'; sign: 1 | -1 } | { kind: 'sorted' }

function wayOf({ order, streams }: ObservationQuery): Way {
  const [first] = order
  if (!first) return { kind: 'id', sign: 1 }
  const by = first.by
  const isTime = by.node === 'path' && by.steps.length === 0 && by.property === 'phenomenonTime'
  const isId = by.node === 'path' && by.steps.length === 0 && by.property === 'id'
  const sign = first.isDescending ? -1 : 1
  if (isTime && streams?.length === 1) return { kind: 'time', sign }
  return isId && order.length === 1 ? { kind: 'id', sign } : { kind: 'sorted' }
}

interface HotRow {
  stream: number
  at: number
  value: number | null
  value2: number | null
  quality: number
  extra: ReadingExtra | null
}
const observed = (r: HotRow): Observation => ({ ...r, value: r.value ?? Number.NaN, value2: r.value2 ?? Number.NaN })

const HOT = sql`e.stream_id as stream, (extract(epoch from e.at) * 1000)::float8 as at, e.value, e.value2, e.quality, e.extra`

function narrowed(q: ObservationQuery): ObservationQuery {
  const named = streamAsked(q.filter)
  if (named === null || q.streams !== null) return q
  return { ...q, streams: Math.abs(named) < 2 ** 31 ? [named] : [] }
}

function hotConditions(q: ObservationQuery, isNamed: boolean, c: Compiled): Sql {
  const parts: Condition[] = [seen(isNamed, c)]
  if (q.streams?.length === 1) parts.push(sql`e.stream_id = ${q.streams[0]}`)
  else if (q.streams !== null) parts.push(sql`e.stream_id = any(${[...q.streams]}::int[])`)
  if (q.filter) parts.push(conditionOf(q.filter, 'e', c))
  if (q.feature !== undefined) parts.push(featureIs(q.feature))
  parts.push(sql`(e.extra is null or not e.extra ? 'featureId' or not exists (select from streams.feature_of_interest f
    where f.id = (e.extra ->> 'featureId')::int and f.removed_at is not null))`)
  return sql.join(parts, sql` and `)
}

/** Readings of a feature: those that name it, and those of streams whose things were there. */
const featureIs = (feature: number): Condition =>
  sql`((e.extra ->> 'featureId')::int = ${feature} or ((e.extra is null or not e.extra ? 'featureId') and ${feature} = (
    select coalesce((select f.id from streams.historical_location h join streams.historical_place p on p.historical_id = h.id
        join streams.feature_of_interest f on f.location_id = p.location_id where h.thing_id = s.thing_id
        order by (h.time <= e.at) desc, case when h.time <= e.at then h.time end desc, h.time, h.id desc limit 1),
      (select f.id from streams.feature_of_interest f where f.thing_id = s.thing_id))
    from streams.stream s where s.id = e.stream_id)))`

/** One page of Observations. */
export async function readObservations(db: Db, asked: ObservationQuery, c: Compiled): Promise<Observation[]> {
  const q = narrowed(asked)
  const isNamed = asked.streams !== null
  if (q.streams?.length === 0) return []
  const way = wayOf(q)
  const wanted = q.skip + q.top
  const isPacked = await anyPacked(db, q)
  if (q.packedOnly) return isPacked ? firstOf(packedReadings(db, q, isNamed, c, 1), wanted) : []
  if (!isPacked) return readHot(db, q, isNamed, c, way, q.top, q.skip)
  if (q.skip > MOST_SORTED) throw new StaError(`$skip: more than ${MOST_SORTED} where days are packed; follow @iot.nextLink`)
  const packed = packedReadings(db, q, isNamed, c, way.kind === 'sorted' ? 1 : way.sign)
  if (way.kind === 'sorted') {
    const sort = sorterOf(q.order, c)
    const found = [...(await readHot(db, q, isNamed, c, way, wanted, 0))]
    for await (const one of packed) {
      found.push(one)
      if (found.length > MOST_SORTED) throw tooMuch()
    }
    const keyed = await sort(db, found)
    return keyed
      .sort(compareSorted)
      .slice(q.skip, wanted)
      .map((k) => k.observation)
  }
  // Of every stream all that is packed is older than all that is not: two rows that are each in order become one.
  const out: Observation[] = []
  const ahead = (a: Observation, b: Observation): boolean => (a.stream - b.stream || a.at - b.at) * way.sign < 0
  const hot = hotPages(db, q, isNamed, c, way, wanted)
  let next = await hot.next()
  for await (const one of packed) {
    while (!next.done && ahead(next.value, one) && out.length < wanted) {
      out.push(next.value)
      next = await hot.next()
    }
    if (out.length >= wanted) break
    out.push(one)
  }
  while (!next.done && out.length < wanted) {
    out.push(next.value)
    next = await hot.next()
  }
  return out.slice(q.skip, wanted)
}

async function firstOf(source: AsyncIterable<Observation>, many: number): Promise<Observation[]> {
  const out: Observation[] = []
  if (many > 0)
    for await (const one of source) {
      out.push(one)
      if (out.length === many) break
    }
  return out
}

/** Rows that are not packed, read only when they are needed. */
async function* hotPages(
  db: Db,
  q: ObservationQuery,
  isNamed: boolean,
  c: Compiled,
  way: Way,
  wanted: number
): AsyncGenerator<Observation> {
  for (const row of await readHot(db, q, isNamed, c, way, wanted, 0)) yield row
}

async function readHot(
  db: Db,
  q: ObservationQuery,
  isNamed: boolean,
  c: Compiled,
  way: Way,
  top: number,
  skip: number
): Promise<Observation[]> {
  if (top === 0) return []
  const down = way.kind !== 'sorted' && way.sign < 0
  const order =
    way.kind === 'sorted'
      ? sql.join([
          ...q.order.flatMap(({ by, isDescending }) =>
            sortKeys(by, 'e', c).map((key) => sql`${key} ${sql.raw(isDescending ? 'desc nulls last' : 'asc nulls last')}`)
          ),
          sql`e.stream_id`,
          sql`e.at`
        ])
      : sql.raw(down ? 'e.stream_id desc, e.at desc' : 'e.stream_id, e.at')
  const beyond =
    q.after === undefined
      ? sql``
      : sql`and (e.stream_id, e.at) ${sql.raw(down ? '<' : '>')} (${q.after.stream}::int, ${new Date(q.after.at).toISOString()}::timestamptz)`
  const rows = await answered(() =>
    sql<HotRow>`select ${HOT} from streams.reading e where ${hotConditions(q, isNamed, c)} ${beyond}
      order by ${order} limit ${top} offset ${skip}`.execute(db)
  )
  return rows.map(observed)
}

/** How many Observations a question finds. */
export async function countObservations(db: Db, asked: ObservationQuery, c: Compiled): Promise<number> {
  const q = { ...narrowed(asked), after: undefined }
  const isNamed = asked.streams !== null
  if (q.streams?.length === 0) return 0
  const [hot] = await answered(() =>
    sql<{ n: number }>`select count(*)::float8 as n from streams.reading e where ${hotConditions(q, isNamed, c)}`.execute(db)
  )
  let n = hot?.n ?? 0
  if (q.filter === undefined && q.feature === undefined) {
    const of = q.streams === null ? sql`true` : sql`e.stream_id = any(${[...q.streams]}::int[])`
    const { rows } = await sql<{
      n: number
    }>`select coalesce(sum(e.count), 0)::float8 as n from streams.pack e where ${of} and ${seen(isNamed, c)}`.execute(db)
    return n + (rows[0]?.n ?? 0)
  }
  if (await anyPacked(db, q)) for await (const _ of packedReadings(db, q, isNamed, c, 1)) n += 1
  return n
}

/** Features of readings, by the order of the readings; null where there is none. */
export async function featureIdsOf(db: Db, found: readonly Observation[]): Promise<(number | null)[]> {
  const rows = await answered(() =>
    sql<{ id: number | null }>`select ${featureOf(sql`o.stream`, sql`o.at`, sql`o.extra`)} as id
      from unnest(${found.map((o) => o.stream)}::int[], ${found.map((o) => new Date(o.at).toISOString())}::timestamptz[],
        ${found.map((o) => (o.extra?.featureId === undefined ? null : JSON.stringify({ featureId: o.extra.featureId })))}::jsonb[])
        with ordinality o (stream, at, extra, n) order by o.n`.execute(db)
  )
  return rows.map((r) => r.id)
}
export const featuresOf = async (db: Db, found: readonly Observation[]): Promise<number[]> => [
  ...new Set((await featureIdsOf(db, found)).filter((id) => id !== null))
]

/** One reading by its stream and instant. */
export async function findObservation(db: Db, stream: number, at: number, c: Compiled): Promise<Observation | undefined> {
  const instant = new Date(at).toISOString()
  const { rows } = await sql<HotRow>`select ${HOT} from streams.reading e
    where e.stream_id = ${stream} and e.at = ${instant}::timestamptz and ${hotConditions({ streams: [stream], filter: undefined, order: [], skip: 0, top: 1 }, false, c)}`.execute(
    db
  )
  if (rows[0]) return observed(rows[0])
  const packs = await sql<PackRow>`select e.stream_id as stream, e.day::text as day, e.body from streams.pack e
    where e.stream_id = ${stream} and e.day = ${dayOf(at)}::date and ${seesStream(c.sight, column('e', 'stream_id'), 'e')}`.execute(
    db
  )
  const body = packs.rows[0]?.body
  const found = body && observationsOf(stream, unpackSeries(body), { from: at, to: at }, 1)[0]
  if (found?.extra?.featureId !== undefined && (await goneFeatures(db)).has(found.extra.featureId)) return undefined
  return found
}
