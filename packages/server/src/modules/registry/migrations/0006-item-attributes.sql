-- Whoever shows items by another address (SensorThings) needs what a register says of them; who may see which attribute is the reader's business.
create or replace view registry.pub_item as
  select type_id, id, code, class_code, name, status, lng, lat, grid_code, address, authority_id, owner_id, maintainer_id, removed_at, updated_at, rev,
    attributes
  from registry.item;
