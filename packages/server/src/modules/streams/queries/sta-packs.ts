/** Readings of packed days, in the order of streams and instants, opened as far as they are asked for. */
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { type Series, unpackSeries } from '../domain/pack-codec.ts'
import type { Bound } from '../domain/sta/bind.ts'
import { StaError } from '../domain/sta/fault.ts'
import { type Observation, spanAsked } from '../domain/sta/observation.ts'
import type { SortKey } from '../domain/sta/options.ts'
import { PackedTest } from './sta-facts.ts'
import { type Condition, column, seesStream } from './sta-model.ts'
import { answered } from './sta-read.ts'
import type { Compiled } from './sta-sql.ts'

/** Packs that one question may open: beyond it has to be narrower. */
const MOST_PACKS = 4000
const CHUNK = 64
/** Epoch ms between which days are looked for. */
const EARLIEST = -62_000_000_000_000
const LATEST = 250_000_000_000_000

export interface ObservationQuery {
  /** Streams whose readings are asked; null: of all that are seen. Those that are named have been checked to be seen. */
  streams: readonly number[] | null
  filter: Bound | undefined
  order: readonly SortKey[]
  /** Where the last page ended. */
  after?: { stream: number; at: number } | undefined
  skip: number
  top: number
  /** More that has to hold, in SQL and in memory: the feature whose readings are asked. */
  feature?: number | undefined
  /** Leaves out what is not packed. */
  packedOnly?: boolean
}

/** Streams named by a filter are not known to be seen. */
export const seen = (isNamed: boolean, c: Compiled): Condition =>
  isNamed ? sql`true` : seesStream(c.sight, column('e', 'stream_id'), 'e')

/** Whether a day that a question can mean is packed, or has packs of what came late. */
export async function anyPacked(db: Db, q: ObservationQuery): Promise<boolean> {
  const { from, to } = spanAsked(q.filter)
  if (from > to) return false
  const { rows } = await sql<{ is: boolean }>`select exists (select from streams.day where (state = 'packed' or late)
    and day between ${dayWithin(from)}::date and ${dayWithin(to)}::date) as is`.execute(db)
  return rows[0]?.is ?? false
}

export interface PackRow {
  stream: number
  day: string
  body: Buffer
}

/** Readings of packed days that a question finds; `sign` -1: the newest first. @throws StaError where too many days would be opened */
export async function* packedReadings(
  db: Db,
  q: ObservationQuery,
  isNamed: boolean,
  c: Compiled,
  sign: 1 | -1
): AsyncGenerator<Observation> {
  const span = spanAsked(q.filter)
  const test = new PackedTest(db, c, q.filter, q.feature !== undefined)
  const gone = await goneFeatures(db)
  let from = q.after && { stream: q.after.stream, day: dayOf(q.after.at), isIncluded: true }
  let opened = 0
  for (;;) {
    const rows = await listPacks(db, q, isNamed, c, span, sign, from)
    if (rows.length > 0)
      await test.learn(
        rows.map((r) => r.stream),
        span
      )
    for (const row of rows) {
      if (++opened > MOST_PACKS) throw tooMuch()
      const series = unpackSeries(row.body)
      const all = observationsOf(row.stream, series, span, sign)
      await test.learnOwnFeatures(all)
      for (const one of all) {
        if (q.after && (one.stream - q.after.stream || one.at - q.after.at) * sign <= 0) continue
        if (one.extra?.featureId !== undefined && gone.has(one.extra.featureId)) continue
        if (q.feature !== undefined && test.featureOf(one) !== q.feature) continue
        if (test.holds(one)) yield one
      }
    }
    const last = rows.at(-1)
    if (rows.length < CHUNK || !last) return
    from = { stream: last.stream, day: last.day, isIncluded: false }
  }
}

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
/** Days of the calendar of PostgreSQL that a filter can mean. */
const dayWithin = (ms: number): string => dayOf(Math.min(Math.max(ms, EARLIEST), LATEST))

function listPacks(
  db: Db,
  q: ObservationQuery,
  isNamed: boolean,
  c: Compiled,
  span: { from: number; to: number },
  sign: 1 | -1,
  from: { stream: number; day: string; isIncluded: boolean } | undefined
): Promise<PackRow[]> {
  const parts: Condition[] = [seen(isNamed, c)]
  if (q.streams !== null) parts.push(sql`e.stream_id = any(${[...q.streams]}::int[])`)
  if (Number.isFinite(span.from)) parts.push(sql`e.day >= ${dayWithin(span.from)}::date`)
  if (Number.isFinite(span.to)) parts.push(sql`e.day <= ${dayWithin(span.to)}::date`)
  if (from) {
    const than = `${sign > 0 ? '>' : '<'}${from.isIncluded ? '=' : ''}`
    parts.push(sql`(e.stream_id, e.day) ${sql.raw(than)} (${from.stream}::int, ${from.day}::date)`)
  }
  const order = sql.raw(sign > 0 ? 'e.stream_id, e.day' : 'e.stream_id desc, e.day desc')
  return answered(() =>
    sql<PackRow>`select e.stream_id as stream, e.day::text as day, e.body from streams.pack e where ${sql.join(parts, sql` and `)}
      order by ${order} limit ${CHUNK}`.execute(db)
  )
}

/** Features that were ended: their readings are shown no more. */
export async function goneFeatures(db: Db): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`select id from streams.feature_of_interest where removed_at is not null`.execute(db)
  return new Set(rows.map((r) => r.id))
}

/** The readings of an opened day within a span. */
export function observationsOf(stream: number, s: Series, span: { from: number; to: number }, sign: 1 | -1): Observation[] {
  const out: Observation[] = []
  for (let n = 0; n < s.length; n += 1) {
    const i = sign > 0 ? n : s.length - 1 - n
    const at = s.at[i] as number
    if (at < span.from || at > span.to) continue
    out.push({
      stream,
      at,
      value: s.values[i] as number,
      value2: s.values2 === null ? Number.NaN : (s.values2[i] as number),
      quality: s.quality[i] as number,
      extra: s.extra?.get(i) ?? null
    })
  }
  return out
}

export const tooMuch = (): StaError =>
  new StaError(`the question would open more than ${MOST_PACKS} packed days: narrow it by a Datastream or by phenomenonTime`)
