-- The labels of a supplement or a claims run: what is wanted, each with the address and the service of this moment, which
-- are those of the next open issue. As in `labels.sql`, those that cannot be sent come last, with class 'skip' and the
-- reason in `version`; they stay waiting. `link_id` is the row that asked for it. What was wanted of a subscription that
-- was made one with another goes where the copies of that one go (`line_id`), under the key of the first.
with wanted as (
  {wanted}
),
addressed as (
  select w.*, s.reader_id as entitled_reader_id, a.*,
         case when not w.copy_class = any({paid}) or line.last_unit is null or line.endless then ''
              else '  EXP ' || coalesce(expiry.cover, {beyond}) end as expires,
         case when line.paused then 'held'
              when a.id is null then 'no_address'
              when a.undeliverable_since is not null then 'undeliverable'
              when a.label_country = '' and (a.label_zip5 = '' or a.label_city = '' or a.label_state = '')
                then 'incomplete'
              else '' end as obstacle
    from wanted w
    join unnest({merged}::bigint[], {in_force}::bigint[]) went (subscription_id, line_id)
      on went.subscription_id = w.subscription_id
    join terms_subscription s on s.id = went.line_id
    left join ({lines}) line on line.subscription_id = went.line_id
    left join terms_shipto st on st.subscription_id = went.line_id
                             and st.from_ordinal <= {ordinal} and st.until_ordinal > {ordinal}
    left join terms_awayissue away on away.subscription_id = went.line_id and away.issue_id = {open_issue}
    left join readers_address a on a.id = coalesce(away.address_id, st.address_id)
    left join (values {expiries}) expiry (unit, cover) on expiry.unit = line.last_unit
),
drawn as (
  select *,
         {sent_before} + row_number() over (partition by subscription_id order by link_id) as next_sequence
    from addressed e
   order by (case obstacle when '' then '' else E'\x7f' end || label_country || E'\x01' || label_zip5 || label_plus4)
              collate "C",
            label_addr1 collate "C", entitled_reader_id, subscription_id, link_id
)
select link_id,
       subscription_id,
       {run}::bigint as run_id,
       term_id,
       entitled_reader_id as reader_id,
       {issue}::int as issue_id,
       x,
       row_number() over ()::int as rec_no,
       case when {serial} = 0 then 0 else {serial} - 1 + row_number() over () end::int as serial,
       copy_no,
       {purpose}::smallint as purpose,
       next_sequence::smallint as sequence,
       0::smallint as units,
       copies,
       case when obstacle <> '' then 'skip' when {purpose} = 3 then 'claim' else copy_class end::text as copy_class,
       case when {purpose} = 3 then 'F' when copy_class = 'credit' then 'G'
            when copy_class = any({paid}) and magazine_cents > 0 then 'P' else 'F' end as paid_code,
       substr((100000000 + entitled_reader_id * 10 + fulfillment_check_digit(entitled_reader_id))::text, 2)
         as subscriber_no,
       substr((10000000 + entitled_reader_id)::text, 2) || expires as top_line,
       case when {purpose} = 3 then 'CLAIM' when copy_class = 'paid' then 'SUB' else upper(copy_class) end as list_code,
       case when obstacle <> '' then obstacle when {purpose} = 3 then 'CLAIM' else 'SUPP' end as version,
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
  from drawn
