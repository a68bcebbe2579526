-- 权责: who answers for which class of case in which part of the city.
create schema dispatch;

create table dispatch.rule (
  id uuid primary key,
  key text not null unique,
  version integer not null,
  standard_ref text not null,
  kind text not null check (kind in ('component', 'matter')),
  classes text[] not null check (cardinality(classes) > 0),
  areas text[] check (cardinality(areas) > 0),
  region_classes text[] check (cardinality(region_classes) > 0),
  target text not null,
  note text not null,
  valid_from_at timestamptz not null,
  valid_to_at timestamptz check (valid_to_at >= valid_from_at),
  changed_at timestamptz not null,
  changed_by uuid not null,
  changed_by_name text not null
);
comment on table dispatch.rule is 'Rules as they stand. Never deleted: a rule ends, and dispatches of years ago name it.';
comment on column dispatch.rule.key is 'The id in the file of the city profile, or the id itself for rules made in the console.';
comment on column dispatch.rule.areas is 'Division codes and grid:<duty grid>; null is the whole city.';

create table dispatch.rule_version (
  rule_id uuid not null references dispatch.rule,
  version integer not null,
  body jsonb not null,
  change_id uuid not null,
  changed_at timestamptz not null,
  changed_by_name text not null,
  primary key (rule_id, version)
);
comment on table dispatch.rule_version is 'What each version of a rule said: the record of an automatic dispatch names rule and version.';
create trigger rule_version_append_only before update or delete on dispatch.rule_version
  for each row execute function platform.refuse_rewrite();

create table dispatch.component_owner (
  component text primary key check (component ~ '^\d{6,17}$'),
  unit_id uuid not null references org.unit,
  changed_at timestamptz not null
);
comment on table dispatch.component_owner is '确权: owner of a component, by its id or by leading digits that many share; the longest entry counts.';
create index component_owner_unit_ix on dispatch.component_owner (unit_id);

create table dispatch.dry_run (
  id uuid primary key,
  status text not null check (status in ('running', 'done', 'failed', 'cancelled', 'applied')),
  progress double precision not null default 0,
  changes jsonb not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  started_at timestamptz not null,
  started_by uuid not null,
  started_by_name text not null,
  touched_at timestamptz not null,
  result jsonb
);
comment on column dispatch.dry_run.touched_at is 'Sign of life of the process that computes it.';
create index dry_run_started_ix on dispatch.dry_run (started_at);

create table dispatch.head (one boolean primary key default true check (one), version bigint not null default 0);
comment on table dispatch.head is 'Locked by every change of rules, so that change sets follow one another, and raised by it, so that processes notice.';
insert into dispatch.head default values;
