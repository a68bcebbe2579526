-- Files given as evidence. The bytes lie in the store under their hash; a row is one act of giving them.
create schema media;

create table media.file (
  id uuid primary key,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  kind text not null check (kind in ('image', 'audio', 'video', 'document')),
  phase text not null,
  mime text not null,
  extension text not null,
  size_bytes bigint not null check (size_bytes > 0),
  width integer,
  height integer,
  file_name text,
  captured_at timestamptz,
  -- [lng, lat] in CGCS2000 as reported, and untouched in the system it was reported in
  place point,
  origin_place point,
  origin_crs text,
  exif_at timestamptz,
  exif_place point,
  place_gap_m double precision,
  doubts text[] not null default '{}',
  device_id text,
  uploader_id uuid not null,
  uploader_name text not null,
  uploaded_at timestamptz not null,
  -- whose evidence it is; who may see the record may see the file
  owner_type text,
  owner_id uuid,
  owner_label text,
  owner_address text,
  linked_at timestamptz,
  check ((owner_type is null) = (owner_id is null) and (owner_type is null) = (linked_at is null))
);
create index file_owner on media.file (owner_type, owner_id) where owner_id is not null;
create index file_orphan on media.file (uploaded_at) where owner_id is null;
create index file_sha256 on media.file (sha256);

-- What was given stays what it is: only the link may be set, and only once.
create function media.keep_file() returns trigger language plpgsql as $$
begin
  if old.owner_id is not null
    or (new.id, new.sha256, new.kind, new.phase, new.mime, new.size_bytes, new.uploader_id, new.uploaded_at)
      is distinct from (old.id, old.sha256, old.kind, old.phase, old.mime, old.size_bytes, old.uploader_id, old.uploaded_at)
    or new.captured_at is distinct from old.captured_at
    or new.exif_at is distinct from old.exif_at
    or new.doubts is distinct from old.doubts
  then
    raise exception 'evidence % may not be changed', old.id using errcode = 'raise_exception';
  end if;
  return new;
end $$;
create trigger keep_file before update on media.file for each row execute function media.keep_file();

create function media.keep_linked() returns trigger language plpgsql as $$
begin
  if old.owner_id is not null then
    raise exception 'evidence % may not be deleted', old.id using errcode = 'raise_exception';
  end if;
  return old;
end $$;
create trigger keep_linked before delete on media.file for each row execute function media.keep_linked();

create view media.pub_file as
  select id, sha256, kind, phase, mime, size_bytes, captured_at, uploader_id, uploaded_at, owner_type, owner_id, linked_at
  from media.file;
