-- The copies of an issue by the first three digits of their ZIP (abroad: by country), and how many of their subscriptions
-- say that it did not come. Where one place stands out, a sack was lost.
select coalesce(nullif(left(c.zip5, 3), ''), c.country) as place,
       count(*) as copies_sent,
       count(missed.subscription_id) as missed
  from fulfillment_copy c
  left join (select distinct cl.subscription_id
               from fulfillment_claim cl
               join fulfillment_claimreason r on r.reason_id = cl.reason_id
              where cl.issue_id = {issue} and not r.copy_arrived and cl.state <> 'withdrawn') missed
         on missed.subscription_id = c.subscription_id
 where c.issue_id = {issue} and c.purpose = 1 and c.copy_no = 1
 group by 1
having count(missed.subscription_id) > 0
 order by count(missed.subscription_id)::numeric / count(*) desc, 3 desc, 1
