-- What should not be among drawn labels. Addresses are refused when they are typed; this is the last look.
select count(*) - count(distinct d.subscription_id) as twice,
       count(*) filter (where d.copy_class not in ('grace', 'skip') and d.x + d.units > t.c_to - t.c_from) as beyond_term,
       count(*) filter (where d.copy_class <> 'skip'
                          and ((d.name = '' and d.company = '') or d.addr1 = ''
                               or concat(d.name, d.company, d.attn, d.addr1, d.addr2, d.urb, d.city, d.state,
                                         d.postcode, d.country) ~ '[^ -~]'
                               or concat(d.zip5, d.plus4, d.dpc) !~ '^[0-9]*$')) as unprintable,
       coalesce(max(d.reader_id), 0) as longest_number,
       coalesce(sum(d.copies) filter (where d.copy_class = 'skip'), 0) as skipped_copies
  from {table} d
  join terms_term t on t.id = d.term_id
