-- Who is who: units, people, posts, duty; and how they prove it: passwords, sessions, tokens.
create schema org;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;

create table org.unit (
  id uuid primary key,
  key text not null unique,
  code text unique,
  kind text not null check (kind in ('city_center', 'district_center', 'city_department', 'enterprise', 'district_department', 'street_station', 'base_unit')),
  parent_id uuid references org.unit,
  path uuid[] not null,
  district_code text,
  street_code text,
  name text not null,
  short_name text not null,
  active boolean not null default true,
  sort integer not null default 0,
  version integer not null default 1,
  valid_from_at timestamptz not null,
  valid_to_at timestamptz,
  check ((parent_id is null) = (kind = 'city_center')),
  check (path[cardinality(path)] = id)
);
comment on table org.unit is 'The organisation as a tree. Never deleted: cases of years ago name it.';
comment on column org.unit.path is 'Ids from the root down to the unit itself: a subtree is path @> array[root].';
create index unit_parent_ix on org.unit (parent_id);
create index unit_path_ix on org.unit using gin (path);
create index unit_name_ix on org.unit using gin ((name || ' ' || short_name || ' ' || key) gin_trgm_ops);
create index unit_order_ix on org.unit (sort, id);

create table org.user (
  id uuid primary key,
  username text not null unique check (username = lower(username)),
  name text not null,
  phone_enc text,
  phone_hmac text,
  password_hash text,
  password_changed_at timestamptz,
  must_change boolean not null default false,
  totp_enc text,
  totp_confirmed_at timestamptz,
  totp_step bigint not null default 0,
  failed_count integer not null default 0,
  failed_at timestamptz,
  locked_until_at timestamptz,
  last_sign_in_at timestamptz,
  status text not null default 'active' check (status in ('active', 'disabled')),
  demo boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null
);
comment on column org.user.phone_enc is 'AES-256-GCM, key outside the database; phone_hmac finds it without decrypting.';
comment on column org.user.totp_step is 'Last time step a code was accepted for: a code works once.';
create index user_phone_ix on org.user (phone_hmac) where phone_hmac is not null;
create index user_name_ix on org.user using gin ((name || ' ' || username) gin_trgm_ops);

create table org.password_history (
  id bigint generated always as identity primary key,
  user_id uuid not null references org.user,
  password_hash text not null,
  set_at timestamptz not null
);
create index password_history_user_ix on org.password_history (user_id, set_at desc);

create table org.post (
  id uuid primary key,
  user_id uuid not null references org.user,
  role text not null,
  unit_id uuid not null references org.unit,
  region_codes text[],
  duty_grid_codes text[] not null default '{}',
  valid_from_at timestamptz not null,
  valid_to_at timestamptz,
  check (valid_to_at is null or valid_to_at >= valid_from_at)
);
comment on column org.post.region_codes is 'Division code prefixes the post reaches; null takes the district or street of the unit, or the whole city.';
create index post_user_ix on org.post (user_id);
create index post_unit_ix on org.post (unit_id, role);
create index post_role_ix on org.post (role) where valid_to_at is null;

create table org.duty_shift (
  id uuid primary key,
  user_id uuid not null references org.user,
  role text not null,
  unit_id uuid not null references org.unit,
  duty_grid_codes text[] not null default '{}',
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  cancelled_at timestamptz,
  constraint duty_shift_no_overlap exclude using gist (user_id with =, tstzrange(starts_at, ends_at) with &&) where (cancelled_at is null)
);
comment on table org.duty_shift is 'The roster: who is on duty, as what, where. Tasks to verify and check go only to people on duty.';
create index duty_shift_user_ix on org.duty_shift (user_id, starts_at);
create index duty_shift_unit_ix on org.duty_shift (unit_id, starts_at);
create index duty_shift_time_ix on org.duty_shift (role, ends_at, starts_at) where cancelled_at is null;

create table org.role_permission (
  id text primary key,
  role text not null,
  permission text not null,
  allowed boolean not null,
  active boolean not null default true,
  changed_at timestamptz not null,
  unique (role, permission)
);
comment on table org.role_permission is 'Cells of the role matrix that differ from the delivered one.';

create table org.delegation (
  id uuid primary key,
  from_user_id uuid not null references org.user,
  user_id uuid not null references org.user,
  role text not null,
  unit_id uuid not null references org.unit,
  region_codes text[],
  permissions text[] not null,
  reason text not null,
  valid_from_at timestamptz not null,
  valid_to_at timestamptz not null,
  revoked_at timestamptz,
  check (valid_to_at > valid_from_at)
);
comment on table org.delegation is 'Operations a shift leader or leader lends to a person for a span of time (授权).';
create index delegation_user_ix on org.delegation (user_id);
create index delegation_from_ix on org.delegation (from_user_id);
create index delegation_unit_ix on org.delegation (unit_id);

create table org.session (
  id uuid primary key,
  token_hash text not null unique,
  user_id uuid not null references org.user,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  ip text,
  user_agent text,
  mfa boolean not null default false
);
create index session_user_ix on org.session (user_id) where ended_at is null;
create index session_ended_ix on org.session (ended_at) where ended_at is not null;

create table org.api_token (
  id uuid primary key,
  user_id uuid not null references org.user,
  name text not null,
  token_hash text not null unique,
  permissions text[],
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_token_user_ix on org.api_token (user_id);

create table org.sign_in_failure (
  id bigint generated always as identity primary key,
  ip text not null,
  username text not null,
  failed_at timestamptz not null
);
create index sign_in_failure_ip_ix on org.sign_in_failure (ip, failed_at desc);
create index sign_in_failure_at_ix on org.sign_in_failure using brin (failed_at);

-- One number that grows with every change of grants: a process compares it to know that its cache is stale.
create table org.version (
  one boolean primary key default true check (one),
  version bigint not null default 1
);
insert into org.version default values;

-- What other modules may read in SQL.
create view org.pub_unit as
  select id, key, code, kind, parent_id, path, district_code, street_code, name, short_name, active, sort from org.unit;
create view org.pub_user as
  select id, username, name, status, demo from org.user;
create view org.pub_post as
  select p.id, p.user_id, p.role, p.unit_id, p.region_codes, p.duty_grid_codes, p.valid_from_at, p.valid_to_at
  from org.post p join org.user u on u.id = p.user_id where u.status = 'active';
create view org.pub_duty as
  select s.id, s.user_id, u.name as user_name, s.role, s.unit_id, s.duty_grid_codes, s.starts_at, s.ends_at
  from org.duty_shift s join org.user u on u.id = s.user_id where s.cancelled_at is null and u.status = 'active';
