-- Who got the last issue and is not drawn now, by what became of them; and who is drawn now and did not get it.
with was as (select subscription_id from {last} where copy_no = 1 and purpose = 1),
     now as (select subscription_id, copy_class from {table}),
     lost as (
       select was.subscription_id,
              case when now.copy_class = 'skip' then 'cannot be sent'
                   when k.paused then 'held'
                   when exists (select from terms_term t
                                 where t.subscription_id = was.subscription_id
                                   and (t.c_to is null or t.c_to > {unit} - coalesce(k.units, 0))) then 'unexplained'
                   else 'expired' end as why
         from was
         left join now using (subscription_id)
         left join skip_at({magazine}, {ordinal}) k on k.subscription_id = was.subscription_id
        where now.subscription_id is null or now.copy_class = 'skip'
     )
select why, count(*) from lost group by why
union all
select 'new', count(*) from now left join was using (subscription_id)
 where was.subscription_id is null and now.copy_class <> 'skip'
