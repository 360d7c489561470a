-- Copies come in with the pull of their issue, and later with the runs that follow it. Single rows never change. Only a
-- supplement or a claims run takes its own copies away again, until it has been handed over: the run's state says so.
create or replace function fulfillment_copy_is_frozen() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.purpose <> 1 and exists (
       select from fulfillment_labelrun r
        where r.id = old.run_id and r.purpose = old.purpose and r.state in ('releasing', 'released')) then
    return old;
  end if;
  raise exception 'the copies of issue % are frozen', old.issue_id
    using errcode = 'integrity_constraint_violation', constraint = 'copies_are_frozen';
end $$;
