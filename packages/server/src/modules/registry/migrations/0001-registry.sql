-- Registers (台账): what the city keeps a list of. Types are data, items share one table partitioned by type (ADR 0017).
create schema registry;

create table registry.type (
  id text primary key check (id ~ '^[a-z][a-z0-9-]{1,39}$'),
  version integer not null default 1,
  declaration jsonb not null,
  origin text not null default 'city',
  state text not null default 'active' check (state in ('active', 'retired')),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
comment on column registry.type.origin is 'Who declared it: platform, city, or the id of a scenario pack.';

create table registry.type_version (
  type_id text not null references registry.type,
  version integer not null,
  declaration jsonb not null,
  note text not null default '',
  changed_by uuid,
  changed_at timestamptz not null,
  primary key (type_id, version)
);

create table registry.item (
  type_id text not null,
  id uuid not null,
  code text collate "C" not null,
  class_code text collate "C",
  name text not null,
  status text not null,
  lng double precision,
  lat double precision,
  shape bytea,
  grid_code text collate "C",
  address text not null default '',
  authority_id uuid,
  owner_id uuid,
  maintainer_id uuid,
  attributes jsonb not null default '{}',
  terms integer[] not null default '{}',
  version integer not null default 1,
  batch_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  removed_at timestamptz,
  rev bigint not null default (pg_current_xact_id()::text::bigint),
  check ((lng is null) = (lat is null))
) partition by list (type_id);
comment on table registry.item is 'No foreign key to the type: the partition is the proof, and a check per row would cost more than the row.';
comment on column registry.item.class_code is '4 digits: GB/T 30428.2-2013, 5 digits: GB/T 47678.5-2026, otherwise a class of the type itself.';
comment on column registry.item.grid_code is 'Unit grid, 15 digits; its prefixes are community, street and district. A shorter code where only that much is known.';
comment on column registry.item.terms is 'Pairs of neighbouring characters of what is searched, first * 65536 + second as a signed integer.';
comment on column registry.item.rev is 'The transaction that wrote the row last: readers with a snapshot catch up from its xmin.';

create index item_id_ix on registry.item (id);
create unique index item_code_ux on registry.item (type_id, code);
create index item_class_ix on registry.item (class_code, code);
create index item_grid_ix on registry.item (grid_code);
create index item_place_ix on registry.item using gist (point(lng, lat));
create index item_terms_ix on registry.item using gin (terms);
create index item_rev_ix on registry.item using brin (rev) with (pages_per_range = 32);
create index item_updated_ix on registry.item (updated_at, code);
create index item_status_ix on registry.item (status);
-- Scope by unit: a unit that keeps twenty of three million items must not walk them all.
create index item_authority_ix on registry.item (authority_id) where authority_id is not null;
create index item_owner_ix on registry.item (owner_id) where owner_id is not null;
create index item_maintainer_ix on registry.item (maintainer_id) where maintainer_id is not null;

create table registry.sequence (
  type_id text not null references registry.type,
  prefix text collate "C" not null,
  last bigint not null,
  primary key (type_id, prefix)
);
comment on table registry.sequence is 'The last number given under a prefix (county and class); it never falls, so no code is given twice.';

create table registry.change (
  seq bigint generated always as identity primary key,
  type_id text not null references registry.type,
  item_id uuid not null,
  code text collate "C" not null,
  kind text not null check (kind in ('add', 'modify', 'move', 'remove', 'restore')),
  version integer not null,
  before jsonb not null default '{}',
  after jsonb not null default '{}',
  source text not null check (source in ('person', 'request', 'import', 'census', 'bulk', 'undo', 'case', 'device')),
  source_ref text,
  evidence_ids uuid[] not null default '{}',
  note text not null default '',
  actor_id uuid,
  actor_name text not null default '',
  reviewer_id uuid,
  reviewer_name text,
  effective_at timestamptz not null,
  recorded_at timestamptz not null,
  prev_hash bytea,
  hash bytea not null
);
create index change_item_ix on registry.change (item_id, seq);
create index change_code_ix on registry.change (type_id, code);
create index change_source_ix on registry.change (source, source_ref) where source_ref is not null;
create function registry.change_is_history() returns trigger language plpgsql as $$
begin
  raise exception 'registry.change is append-only';
end $$;
create trigger change_append_only before update or delete on registry.change
  for each row execute function registry.change_is_history();

create table registry.relation (
  type_id text not null references registry.type,
  item_id uuid not null,
  key text not null,
  other_type_id text not null references registry.type,
  other_id uuid not null,
  primary key (item_id, key, other_id)
);
create index relation_other_ix on registry.relation (other_id, key);

create table registry.request (
  id uuid primary key,
  type_id text not null references registry.type,
  kind text not null check (kind in ('add', 'modify', 'move', 'remove')),
  code text collate "C",
  wanted jsonb not null,
  note text not null default '',
  evidence_ids uuid[] not null default '{}',
  origin text not null check (origin in ('field', 'case', 'owner', 'person')),
  origin_ref text,
  grid_code text collate "C",
  state text not null default 'waiting' check (state in ('waiting', 'applied', 'declined', 'withdrawn')),
  applicant_id uuid,
  applicant_name text not null default '',
  requested_at timestamptz not null,
  reviewer_id uuid,
  reviewer_name text,
  reason text,
  decided_at timestamptz,
  change_seq bigint references registry.change
);
create index request_state_ix on registry.request (state, requested_at);
create unique index request_origin_ux on registry.request (origin, origin_ref) where origin_ref is not null;

create table registry.batch (
  id uuid primary key,
  type_id text not null references registry.type,
  kind text not null check (kind in ('import', 'census', 'bulk')),
  name text not null,
  state text not null check (state in ('open', 'reading', 'read', 'checking', 'checked', 'publishing', 'published', 'failed', 'cancelled')),
  scope jsonb not null default '{}',
  options jsonb not null default '{}',
  file_name text,
  file_hash bytea,
  progress jsonb not null default '{}',
  totals jsonb not null default '{}',
  quality jsonb,
  comparison jsonb,
  error jsonb,
  stage text,
  hash bytea,
  created_by uuid,
  created_by_name text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  published_by uuid,
  published_by_name text,
  published_at timestamptz
);
comment on column registry.batch.progress is 'How far the reading is: {rows, bytes, at}. A batch that broke off goes on from here.';
comment on column registry.batch.stage is 'The table that holds its rows until they are published.';
create index batch_type_ix on registry.batch (type_id, created_at desc);

create table registry.reject (
  batch_id uuid not null references registry.batch on delete cascade,
  row_no bigint not null,
  code text,
  reasons jsonb not null,
  fields jsonb not null,
  primary key (batch_id, row_no)
);
comment on table registry.reject is 'Rows a batch did not take, each with its reasons (code of the error and what it speaks of).';

create table registry.mapping (
  type_id text not null references registry.type,
  headers_hash text not null,
  mapping jsonb not null,
  used_at timestamptz not null,
  primary key (type_id, headers_hash)
);
comment on table registry.mapping is 'Which column of a file means which attribute, remembered by the headers.';

create view registry.pub_item as
  select type_id, id, code, class_code, name, status, lng, lat, grid_code, address, authority_id, owner_id, maintainer_id, removed_at, updated_at, rev
  from registry.item;
create view registry.pub_type as select id, version, declaration, state from registry.type;
