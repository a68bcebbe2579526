-- Imports and censuses: the files of a batch, what was found in its rows, the sample that people judged.
alter table registry.batch add column note text;

create table registry.batch_file (
  batch_id uuid not null references registry.batch on delete cascade,
  no integer not null,
  name text not null,
  format text not null,
  path text not null,
  size_bytes bigint not null,
  hash bytea not null,
  layers text[] not null default '{}',
  encoding text not null default 'utf-8',
  crs text not null,
  crs_from text not null,
  columns text[] not null,
  sample jsonb not null default '[]',
  geometry text,
  mapping jsonb not null,
  mapping_from text not null,
  rows bigint not null default 0,
  rejected bigint not null default 0,
  is_read boolean not null default false,
  primary key (batch_id, no)
);
comment on column registry.batch_file.path is 'Where the file lies on the machine that received it; it goes when the batch ends.';
comment on column registry.batch_file.is_read is 'Read to its end: a batch that broke off goes on with the next file, or within this one after its rows.';

alter table registry.reject add column file_no integer not null default 1;
alter table registry.reject add column file_row bigint not null default 0;
comment on column registry.reject.row_no is 'Counted through all files of the batch.';

create table registry.finding (
  batch_id uuid not null references registry.batch on delete cascade,
  seq integer not null,
  kind text not null check (kind in ('duplicate', 'missing', 'wrongGrid', 'outside', 'sameCode')),
  code text collate "C" not null,
  other_code text collate "C",
  class_code text,
  lng double precision,
  lat double precision,
  details jsonb not null default '{}',
  primary key (batch_id, seq)
);

create table registry.batch_sample (
  batch_id uuid not null references registry.batch on delete cascade,
  code text collate "C" not null,
  verdict text check (verdict in ('right', 'wrong')),
  note text not null default '',
  judged_by uuid,
  judged_by_name text,
  judged_at timestamptz,
  primary key (batch_id, code)
);

create table registry.batch_diff (
  batch_id uuid not null references registry.batch on delete cascade,
  code text collate "C" not null,
  kind text not null check (kind in ('added', 'removed', 'moved', 'changed')),
  class_code text,
  grid_code text collate "C",
  moved_m real,
  primary key (batch_id, code)
);
comment on table registry.batch_diff is 'How a batch differs from the register; into an empty register everything is new and no row is written.';
