-- What became of devices: when they were heard and fell silent, what they were told and answered, who changed their account.
create table streams.device_log (
  id bigint generated always as identity primary key,
  item_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in ('connected', 'online', 'offline', 'command', 'reply', 'secret', 'enabled', 'disabled', 'firmware')),
  actor_name text,
  data jsonb not null default '{}'
);
comment on table streams.device_log is 'Kept half a year; it goes with the device.';
comment on column streams.device_log.actor_name is 'Who did it; null: the device itself.';
create index device_log_item_ix on streams.device_log (item_id, id);
create index device_log_at_ix on streams.device_log using brin (at);

alter table streams.device add column calibration_told_on text;
comment on column streams.device.calibration_told_on is 'The due date its owner was reminded of; another date is another reminder.';
