-- Readings that come after their day's rows may still be written lie in packs at once, whether or not the day itself was packed. Questions over all
-- readings open packs only of days that are marked here.
alter table streams.day add column late boolean not null default false;
comment on column streams.day.late is 'Packs of this day hold readings that came late; those of a packed day hold all.';
insert into streams.day (day, state, changed_at, late) select distinct day, 'packed', now(), true from streams.pack
  on conflict (day) do update set late = true;
