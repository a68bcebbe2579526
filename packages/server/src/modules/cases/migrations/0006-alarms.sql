create table cases.alarm_wish (
  alarm_id uuid primary key,
  wanted jsonb not null,
  wanted_at timestamptz not null,
  state text not null check (state in ('waiting', 'done', 'refused')),
  case_id uuid references cases."case",
  attempts integer not null default 0,
  next_at timestamptz,
  error text
);
comment on table cases.alarm_wish is 'Alarms that people have to act on: each is reported once, and an urgent one sent straight to its unit.';
create index alarm_wish_due_ix on cases.alarm_wish (next_at) where state = 'waiting';
