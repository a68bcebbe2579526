-- 市民端: reports, contacts, sessions, ratings, what waits for review, and what keeps abuse out (standards §6.2).
create table citizen.contact (
  id uuid primary key,
  phone_enc text not null,
  phone_hmac text not null unique,
  consent_version text not null,
  consent_at timestamptz not null,
  created_at timestamptz not null
);
comment on table citizen.contact is 'People who proved a phone number by a one-time code. The number is encrypted; the digest finds it again.';

create table citizen.one_time_code (
  phone_hmac text primary key,
  code_hash text not null,
  tries int not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null
);

create table citizen.session (
  token_hash text primary key,
  contact_id uuid not null references citizen.contact on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_contact_ix on citizen.session (contact_id);
comment on table citizen.session is 'Sessions of citizens: only a hash of the token; a row removed is a session revoked.';

create table citizen.upload (
  file_id uuid primary key,
  device_hash text not null,
  sha256 text not null,
  look bit(64),
  uploaded_at timestamptz not null
);
create index upload_at_ix on citizen.upload (uploaded_at) where look is not null;
comment on column citizen.upload.look is 'Difference hash of the picture: near-duplicates differ in few bits.';

create table citizen.report (
  case_id uuid primary key references cases."case",
  case_no text not null unique,
  draft_key text not null unique,
  visibility text not null check (visibility in ('public', 'private')),
  held boolean not null,
  contact_id uuid references citizen.contact on delete set null,
  device_hash text not null,
  tracking_hash text not null,
  unclassified boolean not null,
  warnings jsonb not null,
  consent_version text not null,
  lng double precision not null,
  lat double precision not null,
  street_code text,
  reported_at timestamptz not null
);
create index report_contact_ix on citizen.report (contact_id, reported_at desc) where contact_id is not null;
create index report_place_ix on citizen.report using gist (point(lng, lat)) where visibility = 'public' and not held;
create index report_street_ix on citizen.report (street_code text_pattern_ops, reported_at desc) where visibility = 'public' and not held;
comment on column citizen.report.held is 'A blocked word was found: the centre has it, the public sees it after a review.';

create table citizen.me_too (
  case_id uuid not null references cases."case",
  person text not null,
  at timestamptz not null,
  primary key (case_id, person)
);

create table citizen.rating (
  case_id uuid primary key references cases."case",
  score int not null check (score between 1 and 5),
  satisfied boolean not null,
  text text not null,
  visited boolean not null,
  at timestamptz not null
);
comment on column citizen.rating.visited is 'It stands in the history of the case as its visit; otherwise somebody had visited before.';

create table citizen.follow (
  id uuid primary key,
  contact_id uuid not null references citizen.contact on delete cascade,
  kind text not null check (kind in ('report', 'area')),
  target text not null,
  since timestamptz not null,
  unique (contact_id, kind, target)
);

create table citizen.review (
  id uuid primary key,
  kind text not null check (kind in ('words', 'reopen')),
  case_id uuid not null references cases."case",
  state text not null check (state in ('open', 'approved', 'rejected')),
  words text[] not null,
  reason text,
  file_ids uuid[] not null,
  asked_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text,
  note text
);
create unique index review_open_ix on citizen.review (case_id, kind) where state = 'open';
create index review_case_ix on citizen.review (case_id, kind, asked_at desc);

create table citizen.photo (
  file_id uuid primary key,
  case_id uuid not null references cases."case",
  released boolean not null,
  boxes jsonb not null,
  decided_at timestamptz not null,
  decided_by uuid not null,
  decided_by_name text not null
);
create index photo_case_ix on citizen.photo (case_id);
comment on table citizen.photo is 'Which photos the public sees, and what is made unrecognisable in them. A photo without a row is not public.';

create table citizen.blocked_word (
  word text primary key
);
insert into citizen.blocked_word (word) values
  ('代开发票'), ('办证刻章'), ('加微信'), ('加我微信'), ('刷单'), ('博彩'), ('赌博网'), ('贷款秒批'), ('枪支'), ('傻逼'), ('操你'), ('去死吧');

create unlogged table citizen.hit (
  key text not null,
  since timestamptz not null,
  n int not null,
  primary key (key, since)
);
create index hit_since_ix on citizen.hit (since);
comment on table citizen.hit is 'How often somebody did something in a window of time. May be lost with a crash: it only slows abuse down.';
