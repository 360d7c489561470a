-- Those who would be owed the issue but for a pause, by its reason (one reason each, the first by name).
select reason, count(*)
  from (
    select t.subscription_id, min(p.reason) as reason
      from skip_at({magazine}, {ordinal}) k
      join terms_term t on t.subscription_id = k.subscription_id
      join terms_pause p on p.subscription_id = k.subscription_id
      join catalog_issue f on f.id = p.from_issue_id
      left join catalog_issue u on u.id = p.until_issue_id
     where k.paused and p.reason <> 'skip'
       and f.ordinal <= {ordinal} and coalesce(u.ordinal, 2147483647) > {ordinal}
       and t.c_from <= {unit} - k.units
       and (t.c_to is null or t.c_to + t.grace > {unit} - k.units)
     group by t.subscription_id
  ) held
 group by reason
