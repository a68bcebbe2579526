-- 公众服务: what came through Open311 GeoReport v2, and what the public must not see.
create schema citizen;

create table citizen.open311_key (
  id uuid primary key,
  name text not null,
  prefix text not null,
  hash text not null unique,
  created_at timestamptz not null,
  created_by uuid not null,
  created_by_name text not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
comment on table citizen.open311_key is 'Keys of other systems. The id is also the actor under which their reports are filed; only a hash of the key is kept.';

create table citizen.open311_request (
  case_id uuid primary key references cases."case",
  key_id uuid not null references citizen.open311_key,
  service_code text not null,
  token text unique,
  account_id text,
  device_id text,
  email_enc text,
  media_url text,
  attributes jsonb not null,
  requested_at timestamptz not null
);
comment on table citizen.open311_request is 'What a report through Open311 said beside the case. The e-mail address is encrypted.';
comment on column citizen.open311_request.token is 'Given instead of the number by services of the type batch.';

create table citizen.private_case (
  case_id uuid primary key references cases."case",
  reason text not null,
  at timestamptz not null
);
comment on table citizen.private_case is 'Cases that no public list, map or Open311 answer shows, e.g. because the citizen asked for it.';
