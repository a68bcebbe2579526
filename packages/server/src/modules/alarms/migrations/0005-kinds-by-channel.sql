-- Which kinds of message go out by which channel. The inbox always has all of them.
alter table alarms.preference add column phone_kinds text[] not null default '{raised,level,ladder,incident,assigned}';
comment on column alarms.preference.phone_kinds is 'Kinds that come to the telephone; at level 1 those that press come all the same.';
alter table alarms.webhook add column kinds text[] not null default '{}';
comment on column alarms.webhook.kinds is 'Empty: all, as with districts and packs.';
