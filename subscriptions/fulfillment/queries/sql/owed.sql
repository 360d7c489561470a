-- Copies that terms were sold with and that come from stock.
select o.id as link_id, o.subscription_id, o.term_id, t.copy_class, t.magazine_cents,
       1::smallint as copy_no, o.copies::smallint as copies, 0 as x
  from terms_owedcopy o
  join terms_term t on t.id = o.term_id
 where o.id = any({ids}::bigint[])
