-- Components that stand in another county than the one in their code. Lists of a county walk its codes in order and take these beside.
create index item_strayed_ix on registry.item (grid_code) where left(grid_code, 6) <> left(code, 6);
