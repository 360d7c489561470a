-- As before, and one change more: of a copy that was mailed, the person may be erased. What it was, and where it counts in
-- statements (state and three digits), stays.
create or replace function fulfillment_copy_is_frozen() returns trigger language plpgsql as $$
declare
  c_person constant text[] := '{name,company,attn,addr1,addr2,urb,city,zip5,plus4,dpc,postcode}';
begin
  if tg_op = 'DELETE' and old.purpose <> 1 and exists (
       select from fulfillment_labelrun r
        where r.id = old.run_id and r.purpose = old.purpose and r.state in ('releasing', 'released')) then
    return old;
  end if;
  if tg_op = 'UPDATE' and to_jsonb(new) - c_person = to_jsonb(old) - c_person
     and (new.name, new.addr1) = ('ERASED READER', 'ERASED')
     and new.company || new.attn || new.addr2 || new.urb || new.city || new.plus4 || new.dpc = ''
     and (new.zip5, new.postcode) = (left(old.zip5, 3), left(old.postcode, 3))
     and exists (select from fulfillment_labelrun r where r.id = old.run_id and r.state = 'mailed') then
    return new;
  end if;
  raise exception 'the copies of issue % are frozen', old.issue_id
    using errcode = 'integrity_constraint_violation', constraint = 'copies_are_frozen';
end $$;
