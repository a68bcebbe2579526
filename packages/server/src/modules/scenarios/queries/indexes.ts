import type { IndexDeclaration } from '@chengyun/scenario-kit/packs'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { IndexFacts } from '../domain/health.ts'

/** An item an index is computed of. */
export interface IndexItem {
  id: string
  code: string
  name: string
  gridCode: string | null
  unitIds: string[]
}

export async function indexItems(db: Db, register: string): Promise<IndexItem[]> {
  const { rows } = await sql<IndexItem>`select id, code, name, grid_code as "gridCode",
      array_remove(array[authority_id, owner_id, maintainer_id], null) as "unitIds"
    from registry.pub_item where type_id = ${register} and removed_at is null order by code`.execute(db)
  return rows
}

/** Instants at which an index was computed since a time, epoch ms. */
export async function computedSince(db: Db, pack: string, key: string, since: Date): Promise<Set<number>> {
  const { rows } = await sql<{ at: Date }>`select distinct at from scenarios.index_value
    where pack_id = ${pack} and index_key = ${key} and at >= ${since}`.execute(db)
  return new Set(rows.map((r) => r.at.getTime()))
}

const limitOf = ({ limit }: IndexDeclaration) =>
  limit ? sql`nullif(i.attributes ->> ${limit.attribute}, '')::float8` : sql`null::float8`

/** What an index is made of, for every item, over the hours before an instant: of the hourly statistics and the alarms. */
export async function indexFacts(db: Db, pack: string, declared: IndexDeclaration, at: Date): Promise<Map<string, IndexFacts>> {
  const { points, subject, overH } = declared
  const from = new Date(at.getTime() - overH * 3_600_000)
  const mine = sql`points as (
      select r.other_id as item, i.id, i.name, ${limitOf(declared)} as lim from registry.pub_relation r
      join registry.pub_item i on i.type_id = r.type_id and i.id = r.item_id
      where r.type_id = ${points.register} and r.key = ${points.relation} and i.removed_at is null)`
  const { rows: heard } = await sql<{
    item: string
    streams: number
    spoken: number
    nearest: { share: number; point: string } | null
  }>`with ${mine}, said as (
      select p.item, p.name, p.lim, g.peak from points p
      join streams.pub_thing t on t.item_id = p.id
      join streams.pub_stream s on s.thing_id = t.id and s.key = any(${points.streams}::text[]) and s.removed_at is null and not s.hidden
      left join lateral (select max(greatest(abs(u.min), abs(u.max))) as peak from streams.pub_rollup_hour u
        where u.stream_id = s.id and u.at >= ${from} and u.at < ${at} and u.count > 0) g on true)
    select item, count(*)::int as streams, count(peak)::int as spoken,
      (array_agg(json_build_object('share', peak / lim, 'point', name) order by peak / lim desc)
        filter (where lim > 0 and peak is not null))[1] as nearest
    from said group by item`.execute(db)
  const { rows: alarms } = await sql<{ item: string; levels: number[] }>`with ${mine}, things as (
      select id, item from points union all select id, id from registry.pub_item where type_id = ${subject} and removed_at is null),
    worst as (
      select t.item, min(a.worst) as level from things t join alarms.pub_alarm a on a.item_id = t.id
      where a.pack = ${pack} and not a.sensor_fault and a.verdict is distinct from 'false' and a.suppression_id is null and a.raised_at < ${at}
        and coalesce(a.cleared_at, 'infinity') > ${from} and coalesce(a.ended_at, 'infinity') > ${from}
      group by t.item, t.id)
    select item, array_agg(level::int) as levels from worst group by item`.execute(db)
  const levels = new Map(alarms.map((a) => [a.item, a.levels]))
  return new Map(heard.map(({ item, ...facts }) => [item, { ...facts, levels: levels.get(item) ?? [] }]))
}

/** Latest known class of items before an instant. */
export async function classesBefore(db: Db, pack: string, key: string, at: Date): Promise<Map<string, number>> {
  const { rows } = await sql<{
    item: string
    class: number
  }>`select distinct on (item_id) item_id as item, class from scenarios.index_value
    where pack_id = ${pack} and index_key = ${key} and at < ${at} and class is not null order by item_id, at desc`.execute(db)
  return new Map(rows.map((r) => [r.item, r.class]))
}

export interface Unsent {
  pack: string
  key: string
  item: string
  at: Date
  value: number
}
/** Values their streams have not been given. */
export async function unsentValues(db: Db, limit: number): Promise<Unsent[]> {
  const { rows } =
    await sql<Unsent>`select pack_id as pack, index_key as key, item_id as item, at, value from scenarios.index_value
    where sent_at is null and value is not null order by at limit ${limit}`.execute(db)
  return rows
}

/** Streams of items of a key, by item. */
export async function streamsByItem(db: Db, register: string, key: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ item: string; id: number }>`select t.item_id as item, s.id from streams.pub_thing t
    join streams.pub_stream s on s.thing_id = t.id where t.type_id = ${register} and s.key = ${key} and s.removed_at is null`.execute(
    db
  )
  return new Map(rows.map((r) => [r.item, r.id]))
}
