create view registry.pub_relation as select type_id, item_id, key, other_type_id, other_id from registry.relation;
