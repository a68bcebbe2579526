-- 案件: one row a case as it stands, one row a step for how it came there (standards §2.10–2.12).
create schema cases;

create table cases.class (
  standard_ref text not null,
  kind text not null check (kind in ('component', 'matter')),
  code text not null,
  major_code text not null,
  major_name text not null,
  name text not null,
  name_en text not null default '',
  code_2013 text,
  local boolean not null default false,
  active boolean not null default true,
  self_handle boolean not null default false,
  remote_check boolean not null default false,
  sort int not null default 0,
  version text not null,
  primary key (standard_ref, kind, code)
);

create table cases.class_mapping (
  kind_2013 text not null,
  code_2013 text not null,
  kind text,
  code text,
  rule text not null,
  basis text not null,
  primary key (kind_2013, code_2013)
);

create table cases.condition (
  id text primary key,
  standard_ref text not null,
  kind text not null,
  code text not null,
  condition text not null,
  close_condition text not null,
  limits jsonb not null,
  is_default boolean not null default false,
  active boolean not null default true,
  sort int not null default 0,
  foreign key (standard_ref, kind, code) references cases.class (standard_ref, kind, code)
);
create index condition_class_ix on cases.condition (standard_ref, kind, code);

create table cases.calendar (
  id text not null,
  version int not null,
  doc jsonb not null,
  district_code text,
  created_at timestamptz not null,
  primary key (id, version)
);
comment on table cases.calendar is 'Working calendars, one row an edition. A running clock keeps the edition it was started with.';

create table cases.flow_config (
  one boolean primary key default true check (one),
  doc jsonb not null,
  version int not null,
  changed_at timestamptz not null
);

create table cases.number_block (
  area_code text not null,
  day date not null,
  next int not null,
  primary key (area_code, day)
);

create table cases."case" (
  id uuid primary key,
  case_no text collate "C" not null unique,
  version int not null,
  status text not null,
  is_open boolean not null,
  standard_ref text not null,
  kind text not null,
  class_code text not null,
  major_code text not null,
  component_id text,
  condition_id text,
  source_type text not null,
  description text not null,
  severity text not null,
  urgent boolean not null,
  reporter_id uuid,
  lng double precision not null,
  lat double precision not null,
  origin jsonb,
  precision text not null,
  address text not null,
  district_code text,
  street_code text,
  community_code text,
  grid_code text,
  duty_grid_code text,
  unit_id uuid,
  unit_ids uuid[] not null,
  handler_id uuid,
  collector_id uuid,
  acceptor_id uuid,
  registrar_id uuid,
  case_limit jsonb,
  found_at timestamptz,
  reported_at timestamptz not null,
  accepted_at timestamptz,
  registered_at timestamptz,
  dispatched_at timestamptz,
  received_at timestamptz,
  handled_at timestamptz,
  disposed_at timestamptz,
  checked_at timestamptz,
  closed_at timestamptz,
  cancelled_at timestamptz,
  due_at timestamptz,
  soon_at timestamptz,
  due_stage text,
  handle_deadline_at timestamptz,
  total_deadline_at timestamptz,
  wake_at timestamptz,
  supervised boolean not null,
  self_handled boolean not null,
  forced boolean not null,
  timeout_exempt boolean not null,
  request_kind text,
  extend_count int not null,
  rework_count int not null,
  return_count int not null,
  merged_into uuid,
  need_visit boolean not null,
  external_system text,
  external_no text,
  thumb_id uuid,
  clocks jsonb not null,
  state jsonb not null,
  last_hash text not null,
  report_key text
);
alter table cases."case" set (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
create unique index case_report_key_ix on cases."case" (report_key) where report_key is not null;
create unique index case_external_ix on cases."case" (external_system, external_no) where external_no is not null;
-- Lists ask open and closed cases apart (queries/list.ts). Every step of an open case writes the indexes of the open ones anew, so they
-- are few; those of the closed ones are written once, when the case is closed, so that any filter can have its own.
create index case_open_reported_ix on cases."case" (reported_at desc, id desc) where is_open;
create index case_open_due_ix on cases."case" (due_at, id) where is_open;
create index case_open_status_ix on cases."case" (status, due_at, id) where is_open;
create index case_open_unit_ix on cases."case" (unit_id, status, due_at, id) where is_open and unit_id is not null;
create index case_open_person_ix on cases."case" (collector_id) where is_open and collector_id is not null;
create index case_open_handler_ix on cases."case" (handler_id) where is_open and handler_id is not null;
create index case_open_place_ix on cases."case" using gist (point(lng, lat)) where is_open;
create index case_wake_ix on cases."case" (wake_at) where wake_at is not null;
create index case_reported_ix on cases."case" (reported_at desc, id desc) where not is_open;
create index case_district_ix on cases."case" (district_code, reported_at desc, id desc) where not is_open;
create index case_street_ix on cases."case" (street_code, reported_at desc, id desc) where not is_open;
create index case_grid_ix on cases."case" (grid_code, reported_at desc, id desc) where not is_open;
create index case_duty_grid_ix on cases."case" (duty_grid_code, reported_at desc, id desc) where not is_open;
create index case_unit_ix on cases."case" (unit_id, reported_at desc, id desc) where not is_open and unit_id is not null;
create index case_units_ix on cases."case" using gin (unit_ids) where not is_open;
create index case_class_ix on cases."case" (class_code, reported_at desc, id desc) where not is_open;
create index case_major_ix on cases."case" (major_code, reported_at desc, id desc) where not is_open;
create index case_source_ix on cases."case" (source_type, reported_at desc, id desc) where not is_open;
create index case_ended_ix on cases."case" (status, reported_at desc, id desc) where not is_open and status <> 'closed';
create index case_severe_ix on cases."case" (severity, reported_at desc, id desc) where not is_open and severity in ('serious', 'major');
create index case_supervised_ix on cases."case" (reported_at desc, id desc) where not is_open and supervised;
create index case_urgent_ix on cases."case" (reported_at desc, id desc) where not is_open and urgent;
create index case_self_handled_ix on cases."case" (reported_at desc, id desc) where not is_open and self_handled;
create index case_reporter_ix on cases."case" (reporter_id, reported_at desc, id desc) where not is_open and reporter_id is not null;
create index case_handler_ix on cases."case" (handler_id, reported_at desc, id desc) where not is_open and handler_id is not null;
create index case_place_ix on cases."case" using gist (point(lng, lat)) where not is_open;
-- For questions about a span of time that do not care which half.
create index case_span_ix on cases."case" using brin (reported_at);
-- Closed cases somebody still has something to do with.
create index case_visit_ix on cases."case" (id) where need_visit and status = 'closed' and not (state ? 'visit');
create index case_unsatisfied_ix on cases."case" (id) where status = 'closed' and state->'visit'->>'result' = 'unsatisfied';
create index case_appeal_ix on cases."case" (id) where not is_open and state ? 'appeal' and not (state->'appeal' ? 'result');

create table cases.step (
  case_id uuid not null references cases."case",
  seq int not null,
  at timestamptz not null,
  op text not null,
  record text not null,
  from_status text,
  to_status text not null,
  actor_id uuid not null,
  actor_name text not null,
  unit_id uuid,
  role text,
  opinion text,
  data jsonb not null,
  stage text,
  used_s int,
  overdue boolean not null,
  prev_hash text not null,
  hash text not null,
  command_key text,
  primary key (case_id, seq)
);
comment on table cases.step is 'How a case came to stand where it stands: append-only, each row hashed over the one before.';
create unique index step_key_ix on cases.step (case_id, command_key) where command_key is not null;
create index step_at_ix on cases.step using brin (at);
create trigger step_append_only before update or delete on cases.step
  for each row execute function platform.refuse_rewrite();

create table cases.contact (
  case_id uuid primary key references cases."case",
  name_enc text,
  phone_enc text,
  phone_hmac text
);
comment on table cases.contact is 'Who reported: kept apart from the case, encrypted, masked in every view.';
create index contact_phone_ix on cases.contact (phone_hmac) where phone_hmac is not null;

create table cases.search (
  case_id uuid primary key references cases."case",
  reported_at timestamptz not null,
  tokens tsvector not null
);
create index search_tokens_ix on cases.search using gin (tokens);
create index search_reported_ix on cases.search (reported_at desc);
comment on table cases.search is 'Words of number, description, address and outside number. Kept by a listener, off the path of a report.';

create table cases.day_root (
  day date primary key,
  root text not null,
  merkle text not null,
  prev_root text not null,
  case_count int not null,
  made_at timestamptz not null
);
comment on table cases.day_root is 'Merkle root over the last step of every case that moved on the day, chained from day to day.';

create table cases.link (
  case_id uuid not null references cases."case",
  other_id uuid not null references cases."case",
  relation text not null,
  linked_at timestamptz not null,
  primary key (case_id, other_id)
);
create index link_other_ix on cases.link (other_id);

create table cases.saved_filter (
  id uuid primary key,
  user_id uuid not null,
  name text not null,
  query jsonb not null,
  sort int not null default 0,
  created_at timestamptz not null,
  unique (user_id, name)
);

create view cases.pub_case as
  select id, case_no, status, is_open, standard_ref, kind, class_code, major_code, source_type, severity, district_code, street_code, community_code, grid_code,
    component_id, unit_id, unit_ids, lng, lat, reported_at, accepted_at, registered_at, dispatched_at, disposed_at, handle_deadline_at, total_deadline_at,
    closed_at, cancelled_at, due_at, due_stage, self_handled, timeout_exempt, rework_count, return_count, supervised
  from cases."case";
create view cases.pub_class as select standard_ref, kind, code, major_code, major_name, name, active from cases.class;
