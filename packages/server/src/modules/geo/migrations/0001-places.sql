-- Where things are: divisions, unit grids, duty grids, roads and named places. Shapes are packed int32 vertices of 1e-7 degree in
-- CGCS2000 (EPSG:4490); exact geometry is done in the program, SQL filters by code.
create schema geo;

create table geo.division (
  code text primary key check (code ~ '^\d{6}(\d{3}(\d{3})?)?$'),
  level text not null check (level in ('city', 'district', 'street', 'community')),
  parent_code text references geo.division,
  name text not null,
  region_class text not null default 'C' check (region_class in ('A', 'B', 'C')),
  shape bytea,
  lng double precision,
  lat double precision,
  area_m2 double precision,
  generated boolean not null default false,
  valid_from_on date not null,
  valid_to_on date,
  check ((parent_code is null) = (level = 'city')),
  check ((lng is null) = (lat is null))
);
comment on column geo.division.shape is 'Outline; null where only the name is known.';
comment on column geo.division.generated is 'The outline was made by the demo generator and does not show where the division really lies.';
create index division_parent_ix on geo.division (parent_code);
create index division_level_ix on geo.division (level, code);

create table geo.unit_grid (
  code text primary key check (code ~ '^\d{15}$'),
  community_code text not null references geo.division,
  shape bytea not null,
  lng double precision not null,
  lat double precision not null,
  area_m2 double precision not null,
  land_use text,
  manage_level text,
  remark text,
  generated boolean not null default false,
  valid_from_on date not null,
  valid_to_on date,
  check (left(code, 12) = community_code)
);
comment on column geo.unit_grid.generated is 'Cut inside a generated outline: provisional, may be cut anew under the same code.';
comment on table geo.unit_grid is 'Unit grids (GB/T 30428.1, 15 digits). A retired code stays with its end date and is never given again.';
create index unit_grid_community_ix on geo.unit_grid (community_code);

create table geo.duty_grid (
  code text primary key check (code ~ '^\d{9,18}$'),
  name text not null,
  street_code text not null references geo.division,
  shift text not null default '全日',
  version integer not null default 1,
  valid_from_on date not null,
  valid_to_on date
);
create index duty_grid_street_ix on geo.duty_grid (street_code);

create table geo.duty_grid_member (
  duty_grid_code text not null references geo.duty_grid,
  grid_code text not null references geo.unit_grid,
  primary key (grid_code, duty_grid_code)
);
create index duty_grid_member_duty_ix on geo.duty_grid_member (duty_grid_code);

create table geo.road (
  code text primary key,
  district_code text not null references geo.division,
  name text not null,
  line bytea not null,
  length_m integer not null,
  generated boolean not null default false
);
create index road_district_ix on geo.road (district_code);

create table geo.place (
  id uuid primary key,
  kind text not null check (kind in ('street', 'community', 'road', 'doorplate', 'poi', 'building')),
  name text not null,
  address text not null,
  lng double precision not null,
  lat double precision not null,
  grid_code text references geo.unit_grid,
  terms text[] not null,
  generated boolean not null default false
);
comment on column geo.place.terms is 'Pairs of neighbouring characters of name and address: Chinese search from two characters on, which trigrams cannot give.';
create index place_terms_ix on geo.place using gin (terms);
create index place_grid_ix on geo.place (grid_code);

create table geo.revision (one boolean primary key default true check (one), number bigint not null default 0);
comment on table geo.revision is 'Raised by every change of grids, divisions or duty grids: server processes compare it and load anew.';
insert into geo.revision default values;

create view geo.pub_division as
  select code, level, parent_code, name, region_class, lng, lat, area_m2, valid_from_on, valid_to_on from geo.division;
create view geo.pub_unit_grid as
  select code, community_code, lng, lat, area_m2, valid_from_on, valid_to_on from geo.unit_grid;
create view geo.pub_duty_grid as
  select code, name, street_code, shift, valid_from_on, valid_to_on from geo.duty_grid;
create view geo.pub_duty_grid_member as select duty_grid_code, grid_code from geo.duty_grid_member;
