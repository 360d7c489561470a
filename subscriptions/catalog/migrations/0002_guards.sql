-- A pulled or mailed issue is history: labels, copies and terms have been counted with it.

create function catalog_issue_guard() returns trigger language plpgsql as $$
declare
  pulled constant text[] := array['pulled', 'mailed'];
begin
  if tg_op = 'DELETE' then
    if old.state = any(pulled) then
      raise exception 'issue % has been pulled and cannot be deleted', old.number
        using errcode = 'integrity_constraint_violation', constraint = 'pulled_issue_is_frozen';
    end if;
    return old;
  end if;

  if old.state = any(pulled)
     and (old.magazine_id, old.number, old.ordinal, old.weight, old.unit)
         is distinct from (new.magazine_id, new.number, new.ordinal, new.weight, new.unit) then
    raise exception 'issue % has been pulled: its number, place, weight and unit are frozen', old.number
      using errcode = 'integrity_constraint_violation', constraint = 'pulled_issue_is_frozen';
  end if;

  if old.state <> new.state
     and (old.state, new.state) not in (('planned', 'pulled'), ('pulled', 'mailed'), ('pulled', 'planned'),
                                        ('planned', 'dropped'), ('dropped', 'planned')) then
    raise exception 'issue % cannot go from % to %', old.number, old.state, new.state
      using errcode = 'integrity_constraint_violation', constraint = 'issue_states_run_forward';
  end if;
  return new;
end $$;

create trigger catalog_issue_guard before update or delete on catalog_issue
  for each row execute function catalog_issue_guard();
