-- Reports of packs that come by themselves: what was asked for, what was made of it, the files; and the indexes of items.
create table scenarios.report_run (
  id uuid primary key default gen_random_uuid(),
  pack_id text not null,
  report_key text not null,
  from_day date not null,
  to_day date not null,
  asked_by uuid,
  asked_name text not null default '',
  asked_at timestamptz not null,
  cancelled_at timestamptz,
  ended_at timestamptz
);
comment on column scenarios.report_run.asked_by is 'Null: it was due.';
create unique index report_run_due_ix on scenarios.report_run (pack_id, report_key, from_day) where asked_by is null;
create index report_run_open_ix on scenarios.report_run (asked_at) where ended_at is null;

create table scenarios.report (
  id uuid primary key default gen_random_uuid(),
  run_id uuid not null references scenarios.report_run on delete cascade,
  pack_id text not null,
  report_key text not null,
  per text not null check (per in ('item', 'unit', 'city')),
  -- The id of the item or of the unit, or the word city.
  subject text not null,
  register text not null,
  code text not null,
  name text not null,
  from_day date not null,
  to_day date not null,
  state text not null default 'waiting' check (state in ('waiting', 'ready', 'failed')),
  tries smallint not null default 0,
  error text,
  pack_version text,
  document jsonb,
  hash text check (hash ~ '^[0-9a-f]{64}$'),
  made_at timestamptz,
  unique (pack_id, report_key, subject, from_day),
  check ((state = 'ready') = (document is not null and hash is not null and made_at is not null))
);
comment on column scenarios.report.document is 'The figures it says, in both languages. Its files are made of nothing else, so that it never changes.';
comment on column scenarios.report.hash is 'SHA-256 of the document as text.';
create index report_waiting_ix on scenarios.report (run_id) where state = 'waiting';
create index report_run_ix on scenarios.report (run_id);
create index report_list_ix on scenarios.report (pack_id, from_day desc, report_key, code);

create function scenarios.report_stays() returns trigger language plpgsql as $$
begin
  raise exception 'a report that is made does not change' using errcode = 'restrict_violation';
end $$;
create trigger report_stays before update on scenarios.report for each row when (old.state = 'ready') execute function scenarios.report_stays();

create table scenarios.report_file (
  report_id uuid not null references scenarios.report on delete cascade,
  format text not null check (format in ('pdf', 'docx')),
  language text not null check (language in ('zh', 'en')),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  size integer not null,
  body bytea not null,
  made_at timestamptz not null,
  primary key (report_id, format, language)
);
comment on table scenarios.report_file is 'A file of a report, made when it is first fetched and the same ever after.';
alter table scenarios.report_file alter column body set storage external;

create table scenarios.index_value (
  pack_id text not null,
  index_key text not null,
  item_id uuid not null,
  at timestamptz not null,
  -- Null: too few of its points spoke.
  value double precision,
  class smallint,
  parts jsonb not null,
  sent_at timestamptz,
  primary key (pack_id, index_key, item_id, at)
);
comment on column scenarios.index_value.parts is 'What was taken off and why.';
comment on column scenarios.index_value.sent_at is 'When the stream of the item was given it.';
create index index_value_unsent_ix on scenarios.index_value (at) where sent_at is null;
