import type pg from 'pg'

/**
 * Cases of the past year in an empty database: ten districts, 141 streets, 800 units, forty thousand still open, one in ten late. Made by
 * the server itself, indexed after the load. Does nothing where there are as many cases already; refuses a database in use.
 */
export async function fillCases(pool: pg.Pool, wanted: number, log: (line: string) => void): Promise<boolean> {
  const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from cases.pub_case')
  const there = rows[0]?.n ?? 0
  if (there >= wanted) return false
  if (there > 0) throw new Error(`the bench needs ${wanted} cases and found ${there}: give it an empty database`)
  const began = performance.now()
  const client = await pool.connect()
  try {
    const indexes = await client.query<{ name: string; def: string }>(`
      select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as def from pg_index i
      where i.indrelid = 'cases."case"'::regclass and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)`)
    for (const { name } of indexes.rows) await client.query(`drop index ${name}`)
    await client.query('set synchronous_commit = off')
    const step = 500_000
    for (let from = 0; from < wanted; from += step) await client.query(INSERT, [from + 1, Math.min(from + step, wanted), wanted])
    log(`${wanted} cases loaded in ${Math.round((performance.now() - began) / 1000)} s`)
    await client.query("set maintenance_work_mem = '512MB'")
    for (const { def } of indexes.rows) await client.query(def)
    await client.query('vacuum analyze cases."case"')
  } finally {
    client.release()
  }
  log(`indexed after ${Math.round((performance.now() - began) / 1000)} s`)
  return true
}

/** Case $1 to $2 of $3, the newest last. Pseudo-random by the number of the case, so that every run has the same. */
const INSERT = `
insert into cases."case" (id, case_no, version, status, is_open, standard_ref, kind, class_code, major_code, source_type, description, severity, urgent, lng, lat, precision,
  address, district_code, street_code, unit_id, unit_ids, reported_at, accepted_at, registered_at, dispatched_at, disposed_at, closed_at, cancelled_at, due_at, due_stage,
  handle_deadline_at, total_deadline_at, supervised, self_handled, forced, timeout_exempt, extend_count, rework_count, return_count, need_visit, clocks, state, last_hash)
select ('019' || lpad(to_hex(n), 9, '0') || '7000800000000000000a')::uuid, lpad(n::text, 19, '0'), 9,
  case when open then 'handling' when h1 < 20 then 'not_registered' when h1 < 30 then 'cancelled' else 'closed' end, open,
  'GB/T 47678.5-2026', 'matter', lpad((1 + h2 % 20)::text, 2, '0') || lpad((1 + h2 % 12)::text, 3, '0'), lpad((1 + h2 % 20)::text, 2, '0'),
  (array['collector','collector','collector','collector','video','hotline','public','vehicle','uav','app','iot','leader'])[1 + h3 % 12], 'Bench case ' || n, 'general', false,
  120.2 + (h2 % 1000) / 2000.0, 36.0 + (h3 % 1000) / 2000.0, 'exact', 'Bench road ' || h3 % 3000,
  (370201 + d)::text, (370201 + d)::text || lpad((1 + s)::text, 3, '0'), u, array[u],
  at, at + m * 10, case when h1 >= 20 then at + m * 30 end, case when h1 >= 30 then at + m * 40 end, case when not open and h1 >= 30 then done end,
  case when not open and h1 >= 30 then done + m * 90 end, case when not open and h1 < 30 then at + m * 50 end,
  case when open then at + interval '3 days' + m * (h3 % 1440) end, case when open then 'handle' end,
  case when h1 >= 30 then at + interval '3 days' end, case when h1 >= 20 then at + interval '4 days' end,
  false, not open and h1 >= 990, false, h2 % 500 = 0, 0, case when h3 % 40 = 0 then 1 else 0 end, case when h3 % 60 = 0 then 1 else 0 end, false, '{}', '{}', md5(n::text)
from (
  select n, h1, h2, h3, d, s, at, m, ('00000000-0000-7000-8000-' || lpad(((d * 80) + (h3 / 7) % 80)::text, 12, '0'))::uuid as u,
    n > $3 * 0.99 and h1 between 30 and 980 as open,
    at + interval '1 hour' + m * (h2 % 4700) as done
  from (
    select n, (hashint8(n) & 2147483647) % 1000 as h1, (hashint8(n * 7919) & 2147483647) % 100000 as h2, (hashint8(n * 104729) & 2147483647) % 100000 as h3,
      (hashint8(n * 31) & 2147483647) % 10 as d, (hashint8(n * 17) & 2147483647) % 14 as s, interval '1 minute' as m,
      now() - interval '365 days' * (1 - n::float8 / $3) as at
    from generate_series($1::bigint, $2::bigint) n
  ) a
) b`
