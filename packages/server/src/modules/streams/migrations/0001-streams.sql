-- Streams (感知流): what is observed of the things the city keeps lists of (ADR 0019).
create schema streams;

create table streams.thing (
  id integer generated always as identity primary key,
  item_id uuid not null unique,
  type_id text not null,
  description text not null default '',
  properties jsonb not null default '{}',
  created_at timestamptz not null
);
comment on table streams.thing is 'A register item under the number that SensorThings and topics call it by; name, place and owner are the item''s.';
create index thing_type_ix on streams.thing (type_id, id);

create table streams.template (
  type_id text not null,
  key text collate "C" not null check (key ~ '^[a-z][a-zA-Z0-9]{0,39}$'),
  declaration jsonb not null,
  origin text not null default 'city',
  version integer not null default 1,
  updated_at timestamptz not null,
  primary key (type_id, key)
);
comment on table streams.template is 'What things of a register are observed for: name, unit, kind, range, interval, staleness. Streams are made from it.';

create table streams.sensor (
  id integer generated always as identity primary key,
  name text not null,
  description text not null default '',
  encoding_type text not null,
  metadata jsonb not null,
  properties jsonb not null default '{}'
);
comment on table streams.sensor is 'A model or procedure of observing (SensorThings Sensor), not a device: devices are register items.';

create table streams.observed_property (
  id integer generated always as identity primary key,
  name text not null,
  definition text not null,
  description text not null default '',
  properties jsonb not null default '{}'
);

create table streams.stream (
  id integer generated always as identity primary key,
  thing_id integer not null references streams.thing,
  sensor_id integer not null references streams.sensor,
  observed_property_id integer not null references streams.observed_property,
  key text collate "C" not null,
  name text not null,
  description text not null default '',
  kind text not null default 'number' check (kind in ('number', 'count', 'truth', 'category', 'position', 'complex')),
  observation_type text not null,
  unit jsonb not null,
  low double precision,
  high double precision,
  interval_s integer,
  stale_after_s integer,
  stuck_after_s integer,
  hidden boolean not null default false,
  properties jsonb not null default '{}',
  maintenance_until timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  removed_at timestamptz
);
comment on column streams.stream.key is 'Key of the template, or one of its own; unique within its thing.';
comment on column streams.stream.hidden is 'Single values are shown to nobody: rules and figures alone read them (personal data).';
comment on column streams.stream.low is 'What can be measured at all: a reading outside low..high is kept as outOfRange.';
create unique index stream_key_ux on streams.stream (thing_id, key) where removed_at is null;
create index stream_sensor_ix on streams.stream (sensor_id);
create index stream_property_ix on streams.stream (observed_property_id);

create table streams.reading (
  at timestamptz not null,
  value double precision,
  value2 double precision,
  stream_id integer not null,
  quality smallint not null default 0,
  extra jsonb
) partition by range (at);
comment on table streams.reading is 'The last days, a partition a day (reading_YYYYMMDD, UTC); older days lie in streams.pack.';
create unique index reading_ux on streams.reading (stream_id, at);
create index reading_at_ix on streams.reading using brin (at) with (pages_per_range = 32, autosummarize = on);

create table streams.day (
  day date primary key,
  state text not null check (state in ('hot', 'packed')),
  changed_at timestamptz not null
);
comment on table streams.day is 'Days (UTC) that had a partition of streams.reading: hot ones have it still, of packed ones all readings lie in streams.pack.';

create table streams.journal (
  seq bigint generated always as identity primary key,
  received_at timestamptz not null,
  count integer not null,
  batch bytea not null
);
comment on table streams.journal is 'Batches in the order of their commits, packed; rows every follower has taken into its checkpoint are removed.';
alter table streams.journal alter column batch set storage external;

create table streams.follower (
  name text primary key,
  seq bigint not null,
  at timestamptz not null
);
comment on table streams.follower is 'Up to which row of the journal a follower''s saved state goes; the row (trimmed) says up to which rows were removed.';

create table streams.latest (
  stream_id integer primary key,
  at timestamptz not null,
  received_at timestamptz not null,
  changed_at timestamptz not null,
  value double precision,
  value2 double precision,
  quality smallint not null,
  extra jsonb
) with (fillfactor = 70);
comment on table streams.latest is 'The checkpoint of the latest values in memory; up to half a minute older than they are.';
comment on column streams.latest.changed_at is 'Since when the value is what it is: a sensor that is stuck says the same for too long.';

create table streams.pack (
  stream_id integer not null,
  day date not null,
  count integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  body bytea not null,
  primary key (stream_id, day)
) partition by range (day);
comment on table streams.pack is 'The readings of one stream and one day (UTC), a partition a month (pack_YYYYMM).';
alter table streams.pack alter column body set storage external;

create table streams.rollup_minute (
  stream_id integer not null,
  at timestamptz not null,
  count integer not null,
  min double precision not null,
  max double precision not null,
  sum double precision not null,
  last double precision not null,
  last_at timestamptz not null,
  primary key (stream_id, at)
) partition by range (at);
comment on table streams.rollup_minute is 'Minutes of streams that speak more often than once a minute, a partition a day.';
create table streams.rollup_hour (like streams.rollup_minute including all) partition by range (at);
comment on table streams.rollup_hour is 'Hours (UTC) of every stream that says numbers, a partition a month.';
create table streams.rollup_day (like streams.rollup_minute including all) with (fillfactor = 70);
comment on table streams.rollup_day is 'Days of the city''s wall clock.';

create table streams.dirty_hour (
  stream_id integer not null,
  hour timestamptz not null,
  since timestamptz not null,
  primary key (stream_id, hour)
);
comment on table streams.dirty_hour is 'Hours with a corrected reading: their roll-ups are made anew from the readings.';

-- A small batch of readings that are all newer than the latest of their streams: stored and journalled in one round trip that commits by itself.
create function streams.take(p_streams integer[], p_at double precision[], p_values double precision[], p_values2 double precision[],
  p_quality integer[], p_extra text[], p_batch bytea) returns table (seq bigint, received_at double precision) language plpgsql as $$
begin
  insert into streams.reading (at, value, value2, stream_id, quality, extra)
    select timestamptz 'epoch' + t.a * interval '1 ms', t.v, t.v2, t.s, t.q, t.e::jsonb
    from unnest(p_streams, p_at, p_values, p_values2, p_quality, p_extra) as t (s, a, v, v2, q, e);
  return query select j.seq, j.received_at from streams.append(cardinality(p_streams), p_batch) j;
end $$;

-- The lock is held until the commit: rows become visible in the order of their numbers, and their instants never fall.
create function streams.append(p_count integer, p_batch bytea) returns table (seq bigint, received_at double precision) language plpgsql as $$
declare
  v_at timestamptz;
begin
  perform pg_advisory_xact_lock(727041);
  select greatest(date_trunc('milliseconds', clock_timestamp()), (select j.received_at from streams.journal j order by j.seq desc limit 1)) into v_at;
  return query insert into streams.journal as j (received_at, count, batch) values (v_at, p_count, p_batch)
    returning j.seq, (date_part('epoch', j.received_at) * 1000)::double precision;
end $$;

create view streams.pub_thing as select id, item_id, type_id from streams.thing;
create view streams.pub_stream as
  select id, thing_id, key, name, kind, unit, low, high, interval_s, stale_after_s, stuck_after_s, hidden, properties, removed_at
  from streams.stream;
create view streams.pub_latest as select stream_id, at, received_at, value, value2, quality, extra from streams.latest;
create view streams.pub_rollup_hour as select stream_id, at, count, min, max, sum, last from streams.rollup_hour;
create view streams.pub_rollup_day as select stream_id, at, count, min, max, sum, last from streams.rollup_day;
