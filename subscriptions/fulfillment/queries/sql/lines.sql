-- The subscriptions that need more than their own term to be read: those with pauses, and those with a term waiting.
-- For each: the units skipped before this issue, whether it is paused, whether a term waits, and the unit on the
-- calendar of the last issue of its leading run of paid terms (null: perpetual, held for good, or not paid).
with held as materialized (
  select * from skip_at({magazine}, {ordinal})
),
wanted as materialized (
  select p.subscription_id from terms_pause p join catalog_issue f on f.id = p.from_issue_id
   where f.magazine_id = {magazine}
  union
  select subscription_id from terms_term where c_from > {unit}
),
term as (
  select t.subscription_id, t.c_from, t.c_to, t.copy_class = any({paid}) as is_paid,
         {unit} - coalesce(held.units, 0) as clock, coalesce(held.units, 0) as skipped,
         coalesce(held.paused, false) as paused
    from terms_term t
    join wanted using (subscription_id)
    left join held using (subscription_id)
),
ordered as (
  select *, min(c_from) filter (where not is_paid and (c_to is null or c_to > clock))
              over (partition by subscription_id) as first_unpaid
    from term
),
line as (
  select subscription_id, skipped, paused,
         bool_or(c_from > clock) as queued,
         bool_or(c_to is null and is_paid) as forever,
         max(c_to) filter (where is_paid and c_from < coalesce(first_unpaid, 2147483647)) as c_end
    from ordered group by subscription_id, skipped, paused
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
)
select line.subscription_id, line.skipped, line.paused, line.queued,
       case when line.forever or bool_or(stop.until_unit is null and stop.from_unit is not null) then null
            else line.c_end - 1 + coalesce(sum(stop.until_unit - stop.from_unit), 0) end::int as last_unit
  from line
  left join stop on stop.subscription_id = line.subscription_id and stop.from_unit - stop.before <= line.c_end - 1
 group by line.subscription_id, line.skipped, line.paused, line.queued, line.forever, line.c_end
