-- Scenario packs (场景包): applications as data (ADR 0021).
create schema scenarios;

create table scenarios.pack (
  id text primary key check (id ~ '^[a-z][a-z0-9-]{1,39}$'),
  version text not null,
  state text not null check (state in ('active', 'disabled')),
  document jsonb not null,
  hash text not null,
  rules_off text[] not null default '{}',
  installed_at timestamptz not null,
  installed_by uuid,
  updated_at timestamptz not null
);
comment on column scenarios.pack.rules_off is 'Of a disabled pack: rules the city had switched off before; they stay off when it is enabled.';
comment on column scenarios.pack.document is 'The pack as it was installed, its texts put in: what is shown and counted comes from here, not from the folder.';

create table scenarios.pack_change (
  seq bigint generated always as identity primary key,
  pack_id text not null,
  act text not null check (act in ('install', 'upgrade', 'reinstall', 'disable', 'enable', 'uninstall')),
  from_version text,
  to_version text,
  steps jsonb not null,
  actor_id uuid,
  actor_name text not null default '',
  at timestamptz not null
);
create index pack_change_ix on scenarios.pack_change (pack_id, seq);

create view scenarios.pub_pack as select id, version, state, document from scenarios.pack;
