-- What the database itself holds about terms (docs/terms.md): one term at a time, a ledger that only grows, pauses that
-- leave pulled issues alone, and how many units a subscription's pauses have skipped.

-- Every subscription has 2^20 units of one number line to itself, so that a plain range needs no extension.
-- A perpetual term reaches to the end of its own stretch; a bare null would cover every later subscription.
alter table terms_term add constraint one_term_at_a_time exclude using gist (
  int8range(subscription_id * 1048576 + c_from, subscription_id * 1048576 + coalesce(c_to, 1048576)) with &&
) deferrable initially deferred;
alter table terms_term add constraint term_ends_on_the_clock check (c_to <= 1048000);
create index term_stepped on terms_term (subscription_id) where stepped;
-- A skip is one issue wide: with an open end it would stop the subscription in silence.
alter table terms_pause add constraint a_skip_has_an_end check (reason <> 'skip' or until_issue_id is not null);


-- Who has pauses at an issue: units skipped before it, and whether the issue itself is paused.
-- The union is summed in a scalar subquery: unnest in the select list would lose those whose union is still empty,
-- and the first held issue would be mailed. Subscriptions without a pause up to here have no row.
create function skip_at(p_magazine bigint, p_ordinal int)
returns table (subscription_id bigint, units int, paused boolean) stable language sql as $$
  select z.subscription_id,
         coalesce((select sum(upper(r) - lower(r)) from unnest(z.skipped) r), 0)::int,
         z.paused
    from (select p.subscription_id, range_agg(p.stretch) as skipped, bool_or(p.paused) as paused
            from (select pause.subscription_id,
                         int4range(f.unit, least(coalesce(u.unit, n.unit), n.unit)) as stretch,
                         coalesce(u.ordinal, 2147483647) > n.ordinal as paused
                    from catalog_issue n
                    join catalog_issue f on f.magazine_id = n.magazine_id and f.ordinal <= n.ordinal
                    join terms_pause pause on pause.from_issue_id = f.id
                    left join catalog_issue u on u.id = pause.until_issue_id
                   where n.magazine_id = p_magazine and n.ordinal = p_ordinal
                     and coalesce(u.ordinal, 2147483647) > f.ordinal) p
           group by p.subscription_id) z
$$;


-- The expire ledger only grows; a correction is another entry. (Truncating is left to the roles: the app has no right to.)
create function terms_entry_only_grows() returns trigger language plpgsql as $$
begin
  raise exception 'the expire ledger is append-only: reverse the entry instead'
    using errcode = 'integrity_constraint_violation', constraint = 'expire_ledger_only_grows';
end $$;
create trigger terms_entry_only_grows before update or delete on terms_entry
  for each row execute function terms_entry_only_grows();


-- A term added to a subscription that has had a pause is stepped. The lock meets the one below: whichever of the two
-- comes second waits and then sees the other.
create function terms_term_enters() returns trigger language plpgsql as $$
begin
  perform 1 from terms_subscription where id = new.subscription_id for share;
  if not new.stepped then
    new.stepped := exists (select from terms_pause where subscription_id = new.subscription_id);
  end if;
  return new;
end $$;
create trigger terms_term_enters before insert on terms_term
  for each row execute function terms_term_enters();


-- What was sold never changes, and a term that has begun never moves on its clock.
create function terms_term_stays() returns trigger language plpgsql as $$
declare
  v_magazine bigint;
  v_next record;
  v_clock int;
begin
  if (old.subscription_id, old.units, old.magazine_cents, old.postage_cents, old.currency, old.line_uuid)
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
create trigger terms_term_stays
  before update of subscription_id, units, magazine_cents, postage_cents, currency, line_uuid, c_from on terms_term
  for each row execute function terms_term_stays();


-- Pauses entered: they name issues of their magazine, run forward, and leave alone what is pulled (a skip is written by
-- the pull itself). Once per statement, as a bulk hold enters a hundred thousand.
create function terms_pause_enters() returns trigger language plpgsql as $$
begin
  -- Nobody pulls one of these issues, or adds a term, until this transaction has ended.
  perform 1 from catalog_issue
    where id in (select from_issue_id from entered where reason <> 'skip') order by id for share;
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
  if exists (
    select from entered e
      join catalog_issue f on f.id = e.from_issue_id
      join (select magazine_id, max(ordinal) as ordinal from catalog_issue
             where state in ('pulled', 'mailed') group by magazine_id) latest on latest.magazine_id = f.magazine_id
     where e.reason <> 'skip' and f.ordinal <= latest.ordinal) then
    raise exception 'a pulled issue is never inside a later-entered pause'
      using errcode = 'integrity_constraint_violation', constraint = 'pause_leaves_pulled_issues_alone';
  end if;

  update terms_term set stepped = true
   where not stepped and subscription_id in (select subscription_id from entered);
  return null;
end $$;
create trigger terms_pause_enters after insert on terms_pause
  referencing new table as entered for each statement execute function terms_pause_enters();


-- A pause changes in its end only: not later than before (that is another pause), and never so that an issue that was
-- pulled while it held comes out of it.
create function terms_pause_changes() returns trigger language plpgsql as $$
declare
  v_from record;
  v_old_end int;
  v_new_end int;
begin
  select magazine_id, ordinal into v_from from catalog_issue where id = old.from_issue_id;
  v_old_end := coalesce((select ordinal from catalog_issue where id = old.until_issue_id), 2147483647);

  if tg_op = 'DELETE' then
    -- A void takes the skips of its run away, while their issue is no more than pulled.
    if exists (select from catalog_issue where magazine_id = v_from.magazine_id and ordinal >= v_from.ordinal
                and ordinal < v_old_end and (state = 'mailed' or (state = 'pulled' and old.reason <> 'skip'))) then
      raise exception 'pause % has held back an issue and stays', old.id
        using errcode = 'integrity_constraint_violation', constraint = 'pause_leaves_pulled_issues_alone';
    end if;
    return old;
  end if;

  v_new_end := coalesce((select ordinal from catalog_issue where id = new.until_issue_id
                          and magazine_id = v_from.magazine_id), 2147483647);
  if (old.subscription_id, old.from_issue_id, old.reason, old.run_uuid)
     is distinct from (new.subscription_id, new.from_issue_id, new.reason, new.run_uuid)
     or (new.until_issue_id is not null and v_new_end = 2147483647)
     or v_new_end > v_old_end or v_new_end < v_from.ordinal then
    raise exception 'pause %: only its end may move, and only earlier', old.id
      using errcode = 'integrity_constraint_violation', constraint = 'pause_ends_earlier_only';
  end if;
  if exists (select from catalog_issue where magazine_id = v_from.magazine_id and state in ('pulled', 'mailed')
              and ordinal >= v_new_end and ordinal < v_old_end) then
    raise exception 'pause %: an issue that it held back cannot come out of it', old.id
      using errcode = 'integrity_constraint_violation', constraint = 'pause_leaves_pulled_issues_alone';
  end if;
  return new;
end $$;
create trigger terms_pause_changes before update or delete on terms_pause
  for each row execute function terms_pause_changes();
