-- A unit grid has one duty grid in each shift (standards §2.2), whoever writes: drawing, inheriting, taking back. The one of the whole
-- day, else the first by code, is the primary one: its code stands in cases, and responsibilities and attendance go by it.
alter table geo.duty_grid_member add column shift text;
update geo.duty_grid_member m set shift = d.shift from geo.duty_grid d where d.code = m.duty_grid_code;
delete from geo.duty_grid_member m using geo.duty_grid_member o
  where o.grid_code = m.grid_code and o.shift = m.shift and o.duty_grid_code < m.duty_grid_code;
alter table geo.duty_grid_member alter column shift set not null;

create function geo.shift_of_member() returns trigger language plpgsql as $$
begin
  select d.shift into new.shift from geo.duty_grid d where d.code = new.duty_grid_code;
  return new;
end $$;
create trigger duty_grid_member_shift before insert on geo.duty_grid_member for each row execute function geo.shift_of_member();

alter table geo.duty_grid add constraint duty_grid_shift_ux unique (code, shift);
alter table geo.duty_grid_member add constraint duty_grid_member_shift_fk
  foreign key (duty_grid_code, shift) references geo.duty_grid (code, shift) on update cascade;
create unique index duty_grid_member_shift_ux on geo.duty_grid_member (grid_code, shift);

create view geo.pub_primary_duty_grid as
  select distinct on (m.grid_code) m.grid_code, m.duty_grid_code from geo.duty_grid_member m join geo.duty_grid d on d.code = m.duty_grid_code
  where d.valid_to_on is null order by m.grid_code, (m.shift <> '全日'), m.duty_grid_code;
comment on view geo.pub_primary_duty_grid is 'The duty grid a unit grid counts for: that of the whole day, else the first by code.';
