-- Devices: who sends readings, with which account, and whether he is heard; and mappings of payloads that know no standard of ours.
create table streams.device (
  item_id uuid primary key,
  type_id text not null,
  code text collate "C" not null,
  thing_id integer not null references streams.thing,
  protocol text not null check (protocol in ('mqtt', 'hj212', 'modbus', 'push')),
  account text collate "C" not null,
  secret_hash text not null,
  secret_enc text not null,
  secret_at timestamptz not null,
  mn text collate "C",
  config jsonb not null default '{}',
  rights jsonb not null default '{"publish": [], "subscribe": []}',
  silent_after_s integer not null default 600,
  firmware text not null default '',
  notes text not null default '',
  enabled boolean not null default true,
  state text not null default 'never' check (state in ('never', 'online', 'offline')),
  state_at timestamptz,
  last_seen_at timestamptz,
  lost_at timestamptz,
  faults bigint not null default 0,
  fault_at timestamptz,
  fault_code text,
  fault_detail text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
comment on table streams.device is 'A register item that sends; what the register says of it (model, installation, calibration) stays there.';
comment on column streams.device.thing_id is 'The thing its readings are of: what it watches, or itself.';
comment on column streams.device.secret_hash is 'Keyed digest of account and secret: the way of every sign-in.';
comment on column streams.device.secret_enc is 'The secret, encrypted: HMAC signatures and the PW of HJ 212 answers need it.';
comment on column streams.device.lost_at is 'Since when its connection is gone; offline after a grace, unless it is heard again.';
create unique index device_account_ux on streams.device (account);
create unique index device_code_ux on streams.device (type_id, code);
create unique index device_mn_ux on streams.device (mn) where mn is not null;
create index device_thing_ix on streams.device (thing_id);
create index device_state_ix on streams.device (state, last_seen_at);

create table streams.mapping (
  id uuid primary key,
  key text collate "C" not null unique,
  declaration jsonb not null,
  origin text not null default 'city',
  enabled boolean not null default true,
  version integer not null default 1,
  updated_at timestamptz not null
);
comment on table streams.mapping is 'How payloads of devices that know no standard of ours become readings.';

create table streams.push_nonce (
  item_id uuid not null,
  nonce text not null,
  at timestamptz not null,
  primary key (item_id, nonce)
);
comment on table streams.push_nonce is 'A signed request counts once; rows older than the window of its timestamp are removed.';

create view streams.pub_device as
  select item_id, type_id, code, thing_id, protocol, enabled, state, state_at, last_seen_at from streams.device;
