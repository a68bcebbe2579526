-- Lists of alarms that are over, for readers of an area or a unit: each part of what they reach is walked in the order of the list, and ends after a page.
create index alarm_district_ix on alarms.alarm (left(grid_code, 6), raised_at, id);
create index alarm_street_ix on alarms.alarm (left(grid_code, 9), raised_at, id);
create index alarm_unit_ix on alarms.alarm (unit_id, raised_at, id) where unit_id is not null;
create index alarm_assignee_ix on alarms.alarm (assignee_id, raised_at, id) where assignee_id is not null;
-- What was judged false, was rejected, or waits to be judged: few among many.
create index alarm_false_ix on alarms.alarm (raised_at, id) where verdict in ('false', 'test');
create index alarm_rejected_ix on alarms.alarm (raised_at, id) where state = 'rejected';
create index alarm_asks_ix on alarms.alarm (raised_at, id) where asks_verdict;
