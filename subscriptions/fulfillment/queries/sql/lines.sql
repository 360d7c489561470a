-- The subscriptions for which their own term does not tell all: those that have had a pause (`stepped`), and those with
-- a term waiting. For each: the units skipped before this issue, whether it is paused, whether a term waits, and where
-- its paid service ends: `paid_to` on its clock for the terms listed here, and for the stepped ones `last_unit`, which
-- is the last paid unit on the calendar. Both are null where there is none, and `endless` says that there is no end.
-- A run of few labels (`extras.sql`) asks for every term of its own subscriptions as if they were stepped.
with held as materialized (
  select * from skip_at({magazine}, {ordinal})
),
term as (
  -- Waiting terms alone: the running one is read by `labels.sql`, and a join of all terms with themselves is spared.
  select subscription_id, c_from, c_to, copy_class = any({paid}) as is_paid, false as stepped,
         0 as skipped, false as paused, {unit} as clock
    from terms_term
   where {waiting}
  union all
  select t.subscription_id, t.c_from, t.c_to, t.copy_class = any({paid}), true,
         coalesce(held.units, 0), coalesce(held.paused, false), {unit} - coalesce(held.units, 0)
    from terms_term t
    left join held on held.subscription_id = t.subscription_id
   where {whole}
),
ordered as (
  select *, min(c_from) filter (where not is_paid and (c_to is null or c_to > clock))
              over (partition by subscription_id) as first_unpaid
    from term
),
line as (
  select subscription_id,
         bool_or(stepped) as stepped, max(skipped) as skipped, bool_or(paused) as paused,
         bool_or(c_from > clock) as queued,
         bool_or(c_to is null and is_paid) as endless,
         max(c_to) filter (where is_paid and c_from < coalesce(first_unpaid, 2147483647)) as paid_to
    from ordered group by subscription_id
),
-- Pauses of the whole calendar, future ones too, as stretches that do not overlap; `before` is what the earlier ones skip.
stop as (
  select z.subscription_id, lower(r) as from_unit, upper(r) as until_unit,
         coalesce(sum(upper(r) - lower(r)) over (partition by z.subscription_id order by lower(r)
                                                 rows between unbounded preceding and 1 preceding), 0) as before
    from (select p.subscription_id, range_agg(int4range(f.unit, u.unit)) as stretches
            from terms_pause p
            join catalog_issue f on f.id = p.from_issue_id
            left join catalog_issue u on u.id = p.until_issue_id
           where f.magazine_id = {magazine}
           group by p.subscription_id) z
    cross join lateral unnest(z.stretches) r
),
-- How many units the pauses add to the end; held for good, there is none.
later as (
  select line.subscription_id,
         bool_or(stop.until_unit is null) as for_good,
         sum(stop.until_unit - stop.from_unit) as units
    from line
    join stop on stop.subscription_id = line.subscription_id and stop.from_unit - stop.before < line.paid_to
   where line.stepped
   group by line.subscription_id
)
select line.subscription_id, line.stepped, line.skipped, line.paused, line.queued, line.paid_to,
       line.endless or coalesce(later.for_good, false) as endless,
       (line.paid_to - 1 + coalesce(later.units, 0))::int as last_unit
  from line
  left join later on later.subscription_id = line.subscription_id
