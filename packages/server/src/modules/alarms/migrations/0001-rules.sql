-- Rules over streams, and what the judge keeps of them (ADR 0020).
create table alarms.rule (
  id text collate "C" primary key,
  no integer generated always as identity unique,
  pack text not null,
  key text collate "C" not null,
  version integer not null,
  enabled boolean not null,
  declaration jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  removed_at timestamptz,
  unique (pack, key)
);
comment on column alarms.rule.id is 'Pack and key: heating/supply-low; the city''s own rules are of the pack city.';
comment on column alarms.rule.no is 'What the judge calls it by in its saved state.';
create index rule_type_ix on alarms.rule ((declaration->'on'->>'type')) where removed_at is null;

create table alarms.rule_version (
  rule_id text collate "C" not null references alarms.rule,
  version integer not null,
  enabled boolean not null,
  declaration jsonb not null,
  note text not null default '',
  changed_at timestamptz not null,
  changed_by uuid not null,
  changed_by_name text not null,
  primary key (rule_id, version)
);

create table alarms.watched (
  type_id text primary key,
  version bigint not null
);
comment on table alarms.watched is 'Registers whose items, streams or rules changed, and when in the order of the sequence: the judge reads their rule-streams again.';
create sequence alarms.watched_seq;

create table alarms.judge_state (
  id bigint generated always as identity primary key,
  generation bigint not null,
  seq bigint not null,
  watched bigint not null,
  body bytea not null
);
comment on table alarms.judge_state is 'Slots of the rule-streams: a whole state of one generation, and after it what changed with each save.';
alter table alarms.judge_state alter column body set storage external;

create table alarms.dry_run (
  id uuid primary key,
  rule jsonb not null,
  compared jsonb,
  from_at timestamptz not null,
  to_at timestamptz not null,
  status text not null check (status in ('running', 'done', 'failed', 'cancelled')),
  progress real not null default 0,
  result jsonb,
  started_at timestamptz not null,
  started_by uuid not null,
  started_by_name text not null,
  touched_at timestamptz not null
);
create index dry_run_started_ix on alarms.dry_run (started_at);
