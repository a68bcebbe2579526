-- The cases of a component are asked for wherever its card is read. Most cases are about none.
create index case_component_ix on cases."case" (component_id, reported_at desc) where component_id is not null;
