-- Other GeoReport v2 servers (hotlines, neighbouring cities): what is pulled from them, pushed to them, and how far both came.
create table citizen.peer (
  id uuid primary key,
  key text not null unique,
  name text not null,
  base_url text not null,
  jurisdiction_id text,
  api_key_enc text,
  direction text not null check (direction in ('pull', 'push', 'both')),
  crs text not null,
  poll_s int not null,
  pull_since timestamptz not null,
  pull_closed boolean not null,
  area text,
  outside text not null check (outside in ('reject', 'keep')),
  push_districts text[] not null,
  report_back boolean not null,
  key_id uuid references citizen.open311_key,
  enabled boolean not null,
  abilities jsonb not null,
  pulled_to timestamptz,
  updates_to timestamptz,
  last_run_at timestamptz,
  last_ok_at timestamptz,
  next_run_at timestamptz not null,
  last_error text,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null
);
comment on table citizen.peer is 'Servers we exchange requests with. The id is also the actor under which their requests become cases; the key, after "open311:", is external_system of the case.';
comment on column citizen.peer.abilities is 'What the server was found to do (format, updates, updatedAfter, paging); null where nobody asked yet.';
comment on column citizen.peer.pulled_to is 'All windows of requests before this instant were read.';

create table citizen.peer_service (
  peer_id uuid not null references citizen.peer on delete cascade,
  service_code text not null,
  service_name text,
  service_group text,
  metadata boolean not null,
  offered boolean not null,
  class text,
  push text[] not null,
  auto boolean not null,
  primary key (peer_id, service_code)
);
comment on column citizen.peer_service.class is 'kind:code of GB/T 47678.5-2026 that its requests become; null: 其他事项.';
comment on column citizen.peer_service.push is 'Classes of ours, kind:code, that go to it under this service.';

create table citizen.peer_request (
  id uuid primary key,
  peer_id uuid not null references citizen.peer,
  direction text not null check (direction in ('in', 'out')),
  remote_id text,
  case_id uuid references cases."case",
  case_no text,
  service_code text,
  service_name text,
  summary text not null,
  state text not null check (state in ('waiting', 'held', 'filed', 'rejected', 'token', 'sent', 'dead', 'skipped')),
  rejected text,
  body jsonb,
  token text,
  attempts int not null default 0,
  first_try_at timestamptz,
  in_doubt boolean not null default false,
  next_at timestamptz,
  last_error text,
  by_name text,
  at timestamptz not null,
  done_at timestamptz,
  remote_status text check (remote_status in ('open', 'closed')),
  remote_notes text,
  remote_updated_at timestamptz,
  checked_at timestamptz,
  unique (peer_id, remote_id)
);
create unique index peer_request_out_ix on citizen.peer_request (peer_id, case_id) where direction = 'out';
create index peer_request_case_ix on citizen.peer_request (case_id) where case_id is not null;
create index peer_request_due_ix on citizen.peer_request (peer_id, next_at) where state in ('waiting', 'token', 'held');
create index peer_request_check_ix on citizen.peer_request (peer_id, checked_at) where state in ('filed', 'sent') and remote_status = 'open';
create index peer_request_state_ix on citizen.peer_request (peer_id, state);
comment on table citizen.peer_request is 'Requests of the exchange, either way. A number of the other side stands here once: what came is filed once, and what we sent is known when it comes back.';
comment on column citizen.peer_request.body is 'What came, until it is a case; what is sent, as it was first put together.';
comment on column citizen.peer_request.in_doubt is 'Sent without an answer: the other side may have it.';

create table citizen.peer_update (
  request_id uuid not null references citizen.peer_request on delete cascade,
  seq int not null,
  status text not null check (status in ('open', 'closed')),
  at timestamptz not null,
  body text,
  state text not null check (state in ('waiting', 'delivered', 'dead', 'skipped')),
  attempts int not null default 0,
  next_at timestamptz,
  delivered_at timestamptz,
  last_error text,
  primary key (request_id, seq)
);
create index peer_update_due_ix on citizen.peer_update (next_at) where state = 'waiting';
comment on column citizen.peer_update.seq is 'Number of the step of our case that it tells of.';
