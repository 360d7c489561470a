-- Movements of stock only grow: a mistake is counted again, not rewritten.
create function catalog_stockmovement_only_grows() returns trigger language plpgsql as $$
begin
  raise exception 'movements of stock are append-only: count again instead'
    using errcode = 'integrity_constraint_violation', constraint = 'stock_movements_only_grow';
end $$;
create trigger catalog_stockmovement_only_grows before update or delete on catalog_stockmovement
  for each row execute function catalog_stockmovement_only_grows();
