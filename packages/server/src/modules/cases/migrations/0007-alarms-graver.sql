-- An alarm that rises makes the case it has urgent (特急), once.
alter table cases.alarm_wish add column graver jsonb;
comment on column cases.alarm_wish.graver is 'What was wanted when an alarm of the case rose to a level that is urgent; null: nothing did.';
create index alarm_wish_case_ix on cases.alarm_wish (case_id) where case_id is not null;
