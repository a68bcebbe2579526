import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { IndexParts } from '../domain/health.ts'
import type { ReportSpan } from '../domain/report-due.ts'

/** Figures of a stream within a time, of its hourly or daily statistics. */
export interface StreamFigures {
  count: number
  min: number
  mean: number
  max: number
  last: number
}
/** A stream of an item, by its key. */
export interface ItemStream {
  item: string
  key: string
  id: number
}
export interface ReportPoint {
  id: string
  code: string
  name: string
}
export interface ReportAlarm {
  item: string
  no: string
  rule: string | null
  level: number
  sensorFault: boolean
  raisedAt: Date
  clearedAt: Date | null
}

/** Things that name an item by a relation, by code. */
export async function pointsOf(db: Db, register: string, relation: string, item: string): Promise<ReportPoint[]> {
  const { rows } = await sql<ReportPoint>`select i.id, i.code, i.name from registry.pub_relation r
    join registry.pub_item i on i.type_id = r.type_id and i.id = r.item_id
    where r.type_id = ${register} and r.key = ${relation} and r.other_id = ${item} and i.removed_at is null order by i.code`.execute(
    db
  )
  return rows
}

/** Streams of items that may be shown. */
export async function shownStreams(db: Db, items: readonly string[], keys: readonly string[]): Promise<ItemStream[]> {
  const { rows } = await sql<ItemStream>`select t.item_id as item, s.key, s.id from streams.pub_stream s
    join streams.pub_thing t on t.id = s.thing_id
    where t.item_id = any(${[...items]}::uuid[]) and s.key = any(${[...keys]}::text[]) and s.removed_at is null and not s.hidden`.execute(
    db
  )
  return rows
}

const rollups = (step: ReportSpan['step']) => sql.table(`streams.pub_rollup_${step}`)

/** Figures of streams over a span. A stream without a reading in it has none. */
export async function figuresOf(db: Db, streams: readonly number[], span: ReportSpan): Promise<Map<number, StreamFigures>> {
  const { rows } = await sql<StreamFigures & { id: number }>`select stream_id as id, sum(count)::float8 as count, min(min) as min,
      max(max) as max, sum(sum) / sum(count) as mean, (array_agg(last order by at desc))[1] as last
    from ${rollups(span.step)} where stream_id = any(${[...streams]}::int[]) and at >= ${span.from} and at < ${span.to} and count > 0
    group by stream_id`.execute(db)
  return new Map(rows.map(({ id, ...figures }) => [id, figures]))
}

/** The course of a stream over a span: an hour or a day each. */
export async function courseOf(
  db: Db,
  stream: number,
  span: ReportSpan
): Promise<{ at: Date; min: number; mean: number; max: number }[]> {
  const { rows } = await sql<{
    at: Date
    min: number
    mean: number
    max: number
  }>`select at, min, sum / count as mean, max from ${rollups(span.step)}
    where stream_id = ${stream} and at >= ${span.from} and at < ${span.to} and count > 0 order by at`.execute(db)
  return rows
}

/** Alarms of a pack on items raised within a span, the oldest first; and how many of theirs stand now. */
export async function alarmsWithin(
  db: Db,
  pack: string,
  items: readonly string[],
  { from, to }: ReportSpan
): Promise<{ alarms: ReportAlarm[]; standing: number }> {
  const mine = sql`pack = ${pack} and item_id = any(${[...items]}::uuid[])`
  const { rows } = await sql<ReportAlarm>`select item_id as item, no::text as no, rule_id::text as rule, worst as level,
      sensor_fault as "sensorFault", raised_at as "raisedAt", cleared_at as "clearedAt"
    from alarms.pub_alarm where ${mine} and raised_at >= ${from} and raised_at < ${to} order by raised_at, no`.execute(db)
  const { rows: now } = await sql<{
    n: number
  }>`select count(*)::int as n from alarms.pub_alarm where ${mine} and cleared_at is null and ended_at is null`.execute(db)
  return { alarms: rows, standing: now[0]?.n ?? 0 }
}

/** A value of an index, as it was computed. */
export interface IndexRow {
  item: string
  at: Date
  value: number | null
  class: number | null
  parts: IndexParts
}

/** What an index said of items within a span, the oldest first. */
export async function indexRows(
  db: Db,
  { pack, key }: { pack: string; key: string },
  items: readonly string[],
  { from, to }: Pick<ReportSpan, 'from' | 'to'>
): Promise<IndexRow[]> {
  const { rows } = await sql<IndexRow>`select item_id as item, at, value, class, parts from scenarios.index_value
    where pack_id = ${pack} and index_key = ${key} and item_id = any(${[...items]}::uuid[]) and at >= ${from} and at < ${to} order by at`.execute(
    db
  )
  return rows
}

/** Items of a register: all, or those a unit answers for (who maintains it; else its owner, else its authority). */
export async function itemsFor(db: Db, register: string, unit: string | null): Promise<ReportPoint[]> {
  const mine = unit === null ? sql`true` : sql`coalesce(maintainer_id, owner_id, authority_id) = ${unit}::uuid`
  const { rows } = await sql<ReportPoint>`select id, code, name from registry.pub_item
    where type_id = ${register} and removed_at is null and ${mine} order by code`.execute(db)
  return rows
}

/** Things that name any of these items by a relation: thing and item. */
export async function pointsOfAll(
  db: Db,
  register: string,
  relation: string,
  items: readonly string[]
): Promise<{ id: string; of: string }[]> {
  const { rows } = await sql<{ id: string; of: string }>`select r.item_id as id, r.other_id as "of" from registry.pub_relation r
    join registry.pub_item i on i.type_id = r.type_id and i.id = r.item_id
    where r.type_id = ${register} and r.key = ${relation} and r.other_id = any(${[...items]}::uuid[]) and i.removed_at is null`.execute(
    db
  )
  return rows
}
