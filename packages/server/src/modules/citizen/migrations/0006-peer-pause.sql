-- A server that does not know our api_key gets nothing more until somebody acts; what its services demand beside the case.
alter table citizen.peer add column paused_at timestamptz, add column pause_reason text;
comment on column citizen.peer.paused_at is 'Since when nothing goes out, because the server refused our api_key; ended by another key, another address or a run by hand.';
alter table citizen.peer_service add column attributes jsonb not null default '{}';
comment on column citizen.peer_service.attributes is 'Attribute code → value sent along with every case of ours under this service.';
