-- As in 0002, but that a term without an end gets its units when it is ended.
create or replace function terms_term_stays() returns trigger language plpgsql as $$
declare
  v_magazine bigint;
  v_next record;
  v_clock int;
begin
  if (old.subscription_id, case when old.units is null and old.ended_on is null and new.ended_on is not null
                                then new.units else old.units end, old.magazine_cents, old.postage_cents, old.currency, old.line_uuid)
     is distinct from
     (new.subscription_id, new.units, new.magazine_cents, new.postage_cents, new.currency, new.line_uuid) then
    raise exception 'term %: what was sold never changes', old.id
      using errcode = 'integrity_constraint_violation', constraint = 'term_keeps_what_was_sold';
  end if;
  if old.c_from = new.c_from then
    return new;
  end if;

  select magazine_id into v_magazine from terms_subscription where id = old.subscription_id;
  select ordinal, unit into v_next from catalog_issue
   where magazine_id = v_magazine and state = 'planned' order by ordinal limit 1;
  v_clock := v_next.unit - coalesce(
    (select s.units from skip_at(v_magazine, v_next.ordinal) s where s.subscription_id = old.subscription_id), 0);
  if v_clock is null or least(old.c_from, new.c_from) < v_clock then
    raise exception 'term %: a begun term keeps its place', old.id
      using errcode = 'integrity_constraint_violation', constraint = 'begun_term_keeps_its_place';
  end if;
  return new;
end $$;
