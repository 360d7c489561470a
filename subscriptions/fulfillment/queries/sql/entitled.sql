-- How many subscriptions, and copies, an issue owes: counted from terms and pauses alone, apart from `labels.sql`, so that
-- the gate "entitled = copies + skips" compares two different roads. Other magazines are left out rather than this one
-- picked: most houses have few others, and then nothing is joined.
select count(*), coalesce(sum(e.copies), 0)
  from (
    select subscription_id, copies from terms_term
     where not stepped and c_from <= {unit} and (c_to is null or c_to + grace > {unit})
       and (pin_issue_id is null or pin_issue_id <> all({later}))
    union all
    select t.subscription_id, t.copies
      from terms_term t
      left join skip_at({magazine}, {ordinal}) k on k.subscription_id = t.subscription_id
     where t.stepped and not coalesce(k.paused, false)
       and t.c_from <= {unit} - coalesce(k.units, 0)
       and (t.c_to is null or t.c_to + t.grace > {unit} - coalesce(k.units, 0))
       and (t.pin_issue_id is null or t.pin_issue_id <> all({later}))
  ) e
 where not exists (select from terms_subscription s where s.id = e.subscription_id and s.magazine_id <> {magazine})
