-- One pass over drawn labels or kept copies, fine enough to add up every count of a rehearsal or a manifest.
-- What could not be sent has its reason in `version`.
select copy_class, paid_code, country, state, left(zip5, 3) as zip3, plus4 <> '' as has_plus4,
       case copy_class when 'skip' then version else '' end as reason,
       count(*) as records,
       sum(copies) as copies
  from {table}
 where run_id = {run} and {is_record}
 group by 1, 2, 3, 4, 5, 6, 7
