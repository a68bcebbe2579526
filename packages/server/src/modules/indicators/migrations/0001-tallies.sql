-- Numbers of days and months, kept by a listener of the outbox: what overviews and rankings read instead of four million cases.
create schema indicators;

create table indicators.tally (
  dimension text not null check (dimension in ('total', 'street', 'unit', 'source', 'major')),
  grain text not null check (grain in ('d', 'm')),
  starts_on date not null,
  area text not null,
  key text not null,
  report int not null default 0,
  ordinary_report int not null default 0,
  self_handled int not null default 0,
  valid_report int not null default 0,
  unclosed int not null default 0,
  accept int not null default 0,
  register int not null default 0,
  not_register int not null default 0,
  cancel int not null default 0,
  need_dispatch int not null default 0,
  dispatch int not null default 0,
  accur_dispatch int not null default 0,
  need_dispose int not null default 0,
  dispose int not null default 0,
  in_time_dispose int not null default 0,
  overtime_dispose int not null default 0,
  disposed int not null default 0,
  need_close int not null default 0,
  "close" int not null default 0,
  in_time_close int not null default 0,
  overtime_close int not null default 0,
  closed int not null default 0,
  rework int not null default 0,
  rework_case int not null default 0,
  "return" int not null default 0,
  return_case int not null default 0,
  primary key (dimension, grain, starts_on, area, key)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
comment on table indicators.tally is 'One row: the counts of one day (d) or month (m) of the city''s wall clock, in one area, for one key of a dimension.';
comment on column indicators.tally.area is 'District code; "-" for cases without a district; "*" for the whole city (total, source and major only: the others add up).';

create table indicators.revision (
  one boolean primary key default true check (one),
  number bigint not null default 0,
  rebuilt_at timestamptz
);
comment on table indicators.revision is 'Raised when the tallies were counted anew: answers made before it are out of date though no event happened.';
insert into indicators.revision default values;
