-- A copy is given back once; again only after that was taken back (it came after all, and then it was gone again). The
-- subscription is locked by whoever writes, so that two cannot look at the same moment.
create function terms_entry_one_credit() returns trigger language plpgsql as $$
begin
  if exists (
    select from terms_entry e
     where e.term_id = new.term_id and e.copy_issue_id = new.copy_issue_id and e.kind = 'credit' and e.id <> new.id
       and not exists (select from terms_entry back where back.reverses_id = e.id)) then
    raise exception 'term %: that copy has been given back', new.term_id
      using errcode = 'integrity_constraint_violation', constraint = 'one_credit_per_copy';
  end if;
  return null;
end $$;
create trigger terms_entry_one_credit after insert on terms_entry
  for each row when (new.kind = 'credit' and new.copy_issue_id is not null) execute function terms_entry_one_credit();
