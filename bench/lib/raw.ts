/** The raw limit: a table of the same size with the same number of indexes, and the bare statements of a change, by pgbench. */
import type pg from 'pg'

/** Cases that are open at any size: a city works off what comes in. */
export const OPEN = 40_000

/** As many rows as the product has, 190 bytes each, five indexes; an event table and an outbox. */
export async function makeRaw(pool: pg.Pool, count: number): Promise<void> {
  for (const text of [
    'create schema raw',
    `create table raw.cases (id bigint not null, case_no text not null, stage int not null, version int not null, district int not null, unit int not null, class int not null,
       description text not null, lng float8 not null, lat float8 not null, reported_at timestamptz not null, due_at timestamptz, updated_at timestamptz not null) with (fillfactor = 85)`,
    `insert into raw.cases select n, lpad(n::text, 19, '3'), case when n > ${count - OPEN} then 1 else 9 end, 1, n % 10, n % 800, n % 400, 'raw case ' || md5(n::text), 120.2 + n % 997 / 2000.0,
       36 + n % 991 / 2000.0, now() - interval '365 days' * (1 - n::float8 / ${count}), case when n > ${count - OPEN} then now() + interval '3 days' end, now() from generate_series(1, ${count}) n`,
    'alter table raw.cases add primary key (id)',
    'create index on raw.cases (reported_at)',
    'create index on raw.cases (district, reported_at)',
    'create index on raw.cases (unit, reported_at)',
    'create index on raw.cases (class, reported_at)',
    'create index on raw.cases (stage, due_at) where stage < 9',
    'create table raw.event (id bigint generated always as identity primary key, case_id bigint not null, at timestamptz not null, op text not null, actor int not null, data jsonb not null)',
    'create index on raw.event (case_id, at)',
    'create table raw.outbox (id bigint generated always as identity primary key, name text not null, payload jsonb not null)',
    `create sequence raw.case_id start ${count + 1} cache 50`,
    `create table raw.made as select now() as made_at, ${count}::bigint as raw`,
    'vacuum analyze raw.cases'
  ])
    await pool.query(text)
}

/** Five statements: what a case transition is, and nothing else. `first` and `last`: numbers of the open cases. */
export const RAW_TRANSITION = `\\set id random(:first, :last)
begin;
select stage, version from raw.cases where id = :id for update;
update raw.cases set stage = 2, version = version + 1, due_at = now() + interval '1 day', updated_at = now() where id = :id;
insert into raw.event (case_id, at, op, actor, data) values (:id, now(), 'accept', 17, '{"from": 1, "to": 2, "note": "accepted at the desk"}');
insert into raw.outbox (name, payload) values ('case.moved', '{"id": 1, "from": 1, "to": 2, "district": 3, "unit": 17, "actor": 17}');
commit;
`

/** A case with its indexes, its first event and its message. */
export const RAW_SUBMIT = `\\set d random(0, 9)
\\set u random(0, 799)
\\set k random(0, 399)
begin;
insert into raw.cases (id, case_no, stage, version, district, unit, class, description, lng, lat, reported_at, due_at, updated_at)
  values (nextval('raw.case_id'), 'raw', 1, 1, :d, :u, :k, 'a case that was reported just now by somebody', 120.3, 36.1, now(), now() + interval '1 day', now());
insert into raw.event (case_id, at, op, actor, data) values (currval('raw.case_id'), now(), 'report', 17, '{"from": null, "to": 1, "note": "reported"}');
insert into raw.outbox (name, payload) values ('case.moved', '{"id": 1, "from": null, "to": 1, "district": 3, "unit": 17, "actor": 17}');
commit;
`
