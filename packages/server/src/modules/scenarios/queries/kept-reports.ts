import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import { type Reach, reachCondition } from '../../registry/index.ts'

/** A report that is kept, without what it says. */
export interface KeptRow {
  id: string
  report: string
  per: 'item' | 'unit' | 'city'
  register: string
  code: string
  name: string
  from: string
  to: string
  state: 'waiting' | 'ready' | 'failed'
  error: string | null
  hash: string | null
  madeAt: Date | null
  version: string | null
  files: { format: 'pdf' | 'docx'; language: 'zh' | 'en'; size: number; hash: string }[]
}
/** A report that is to be made. */
export interface WaitingRow {
  id: string
  runId: string
  pack: string
  report: string
  per: 'item' | 'unit' | 'city'
  subject: string
  register: string
  from: string
}
export interface RunRow {
  id: string
  report: string
  from: string
  to: string
  askedBy: string | null
  askedName: string
  askedAt: Date
  waiting: number
  ready: number
  failed: number
  endedAt: Date | null
}
export interface KeptFilter {
  pack: string
  /** Registers this reader may know of. */
  registers: readonly string[]
  report?: string | undefined
  state?: string | undefined
  /** A day within the period. */
  day?: string | undefined
  /** Part of a code or a name. */
  q?: string | undefined
}

const escaped = (q: string) => `%${q.replaceAll(/[\\%_]/g, (c) => `\\${c}`)}%`

/** What somebody reaches: reports on items he reaches, on his units, and on the city only if he reaches all of it. */
function seen(reach: Reach): RawBuilder<unknown> {
  const condition = reachCondition(reach)
  if (condition === null || reach.all) return sql`true`
  return sql`((r.per = 'item' and exists (select from registry.pub_item i where i.type_id = r.register
      and i.id = case when r.per = 'item' then r.subject::uuid end and ${condition}))
    or (r.per = 'unit' and r.subject = any(${[...reach.unitIds]}::text[])))`
}

const asked = ({ pack, registers, report, day, q }: KeptFilter, reach: Reach) =>
  sql.join(
    [
      sql`r.pack_id = ${pack} and r.register = any(${[...registers]}::text[])`,
      ...(report === undefined ? [] : [sql`r.report_key = ${report}`]),
      ...(day === undefined ? [] : [sql`r.from_day <= ${day}::date and r.to_day >= ${day}::date`]),
      ...(q === undefined ? [] : [sql`(r.code ilike ${escaped(q)} or r.name ilike ${escaped(q)})`]),
      seen(reach)
    ],
    sql` and `
  )

const COLUMNS = sql`r.id, r.report_key as report, r.per, r.register, r.code, r.name, r.from_day::text as "from", r.to_day::text as "to", r.state, r.error,
  r.hash, r.made_at as "madeAt", r.pack_version as version,
  coalesce((select json_agg(json_build_object('format', f.format, 'language', f.language, 'size', f.size, 'hash', f.hash) order by f.format, f.language)
    from scenarios.report_file f where f.report_id = r.id), '[]'::json) as files`

/** Place in the list: the day, the code, the id of the last row before. */
export type KeptCursor = readonly [string, string, string]

/** Reports, the newest period first, by code. */
export async function listKept(
  db: Db,
  filter: KeptFilter,
  reach: Reach,
  { after, limit }: { after: KeptCursor | null; limit: number }
): Promise<KeptRow[]> {
  const from = after
    ? sql`and (r.from_day < ${after[0]}::date or (r.from_day = ${after[0]}::date and (r.code, r.id) > (${after[1]}, ${after[2]}::uuid)))`
    : sql``
  const state = filter.state === undefined ? sql`` : sql`and r.state = ${filter.state}`
  const { rows } = await sql<KeptRow>`select ${COLUMNS} from scenarios.report r where ${asked(filter, reach)} ${state} ${from}
    order by r.from_day desc, r.code, r.id limit ${limit}`.execute(db)
  return rows
}

/** How many of a filter stand how, whatever state it asks for. */
export async function countKept(db: Db, filter: KeptFilter, reach: Reach): Promise<Record<KeptRow['state'], number>> {
  const { rows } = await sql<{ state: KeptRow['state']; n: number }>`select r.state, count(*)::int as n from scenarios.report r
    where ${asked(filter, reach)} group by 1`.execute(db)
  const out = { waiting: 0, ready: 0, failed: 0 }
  for (const { state, n } of rows) out[state] = n
  return out
}

/** A report within reach, with the text that was hashed. */
export async function findKept(
  db: Db,
  id: string,
  reach: Reach
): Promise<(KeptRow & { pack: string; document: string | null }) | undefined> {
  const { rows } = await sql<
    KeptRow & { pack: string; document: string | null }
  >`select ${COLUMNS}, r.pack_id as pack, r.document::text as document
    from scenarios.report r where r.id = ${id}::uuid and ${seen(reach)}`.execute(db)
  return rows[0]
}

/** Runs that are under way, the newest first; of one's own also those that ended within a day. */
export async function listRuns(db: Db, pack: string, me: string, all: boolean, now: Date): Promise<RunRow[]> {
  const { rows } =
    await sql<RunRow>`select u.id, u.report_key as report, u.from_day::text as "from", u.to_day::text as "to", u.asked_by as "askedBy",
      u.asked_name as "askedName", u.asked_at as "askedAt", u.ended_at as "endedAt", c.waiting, c.ready, c.failed
    from scenarios.report_run u cross join lateral (select count(*) filter (where state = 'waiting')::int as waiting,
      count(*) filter (where state = 'ready')::int as ready, count(*) filter (where state = 'failed')::int as failed
      from scenarios.report r where r.run_id = u.id) c
    where u.pack_id = ${pack} and u.cancelled_at is null and (u.asked_by = ${me}::uuid or ${all})
      and (u.ended_at is null or (u.asked_by = ${me}::uuid and u.ended_at > ${new Date(now.getTime() - 86_400_000)}))
    order by u.asked_at desc limit 20`.execute(db)
  return rows
}

/** What is to be made next, of packs that are on: whoever failed before comes last. */
export async function listWaiting(db: Db, limit: number): Promise<WaitingRow[]> {
  const { rows } =
    await sql<WaitingRow>`select r.id, r.run_id as "runId", r.pack_id as pack, r.report_key as report, r.per, r.subject, r.register,
      r.from_day::text as "from"
    from scenarios.report r join scenarios.report_run u on u.id = r.run_id join scenarios.pack p on p.id = r.pack_id and p.state = 'active'
    where r.state = 'waiting' order by r.tries, u.asked_at, r.code limit ${limit}`.execute(db)
  return rows
}

/** First day of the latest period that was made because it was due, by `pack/report`. */
export async function lastDue(db: Db | Tx): Promise<Map<string, string>> {
  const { rows } = await sql<{ key: string; day: string }>`select pack_id || '/' || report_key as key, max(from_day)::text as day
    from scenarios.report_run where asked_by is null group by 1`.execute(db)
  return new Map(rows.map((r) => [r.key, r.day]))
}

/** What packs that are on declare of reports and indexes: only that part of their documents is read. */
export async function declaredReports(db: Db): Promise<{ id: string; version: string; reports: unknown; indexes: unknown }[]> {
  const { rows } = await sql<{ id: string; version: string; reports: unknown; indexes: unknown }>`select id, version,
      coalesce(document -> 'reports', '[]') as reports, coalesce(document -> 'indexes', '[]') as indexes
    from scenarios.pack where state = 'active' order by id`.execute(db)
  return rows
}

/** A unit as a report names it. */
export async function unitFor(db: Db, id: string): Promise<{ id: string; code: string; name: string } | undefined> {
  const { rows } = await sql<{
    id: string
    code: string
    name: string
  }>`select id, coalesce(code, '') as code, name from org.pub_unit
    where id = ${id}::uuid`.execute(db)
  return rows[0]
}

/** Whether anything of these items was ever read before an instant. */
export async function hasSpoken(db: Db, items: readonly string[], before: Date): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`select exists (select from streams.pub_thing t
    join streams.pub_stream s on s.thing_id = t.id
    join streams.pub_rollup_day r on r.stream_id = s.id and r.at < ${before}
    where t.item_id = any(${[...items]}::uuid[])) as has`.execute(db)
  return rows[0]!.has
}

export interface FileKey {
  report: string
  format: 'pdf' | 'docx'
  language: 'zh' | 'en'
}

/** A file of a report that was made before. */
export async function findFile(db: Db, { report, format, language }: FileKey): Promise<Buffer | undefined> {
  const { rows } = await sql<{ body: Buffer }>`select body from scenarios.report_file
    where report_id = ${report}::uuid and format = ${format} and language = ${language}`.execute(db)
  return rows[0]?.body
}
