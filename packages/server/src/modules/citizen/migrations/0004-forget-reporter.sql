-- Whoever deletes the account is forgotten in the cases too: in those under way when they end.
create table citizen.forget_reporter (
  case_id uuid primary key references cases."case",
  asked_at timestamptz not null
);
comment on table citizen.forget_reporter is 'Open cases whose reporter withdrew the consent: the contact is needed until they end, and deleted then.';
