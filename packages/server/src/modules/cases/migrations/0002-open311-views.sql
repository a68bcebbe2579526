-- What the public may be told of a case is decided by the module citizen; this is what it decides on. No person is in these views.
create view cases.pub_open311 as
  select id, case_no, status, is_open, standard_ref, kind, class_code, major_code, source_type, description, address, lng, lat, precision, grid_code,
    unit_id, reported_at, handle_deadline_at, closed_at, cancelled_at, merged_into, thumb_id,
    greatest(reported_at, accepted_at, registered_at, dispatched_at, received_at, handled_at, disposed_at, checked_at, closed_at, cancelled_at) as updated_at
  from cases."case";
comment on view cases.pub_open311 is 'Columns of the same names as the table: the conditions of a question reach its partial indexes.';

create view cases.pub_public_step as
  select case_id, seq, at, op, to_status, unit_id,
    case when op in ('notRegister', 'cancel') then opinion end as reason
  from cases.step
  where op in ('report', 'selfHandle', 'accept', 'sendVerify', 'register', 'notRegister', 'cancel', 'merge', 'dispatch', 'assign', 'submitHandle', 'rework',
    'approveSuspend', 'resume', 'close', 'approveForceClose', 'reopen');
comment on view cases.pub_public_step is 'Steps a citizen is told of, without who took them. The reason of not going on is owed to whoever reported.';

create view cases.pub_class_mapping as select kind_2013, code_2013, kind, code from cases.class_mapping where code is not null;
