-- People in the street: what their devices sent, when they were at work and where, and what they propose to correct.
create schema field;


create table field.device (
  user_id uuid not null references org.user,
  device_id text not null check (length(device_id) between 1 and 100),
  drift_ms bigint not null,
  seen_at timestamptz not null,
  primary key (user_id, device_id)
);
comment on table field.device is 'Devices and how wrong their clocks are: clock of the device minus clock of the server, estimated when they last sent.';

create table field.operation (
  user_id uuid not null references org.user,
  key uuid not null,
  device_id text not null,
  kind text not null check (kind in ('report', 'selfHandle', 'move', 'attendance', 'track', 'proposal')),
  fingerprint text not null,
  captured_at timestamptz not null,
  corrected_at timestamptz not null,
  received_at timestamptz not null,
  drift_ms bigint not null,
  lng double precision,
  lat double precision,
  accuracy_m double precision,
  outcome text not null check (outcome in ('done', 'conflict', 'refused')),
  error_code text,
  result jsonb,
  attempts integer not null default 1,
  primary key (user_id, key)
);
comment on table field.operation is 'What a device sent, by the key it gave: a key that is done is answered as then. The truth of a case stands in its steps.';
comment on column field.operation.captured_at is 'By the clock of the device.';
comment on column field.operation.corrected_at is 'The same moment by the clock of the server.';
create index operation_received_ix on field.operation (received_at);

create table field.upload (
  user_id uuid not null references org.user,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  phase text not null,
  evidence_id uuid not null,
  at timestamptz not null,
  primary key (user_id, sha256, phase)
);
comment on table field.upload is 'Finished resumable uploads: the same bytes of the same person for the same phase are the same evidence.';

create table field.shift (
  id uuid primary key,
  user_id uuid not null references org.user,
  started_at timestamptz not null,
  start_lng double precision,
  start_lat double precision,
  start_outside boolean not null,
  ended_at timestamptz check (ended_at >= started_at),
  end_lng double precision,
  end_lat double precision,
  end_outside boolean,
  ended_by text check (ended_by in ('person', 'platform')),
  duty_grid_codes text[] not null,
  last_at timestamptz,
  last_lng double precision,
  last_lat double precision,
  last_outside boolean not null default false,
  anchor_lng double precision,
  anchor_lat double precision,
  anchor_at timestamptz,
  points integer not null default 0
);
comment on table field.shift is 'Attendance: from clock-in to clock-out, with the last place and the place the person has stayed at since anchor_at.';
create unique index shift_open_ix on field.shift (user_id) where ended_at is null;
create index shift_user_ix on field.shift (user_id, started_at desc);

create table field.track (
  user_id uuid not null references org.user,
  at timestamptz not null,
  shift_id uuid not null references field.shift,
  lng double precision not null,
  lat double precision not null,
  accuracy_m real,
  grid_code text,
  outside boolean not null,
  primary key (user_id, at)
);
comment on table field.track is 'Places of people on shift, kept as long as the settings say. Nobody is followed off shift.';
create index track_at_ix on field.track (at);

create table field.visit (
  user_id uuid not null references org.user,
  day_on date not null,
  grid_code text not null,
  first_at timestamptz not null,
  primary key (user_id, day_on, grid_code)
);
comment on table field.visit is '覆盖率: unit grids a person was in on a day of the city. Outlives the track.';

create table field.proposal (
  id uuid primary key,
  kind text not null check (kind in ('new', 'moved', 'gone')),
  status text not null default 'open' check (status in ('open', 'accepted', 'declined')),
  component_id text,
  class_code text,
  lng double precision,
  lat double precision,
  grid_code text,
  district_code text,
  note text not null,
  evidence_ids uuid[] not null,
  captured_at timestamptz not null,
  received_at timestamptz not null,
  proposer_id uuid not null references org.user,
  proposer_name text not null,
  key uuid not null,
  decided_at timestamptz,
  decider_name text,
  decision_note text,
  unique (proposer_id, key)
);
comment on table field.proposal is 'Corrections of components as seen in the street; they wait for whoever keeps the register.';
create index proposal_status_ix on field.proposal (status, id);
