-- What the sender of a case from outside (another system's number on it) may be told of its course.
create view cases.pub_external as
  select id as case_id, case_no, status, external_system, external_no, merged_into, accepted_at, handle_deadline_at, state->'visit' as visit
  from cases."case" where external_no is not null;
create view cases.pub_external_step as
  select s.case_id, s.seq, s.at, s.op, s.to_status, s.opinion
  from cases.step s join cases."case" c on c.id = s.case_id and c.external_no is not null
  where s.op in ('notRegister', 'cancel', 'merge', 'submitHandle', 'approveExtend', 'applyExtend', 'applySuspend', 'approveSuspend', 'applyForceClose', 'approveForceClose', 'close', 'reopen');
comment on view cases.pub_external_step is 'Reasons and results owed to whoever sent the case. Who took the step is not in it.';
