-- An erasure empties what somebody typed beside an entry. Numbers, days and everything else of it stay as they are.
create or replace function terms_entry_only_grows() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.about = '' and to_jsonb(new) = jsonb_set(to_jsonb(old), '{about}', '""') then
      return new;
    end if;
  end if;
  raise exception 'the expire ledger is append-only: reverse the entry instead'
    using errcode = 'integrity_constraint_violation', constraint = 'expire_ledger_only_grows';
end $$;
