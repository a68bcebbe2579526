-- What is land and what is sea, in and around the city: the ground of the base map. Never a measure for anything.
create table geo.surface (
  kind text primary key check (kind in ('land')),
  shape bytea not null,
  w double precision not null,
  s double precision not null,
  e double precision not null,
  n double precision not null,
  origin text not null,
  check (w < e and s < n)
);
comment on column geo.surface.shape is 'All of this kind within the window w, s, e, n; outside it nothing is known.';
