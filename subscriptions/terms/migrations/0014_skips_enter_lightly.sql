-- As before, but what concerns holds alone is asked only where a hold is among the new pauses: a pull enters skips, and
-- PostgreSQL would plan those questions for it, too.
create or replace function terms_pause_enters() returns trigger language plpgsql as $$
declare
  has_holds constant boolean := exists (select from entered where reason <> 'skip');
begin
  if has_holds then
    -- Nobody pulls one of these issues, or adds a term, until this transaction has ended.
    perform 1 from catalog_issue
      where id in (select from_issue_id from entered where reason <> 'skip') order by id for share;
  end if;
  perform 1 from terms_subscription
    where id in (select subscription_id from entered) order by id for no key update;

  if exists (
    select from entered e
      join terms_subscription s on s.id = e.subscription_id
      join catalog_issue f on f.id = e.from_issue_id
      left join catalog_issue u on u.id = e.until_issue_id
     where f.magazine_id <> s.magazine_id or u.magazine_id <> s.magazine_id or u.ordinal < f.ordinal) then
    raise exception 'a pause runs forward over issues of its own magazine'
      using errcode = 'integrity_constraint_violation', constraint = 'pause_runs_forward';
  end if;
  if has_holds then
    if exists (
      select from entered e
        join catalog_issue f on f.id = e.from_issue_id
        join (select magazine_id, max(ordinal) as ordinal from catalog_issue
               where state in ('pulled', 'mailed') group by magazine_id) latest on latest.magazine_id = f.magazine_id
       where e.reason <> 'skip' and f.ordinal <= latest.ordinal) then
      raise exception 'a pulled issue is never inside a later-entered pause'
        using errcode = 'integrity_constraint_violation', constraint = 'pause_leaves_pulled_issues_alone';
    end if;
  end if;

  update terms_term set stepped = true
   where not stepped and subscription_id in (select subscription_id from entered);
  return null;
end $$;
