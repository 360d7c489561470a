-- Replacements: each is one copy, of the term and with the number of the copy that it replaces.
select cl.id as link_id, cl.subscription_id, was.term_id, t.copy_class, t.magazine_cents,
       cl.copy_no::smallint as copy_no, 1::smallint as copies, was.x
  from fulfillment_claim cl
 cross join lateral (select c.term_id, c.x from fulfillment_copy c
                      where c.subscription_id = cl.subscription_id and c.issue_id = cl.issue_id
                        and c.copy_no = cl.copy_no and c.purpose in (1, 2)
                      order by c.purpose, c.sequence desc limit 1) was
  join terms_term t on t.id = was.term_id
 where cl.id = any({ids}::bigint[])
