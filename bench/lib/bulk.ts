/** Closed cases by the million, put together in SQL from prepared parts; indexes afterwards. */
import type pg from 'pg'
import type { Made, World } from './maker.ts'
import { part, phrases, roads } from './words.ts'

export interface BulkInput {
  world: World
  /** Whole cases whose clocks and remembered facts the closed ones share: same size and shape, other times. */
  finished: readonly Made[]
  count: number
  now: Date
  say(line: string): void
  /** Adds the open cases, after the closed ones and before the indexes. */
  finish(): Promise<void>
}

const CHUNK = 40_000
const WORKERS = 2

export async function bulkClosed(pool: pg.Pool, input: BulkInput): Promise<void> {
  await loadParts(pool, input)
  const restore = await dropIndexes(pool)
  const chunks = Array.from({ length: Math.ceil(input.count / CHUNK) }, (_, i) => i * CHUNK)
  const work = async () => {
    const client = await pool.connect()
    try {
      // No row of ours breaks a foreign key, and none of them is a step of somebody's that must not be rewritten.
      await client.query(
        "set session_replication_role = replica; set work_mem = '128MB'; set enable_mergejoin = off; set enable_nestloop = off"
      )
      for (let from = chunks.shift(); from !== undefined; from = chunks.shift()) {
        const span = [from + 1, Math.min(from + CHUNK, input.count), input.count, input.now]
        await client.query(INSERT, span)
      }
    } finally {
      await client.query('reset all; set session_replication_role = origin')
      client.release()
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
  input.say(`${input.count} closed cases`)
  await input.finish()
  await rebuild(pool, restore)
  await pool.query('drop schema bench cascade')
  await Promise.all(['cases."case"', 'cases.search', 'cases.step'].map((t) => pool.query(`vacuum analyze ${t}`)))
  input.say('indexes')
}

async function loadParts(pool: pg.Pool, { world, finished }: BulkInput): Promise<void> {
  const load = async (table: string, columns: string, rows: readonly object[]) => {
    await pool.query(`create table bench.${table} (n int primary key, ${columns})`)
    const numbered = rows.map((r, n) => ({ n, ...r }))
    for (let i = 0; i < numbered.length; i += 2000)
      await pool.query(`insert into bench.${table} select * from jsonb_populate_recordset(null::bench.${table}, $1::jsonb)`, [
        JSON.stringify(numbered.slice(i, i + 2000))
      ])
    await pool.query(`analyze bench.${table}`)
  }
  await pool.query('drop schema if exists bench cascade; create schema bench')
  await load(
    'place',
    'lng float8, lat float8, district text, street text, community text, grid text, duty_grid text, units uuid[], "districtName" text, "streetName" text, terms text[]',
    world.places.map((p) => ({
      ...p,
      duty_grid: p.dutyGrid,
      terms: [...part(p.streetName).terms, ...part(p.districtName).terms]
    }))
  )
  await load(
    'class',
    'ref text, kind text, code text, major text, name text, condition text, "limit" jsonb, terms text[]',
    world.classes.map((c) => ({
      ref: c.standardRef,
      kind: c.kind,
      code: c.code,
      major: c.majorCode,
      name: c.name,
      condition: c.condition.id,
      limit: world.reference.limitOf(c.condition, null),
      terms: part(c.name).terms
    }))
  )
  await load('phrase', 'text text, terms text[]', phrases())
  await load('road', 'text text, terms text[]', roads(3000))
  await load(
    'whole',
    'clocks jsonb, state jsonb, data jsonb',
    finished.map(({ record, steps }) => ({ clocks: record.clocks, state: record.state, data: steps.at(-1)!.data }))
  )
  await load('who', 'acceptor uuid, dispatcher uuid, collector uuid, handler uuid', [
    {
      acceptor: world.people.acceptor.id,
      dispatcher: world.people.dispatcher.id,
      collector: world.people.collector.id,
      handler: world.people.handler.id
    }
  ])
}

/** Everything that would be kept up row by row; returns the statements that make it anew. */
async function dropIndexes(pool: pg.Pool): Promise<string[]> {
  const constraints = await pool.query<{ name: string; def: string }>(`
    select conname as name, pg_get_constraintdef(oid) as def from pg_constraint where conrelid = 'cases."case"'::regclass and contype = 'u'`)
  for (const { name } of constraints.rows) await pool.query(`alter table cases."case" drop constraint ${name}`)
  const indexes = await pool.query<{ name: string; def: string }>(`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as def from pg_index i
    where i.indrelid in ('cases."case"'::regclass, 'cases.search'::regclass, 'cases.step'::regclass) and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)`)
  for (const { name } of indexes.rows) await pool.query(`drop index ${name}`)
  return [
    ...indexes.rows.map((r) => r.def),
    ...constraints.rows.map((r) => `alter table cases."case" add constraint ${r.name} ${r.def}`)
  ]
}

/** The dearest first; a constraint locks its table for all, so it comes last. */
async function rebuild(pool: pg.Pool, statements: readonly string[]): Promise<void> {
  const rank = (s: string) => (s.startsWith('alter') ? 2 : s.includes('using gin') || s.includes('USING gin') ? 0 : 1)
  const waiting = [...statements].sort((a, b) => rank(a) - rank(b))
  const work = async () => {
    const client = await pool.connect()
    try {
      await client.query("set maintenance_work_mem = '1GB'; set max_parallel_maintenance_workers = 0")
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await client.query(next)
    } finally {
      await client.query('reset all')
      client.release()
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
}

/** Pseudo-random by the number of the case: every run has the same cases. */
const DICE = (factor: number) => `((hashint8(n * ${factor}) & 2147483647) / 2147483648.0::float8)`
const ID = `(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid`

/** One of 1,200 people who are nobody in the organisation. */
const SOMEBODY = "('00000000-0000-7000-8000-' || lpad((n % 1200)::text, 12, '0'))::uuid"

/** Case $1 to $2 of $3 over the year before $4, with its words to search by; every tenth with the last step of its history. */
const INSERT = `
with b as materialized (
  select b.*, w.acceptor, w.dispatcher, w.collector, w.handler from (
  select a.n, at, ${ID.replaceAll('(n)', '(a.n)')} as id, h1, h5, h6, h7, h1 < 0.03 as dropped, interval '1 minute' as m, at + interval '2 hours' + interval '1 minute' * floor(h4 * 4700) as done,
    p.lng, p.lat, p.district, p.street, p.community, p.grid, p.duty_grid, p."districtName", p."streetName", p.units[1 + floor(h4 * h4 * cardinality(p.units))::int] as unit, k.ref, k.kind, k.code, k.major, k.name, k.condition, k."limit", r.text as road, t.text as phrase, f.clocks, f.state, f.data,
    k.terms || r.terms || t.terms || p.terms as terms
  from (
    select n, date_trunc('milliseconds', $4::timestamptz - interval '26 days' - interval '339 days' * (1 - n::float8 / $3)) as at, ${DICE(1)} as h1, ${DICE(7919)} as h2, ${DICE(104729)} as h3,
      ${DICE(15485863)} as h4, ${DICE(31)} as h5, ${DICE(611953)} as h6, ${DICE(17)} as h7
    from generate_series($1::bigint, $2::bigint) n
  ) a
  join (select n as place, lng, lat, district, street, community, grid, duty_grid, units, "districtName", "streetName", terms from bench.place) p
    on p.place = floor((select count(*) from bench.place) * power(h2, 1.6))::int
  join bench.class k on k.n = floor((select count(*) from bench.class) * power(h3, 2.5))::int
  join bench.road r on r.n = floor(3000 * power(h5, 1.3))::int
  join bench.phrase t on t.n = floor((select count(*) from bench.phrase) * power(h6, 1.5))::int
  join bench.whole f on f.n = (a.n % 400)::int
) b
  cross join bench.who w
  order by b.n
), made as (
  insert into cases."case" (id, case_no, version, status, is_open, standard_ref, kind, class_code, major_code, condition_id, source_type, description, severity, urgent, reporter_id, lng, lat,
  precision, address, district_code, street_code, community_code, grid_code, duty_grid_code, unit_id, unit_ids, handler_id, acceptor_id, registrar_id, case_limit, found_at, reported_at, accepted_at,
  registered_at, dispatched_at, received_at, handled_at, disposed_at, checked_at, closed_at, cancelled_at, handle_deadline_at, total_deadline_at, supervised, self_handled, forced, timeout_exempt,
  extend_count, rework_count, return_count, need_visit, clocks, state, last_hash)
  select id, district || to_char(at at time zone 'Asia/Shanghai', 'YYYYMMDD') || 50000 + n % 50000, case when dropped then 3 else 11 end,
  case when not dropped then 'closed' when h1 < 0.02 then 'not_registered' else 'cancelled' end, false, ref, kind, code, major, case when not dropped then condition end,
  (array['collector','collector','collector','collector','collector','hotline','hotline','public','video','vehicle','app','uav','iot','leader'])[1 + floor(h7 * 14)::int],
  "streetName" || road || '附近' || name || '问题：' || phrase, 'general', h7 < 0.02, case when n % 1200 = 0 then collector else ${SOMEBODY} end, lng + (h5 - 0.5) / 1000, lat + (h6 - 0.5) / 1000, 'exact',
  "districtName" || "streetName" || road || 1 + n % 300 || '号', district, street, community, grid, duty_grid, case when not dropped then unit end,
  case when dropped then '{}' else array[unit] end, case when not dropped then case when n % 700 = 0 then handler else ${SOMEBODY} end end, acceptor, case when not dropped then acceptor end, case when not dropped then "limit" end,
  at, at, at + m * 9, case when not dropped then at + m * 20 end, case when not dropped then at + m * 26 end, case when not dropped then at + m * 40 end, case when not dropped then done end,
  case when not dropped then done + m * 15 end, case when not dropped then done + m * 60 end, case when not dropped then done + m * 70 end, case when dropped then at + m * 25 end,
  case when not dropped then at + interval '3 days' end, case when not dropped then at + interval '3 days 2 hours' end, h6 < 0.01, not dropped and h1 > 0.97, false, h5 < 0.003, 0,
  case when h6 < 0.03 then 1 else 0 end, case when h5 < 0.02 then 1 else 0 end, h7 < 0.3, clocks,
  case when h7 < 0.3 and h6 < 0.999 then state || '{"visit": {"result": "satisfied", "at": "2026-01-01T00:00:00.000Z", "by": "bench"}}' else state end, md5(n::text) || md5(at::text) from b
), words as (
  insert into cases.search (case_id, reported_at, tokens) select id, at, array_to_tsvector(terms || ('@' || to_char(at at time zone 'UTC', 'YYYYMM'))) from b
)
insert into cases.step (case_id, seq, at, op, record, from_status, to_status, actor_id, actor_name, data, overdue, prev_hash, hash)
select id, 11, done, 'close', 'close', 'pending_close', 'closed', acceptor, '受理员', data, false, md5(n::text) || md5(n::text), md5(at::text) || md5(n::text) from b where n % 10 = 0`
