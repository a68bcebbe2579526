-- Editing of unit grids: what was changed, so that it can be shown and taken back; and who still has to be told where things lie now.
create table geo.regrid (
  id uuid primary key,
  community_code text not null references geo.division,
  applied_at timestamptz not null,
  applied_by uuid not null,
  applied_by_name text not null,
  note text not null,
  steps jsonb not null,
  retired text[] not null,
  created text[] not null,
  altered text[] not null,
  before jsonb not null,
  state_after text not null,
  undoes_id uuid references geo.regrid
);
comment on column geo.regrid.before is 'Rows and duty grids of the retired and altered unit grids as they were.';
comment on column geo.regrid.state_after is 'Fingerprint of the community afterwards: only the last change may be taken back.';
create index regrid_community_ix on geo.regrid (community_code, applied_at desc);
create unique index regrid_undoes_ux on geo.regrid (undoes_id);
create trigger regrid_append_only before update or delete on geo.regrid for each row execute function platform.refuse_rewrite();

create table geo.relocation (
  id uuid primary key,
  regrid_id uuid references geo.regrid,
  follower text not null,
  grid_codes text[] not null,
  after_key text,
  total integer,
  done integer not null default 0,
  moved integer not null default 0,
  queued_at timestamptz not null,
  finished_at timestamptz
);
comment on table geo.relocation is 'Rows of other modules that lie in changed unit grids are located anew, in pages by key, by a job that goes on where it stood.';
create index relocation_open_ix on geo.relocation (queued_at) where finished_at is null;
create index relocation_regrid_ix on geo.relocation (regrid_id);
