-- Everyone who is entitled to an issue, with all that the label says, in file order: country, ZIP, ZIP+4, delivery line,
-- subscriber. Those who cannot be sent come last, with class 'skip' and the reason in `version`.
-- Nothing below may be unsafe for parallel workers. Everything is worked out before the sort, by them; the outer SELECT,
-- which is one process, only numbers the rows as they come.
with entitled as (
  select t.id as term_id, t.subscription_id, s.reader_id as entitled_reader_id, t.copies, t.copy_class,
         t.copy_class = any({paid}) as is_paid, t.magazine_cents,
         c.clock, t.c_from, t.c_to, coalesce(line.queued, false) as queued,
         case when not t.copy_class = any({paid}) or l.last_unit is null then ''
              else '  EXP ' || coalesce(expiry.cover, {beyond}) end as expires
    from terms_term t
    join terms_subscription s on s.id = t.subscription_id
    left join {lines} line on line.subscription_id = t.subscription_id
    cross join lateral (select {unit} - coalesce(line.skipped, 0) as clock) c
    cross join lateral (select case when line.endless then null
                                    when line.stepped then line.last_unit
                                    else coalesce(line.paid_to, t.c_to) - 1 end as last_unit) l
    left join (values {expiries}) expiry (unit, cover) on expiry.unit = l.last_unit
   where s.magazine_id = {magazine}
     and not coalesce(line.paused, false)
     and t.c_from <= c.clock
     and (t.c_to is null or c.clock < t.c_to + t.grace)
     and (t.pin_issue_id is null or t.pin_issue_id <> all({later}))
),
addressed as (
  select e.*, a.*, coalesce(e.clock >= e.c_to, false) as is_grace,
         case when a.id is null then 'no_address'
              when a.undeliverable_since is not null then 'undeliverable'
              when a.label_country = '' and (a.label_zip5 = '' or a.label_city = '' or a.label_state = '')
                then 'incomplete'
              else '' end as obstacle
    from entitled e
    left join terms_shipto st on st.subscription_id = e.subscription_id
                             and st.from_ordinal <= {ordinal} and st.until_ordinal > {ordinal}
    left join terms_awayissue away on away.issue_id = {issue} and away.subscription_id = e.subscription_id
    left join readers_address a on a.id = coalesce(away.address_id, st.address_id)
),
drawn as (
  select subscription_id,
         term_id,
         entitled_reader_id as reader_id,
         (clock - c_from)::int as x,
         case when is_grace then 0 when c_to is null then {weight} else least({weight}, c_to - clock) end::smallint
           as units,
         copies::smallint as copies,
         case when obstacle <> '' then 'skip' when is_grace then 'grace' else copy_class end::text as copy_class,
         case when is_grace or copy_class = 'credit' then 'G' when is_paid and magazine_cents > 0 then 'P' else 'F' end
           as paid_code,
         substr((100000000 + entitled_reader_id * 10 + fulfillment_check_digit(entitled_reader_id))::text, 2)
           as subscriber_no,
         substr((10000000 + entitled_reader_id)::text, 2) || expires as top_line,
         case copy_class when 'paid' then 'SUB' else upper(copy_class) end as list_code,
         case when obstacle <> '' then obstacle
              when is_grace then 'GRACE'
              else case copy_class when 'gift' then 'GIFT' else '' end
                   || case when {weight} > 0 and not queued and clock + {weight} >= c_to then 'LAST'
                           when copy_class = 'gift' then '' else 'MAIN' end end as version,
         coalesce(label_name, '')::text as name,
         coalesce(label_company, '')::text as company,
         coalesce(label_attn, '')::text as attn,
         coalesce(label_addr1, '')::text as addr1,
         coalesce(label_addr2, '')::text as addr2,
         coalesce(label_urb, '')::text as urb,
         coalesce(label_city, '')::text as city,
         coalesce(label_state, '')::text as state,
         coalesce(label_zip5, '')::text as zip5,
         coalesce(label_plus4, '')::text as plus4,
         coalesce(label_dpc, '')::text as dpc,
         coalesce(label_postcode, '')::text as postcode,
         coalesce(label_country, '')::text as country
    from addressed
   order by (case obstacle when '' then '' else E'\x7f' end || label_country || E'\x01' || label_zip5 || label_plus4)
              collate "C",
            label_addr1 collate "C", entitled_reader_id, subscription_id
)
select subscription_id,
       {run}::bigint as run_id,
       term_id,
       reader_id,
       {issue}::int as issue_id,
       x,
       row_number() over ()::int as rec_no,
       case when {serial} = 0 then 0 else {serial} - 1 + row_number() over () end::int as serial,
       1::smallint as copy_no,
       1::smallint as purpose,
       1::smallint as sequence,
       units, copies, copy_class, paid_code, subscriber_no, top_line, list_code, version,
       name, company, attn, addr1, addr2, urb, city, state, zip5, plus4, dpc, postcode, country
  from drawn
