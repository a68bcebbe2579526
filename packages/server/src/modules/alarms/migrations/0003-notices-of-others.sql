-- Messages that are about no alarm: a report of a pack is ready, an index fell. They lead where their link says.
alter table alarms.notice alter column alarm_id drop not null;
alter table alarms.notice add column link text;
alter table alarms.notice add constraint notice_leads_ck check (alarm_id is not null or link is not null);
