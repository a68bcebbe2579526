-- What SensorThings 1.1 speaks of beyond things and streams: where things are and were, and what is observed there (ADR 0019).
alter table streams.sensor add column removed_at timestamptz;
alter table streams.observed_property add column removed_at timestamptz;

create table streams.location (
  id integer generated always as identity primary key,
  name text not null,
  description text not null default '',
  encoding_type text not null default 'application/geo+json',
  location jsonb not null,
  properties jsonb not null default '{}',
  lng double precision,
  lat double precision,
  bounds box not null,
  length double precision not null default 0,
  created_at timestamptz not null,
  removed_at timestamptz
);
comment on column streams.location.location is 'GeoJSON as it was given, in CGCS2000 degrees.';
comment on column streams.location.lng is 'Of a point; null of lines and areas. So is lat.';
comment on column streams.location.length is 'Degrees: how long a line is, or the border of an area.';
create index location_point_ix on streams.location using gist (point(lng, lat)) where lng is not null;
create index location_bounds_ix on streams.location using gist (bounds) where lng is null;

create table streams.thing_location (
  thing_id integer not null references streams.thing,
  location_id integer not null references streams.location,
  lng double precision,
  lat double precision,
  primary key (thing_id, location_id)
);
comment on column streams.thing_location.lng is 'The place of the item when it was put there; where the item has another, it was moved in the register. So is lat.';
comment on table streams.thing_location is 'Where a thing is now; the place of its register item is the same.';
create index thing_location_location_ix on streams.thing_location (location_id);

create table streams.historical_location (
  id integer generated always as identity primary key,
  thing_id integer not null references streams.thing,
  time timestamptz not null
);
create index historical_location_thing_ix on streams.historical_location (thing_id, time);

create table streams.historical_place (
  historical_id integer not null references streams.historical_location on delete cascade,
  location_id integer not null references streams.location,
  primary key (historical_id, location_id)
);
create index historical_place_location_ix on streams.historical_place (location_id);

create table streams.feature_of_interest (
  id integer generated always as identity primary key,
  name text not null,
  description text not null default '',
  encoding_type text not null default 'application/geo+json',
  feature jsonb not null,
  properties jsonb not null default '{}',
  lng double precision,
  lat double precision,
  bounds box,
  length double precision not null default 0,
  location_id integer unique references streams.location,
  thing_id integer unique references streams.thing,
  created_at timestamptz not null,
  removed_at timestamptz
);
comment on column streams.feature_of_interest.location_id is 'Made from this place: what readings that name no feature are of, while their thing is there.';
comment on column streams.feature_of_interest.thing_id is 'Made from a thing that has no place.';
create index feature_point_ix on streams.feature_of_interest using gist (point(lng, lat)) where lng is not null;
create index feature_bounds_ix on streams.feature_of_interest using gist (bounds) where lng is null;

create index stream_thing_ix on streams.stream (thing_id) where removed_at is null;

-- A place of an item as a Location with its feature, and the thing that is there from that instant on.
create function streams.place_thing(p_thing integer, p_name text, p_lng double precision, p_lat double precision, p_at timestamptz)
returns integer language plpgsql as $$
declare
  v_location integer;
  v_history integer;
begin
  insert into streams.location (name, description, location, lng, lat, bounds, created_at)
    values (p_name, p_name, jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(p_lng, p_lat)), p_lng, p_lat,
      box(point(p_lng, p_lat), point(p_lng, p_lat)), p_at) returning id into v_location;
  delete from streams.thing_location where thing_id = p_thing;
  insert into streams.thing_location (thing_id, location_id, lng, lat) values (p_thing, v_location, p_lng, p_lat);
  insert into streams.historical_location (thing_id, time) values (p_thing, p_at) returning id into v_history;
  insert into streams.historical_place (historical_id, location_id) values (v_history, v_location);
  return v_location;
end $$;

-- Every place has the feature that readings there are of; so have things without a place.
create function streams.make_location_features() returns trigger language plpgsql as $$
begin
  insert into streams.feature_of_interest (name, description, encoding_type, feature, lng, lat, bounds, length, location_id, created_at)
    select l.name, l.description, l.encoding_type, l.location, l.lng, l.lat, l.bounds, l.length, l.id, l.created_at from made l;
  return null;
end $$;
create trigger location_features after insert on streams.location referencing new table as made
  for each statement execute function streams.make_location_features();

create function streams.place_new_things() returns trigger language plpgsql as $$
begin
  insert into streams.feature_of_interest (name, description, feature, thing_id, created_at)
    select coalesce(i.name, ''), '', '{"type":"Feature","properties":{},"geometry":null}', t.id, t.created_at
    from made t left join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id;
  -- Who brings a Location with the thing says so, and links it.
  if current_setting('streams.placed', true) = 'on' then
    return null;
  end if;
  with placed as materialized (
    select t.id as thing, coalesce(nullif(i.address, ''), i.name) as name, i.lng, i.lat, t.created_at,
      nextval('streams.location_id_seq')::integer as location, nextval('streams.historical_location_id_seq')::integer as history
    from made t join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id where i.lng is not null),
  locations as (
    insert into streams.location (id, name, description, location, lng, lat, bounds, created_at) overriding system value
      select location, name, name, jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(lng, lat)), lng, lat,
        box(point(lng, lat), point(lng, lat)), created_at from placed),
  links as (insert into streams.thing_location (thing_id, location_id, lng, lat) select thing, location, lng, lat from placed),
  histories as (
    insert into streams.historical_location (id, thing_id, time) overriding system value select history, thing, created_at from placed)
  insert into streams.historical_place (historical_id, location_id) select history, location from placed;
  return null;
end $$;
create trigger thing_places after insert on streams.thing referencing new table as made
  for each statement execute function streams.place_new_things();
comment on function streams.place_new_things is 'Things come by many ways (SensorThings, templates, devices, packs); none of them can forget the place.';
