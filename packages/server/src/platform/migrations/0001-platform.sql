-- What every module stands on: facts on their way out, the record of who did what, answers to repeated requests.
create table platform.outbox (
  id bigint generated always as identity primary key,
  name text not null,
  payload jsonb not null,
  at timestamptz not null
);
comment on table platform.outbox is 'Events of committed changes, waiting for the relay. Same commit as the rows they speak of.';

create table platform.event (
  seq bigint primary key,
  name text not null,
  payload jsonb not null,
  at timestamptz not null
);
comment on table platform.event is 'Delivered events in delivery order; what live screens resume from. Kept for a day.';
create index event_at_ix on platform.event using brin (at);

create table platform.relay (
  one boolean primary key default true check (one),
  event_seq bigint not null default 0,
  audit_seq bigint not null default 0,
  audit_hash text not null default ''
);
insert into platform.relay default values;

create table platform.dead_letter (
  id bigint generated always as identity primary key,
  name text not null,
  payload jsonb not null,
  error text not null,
  failed_at timestamptz not null
);

create table platform.audit (
  seq bigint primary key,
  at timestamptz not null,
  actor_id uuid not null,
  actor_name text not null,
  unit_id uuid,
  ip text,
  user_agent text,
  session_id text,
  action text not null,
  object_type text,
  object_id text,
  before jsonb,
  after jsonb,
  result text not null,
  reason text,
  request_id text,
  prev_hash text not null,
  hash text not null
);
comment on table platform.audit is 'Who did what to which object from where (GB/T 22239-2019 8.1.4.3). Append-only and chained; kept at least six months.';
create index audit_actor_ix on platform.audit (actor_id, seq desc);
create index audit_action_ix on platform.audit (action, seq desc);
create index audit_object_ix on platform.audit (object_type, object_id, seq desc);
create index audit_at_ix on platform.audit (at desc);

create table platform.command_key (
  actor_id uuid not null,
  key text not null,
  fingerprint text not null,
  result jsonb,
  created_at timestamptz not null,
  primary key (actor_id, key)
);
create index command_key_created_ix on platform.command_key using brin (created_at);

create table platform.setting (
  key text primary key,
  value jsonb not null,
  changed_at timestamptz not null,
  changed_by uuid not null
);
comment on table platform.setting is 'City-wide values edited in the console (operation mode, names). Environment settings are not here.';

create table platform.change (
  id uuid primary key,
  module text not null,
  object_type text not null,
  object_id text not null,
  before jsonb,
  after jsonb,
  actor_id uuid not null,
  actor_name text not null,
  changed_at timestamptz not null,
  undo_of uuid,
  undone_at timestamptz
);
comment on table platform.change is 'Every change of configuration with its value before and after, so that it can be undone.';
create index change_object_ix on platform.change (module, object_type, object_id, changed_at desc);
create index change_at_ix on platform.change (changed_at desc);

-- History is appended, never edited: the database itself refuses, whoever asks.
create function platform.refuse_rewrite() returns trigger language plpgsql as $$
begin
  raise exception '% rows are append-only', tg_table_schema || '.' || tg_table_name using errcode = '55000';
end $$;
create trigger audit_append_only before update or delete on platform.audit
  for each row execute function platform.refuse_rewrite();
