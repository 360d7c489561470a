-- A publisher's readers, set-based: {n} that are owed the next issue and can be sent, 0.3 n whose terms are over, 0.01 n on
-- holiday, five whose address is undeliverable. Of those that are owed it: 3 % had a holiday before, 0.5 % have one
-- ahead, 12 % have renewed already, 2 % get a grace copy, 10 % are gifts, 0.5 % get three copies, 5 % live abroad.
set session_replication_role = replica;
set maintenance_work_mem = '512MB';

-- Loaded into tables with their keys alone; the other constraints and indexes are built once, at the end.
create temp table set_aside as
select 0 as later, format('alter table %s drop constraint %I', conrelid::regclass, conname) as away,
       format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as back
  from pg_constraint
 where contype in ('u', 'x') and conrelid::regclass::text ~ '^(readers_reader|readers_address|terms_)'
union all
select 1, format('drop index %I', c.relname), pg_get_indexdef(i.indexrelid)
  from pg_index i join pg_class c on c.oid = i.indexrelid
 where i.indrelid::regclass::text ~ '^(readers_reader|readers_address|terms_)'
   and not exists (select from pg_constraint where conindid = i.indexrelid);
do $$ declare each record; begin
  for each in select away from set_aside loop execute each.away; end loop;
end $$;

insert into catalog_magazine
  (id, code, label_code, name, publisher, contact_email, contact_phone, contact_address, issn, usps_number,
   book_time_zone, currency, grace_issues, renew_at_issues_left, invite_at_issues_left, mailer_id, service_type,
   acs_code, next_serial, covers, pull_day, pull_months_before, pull_hour, mail_after_days, in_home_first_days,
   in_home_last_days, recoup_within_issues, back_start_new, back_start_renewal, back_start_reinstated,
   seasonal_margin_days, zone_change, absorb_below_cents, surcharge_due_days, surcharge_unpaid)
values (1, 'bench', 'BEN', 'The Bench', '', '', '', '', '', '', 'America/Chicago', 'usd', 0, 2, '[]', '123456', '045',
        '', 1, '[]', 10, 1, 17, 10, 7, 15, 4, 0, 0, 0, 7, 'bill', 300, 30, 'wait');

insert into catalog_issue
  (magazine_id, number, ordinal, weight, unit, cover_label, cover_year, cover_month, pull_at, mail_on, in_home_from,
   in_home_until, state, pulled_at)
select 1, 500 + i, i, 1, i - 1, to_char(day, 'Mon YYYY'), extract(year from day), extract(month from day),
       timestamptz '2020-01-01' + i * interval '1 hour', day, day + 7, day + 15,
       case when i < 13 then 'pulled' else 'planned' end, case when i < 13 then timestamptz '2020-01-01' end
  from generate_series(1, 48) i, lateral (select (date '2026-01-01' + i * interval '1 month')::date as day) d;

create temp table reader as
select i as id,
       case when i <= {n} then 'owed' when i <= {n} + {n} / 100 then 'held'
            when i <= {n} + {n} / 100 + 5 then 'unsendable' else 'over' end as kind,
       (array['ANA','BEN','CARLA','DIEGO','ELENA','FRANK','GRACE','HUGO','INES','JAMAL','KARIN','LUIS','MAYA','NOAH'])[1 + i % 14]
         || ' ' || chr((65 + i % 26)::int) || ' '
         || (array['FIELD','HARPER','ORTIZ','NGUYEN','SCHMIDT','OKAFOR','LINDQVIST','BAKER','TANAKA','ROSSI','KOWALSKI'])[1 + i % 11]
         as name,
       1 + (i * 7919) % 9899 || ' ' || (array['N MILWAUKEE AVE','MAIN ST','OAK LN','ELM ST APT ' || i % 90,'STATE RD 7','W 45TH ST','RIVER DR'])[1 + i % 7]
         as street,
       (i * 2654435761) % 98999 + 501 as zip,
       case when i % 100 = 50 then 'GERMANY' when i % 25 = 0 then 'CANADA' else '' end as country
  from generate_series(1::bigint, {n} + {n} / 100 + 5 + {n} * 3 / 10) i;
analyze reader;

insert into readers_reader (id, uuid, name, company, email, phone, created_at)
select id, gen_random_uuid(), name, '', 'r' || id || '@readers.example', '', now() from reader;

insert into readers_address
  (id, entered_at, entered_by, source, name, company, attention, line1, line2, city, region, postcode, country, zone,
   warnings, label_name, label_company, label_attn, label_addr1, label_addr2, label_urb, label_city, label_state,
   label_zip5, label_plus4, label_dpc, label_postcode, label_country, undeliverable_since, reader_id)
select id, now(), 'system:bench', 'import', name, '', '', street, '', 'Springfield', '', '', 'US', 'us', '[]',
       name, case when id % 20 = 0 then 'FIELD & SONS LLC' else '' end, '', street, '', '',
       (array['CHICAGO','SPRINGFIELD','RANCHO SANTA MARGARITA','SALEM','AUSTIN'])[1 + id % 5],
       case when country = '' then (array['IL','CA','NY','TX','WA','OH','FL'])[1 + zip % 7] else '' end,
       case when country = '' then lpad(zip::text, 5, '0') else '' end,
       case when country = '' and id % 20 <> 3 then lpad((id * 31 % 9999)::text, 4, '0') else '' end,
       '', case when country = '' then '' else 'K' || id % 10 || 'A ' || id % 9 || 'B' || id % 8 end, country,
       case when kind = 'unsendable' then date '2026-01-01' end, id
  from reader;

insert into terms_subscription (id, uuid, renewal, created_at, magazine_id, reader_id)
select id, gen_random_uuid(), 'renew', now(), 1, id from reader;

insert into terms_shipto (from_ordinal, until_ordinal, entered_at, entered_by, address_id, subscription_id)
select 0, 2147483647, now(), 'system:bench', id, id from reader;

-- The clock at issue 13 is 12 for those without a pause, 11 for those with one behind them.
insert into terms_term
  (uuid, line_uuid, copy_class, copies, magazine_cents, postage_cents, currency, units, carried, bonus, credit, cut,
   stepped, grace, c_from, settled_at, sold_on, payer_id, subscription_id)
select gen_random_uuid(), gen_random_uuid(), case when id % 10 = 3 then 'gift' else 'paid' end,
       case when id % 200 = 7 then 3 else 1 end, 1995, 0, 'usd', 10, 0, 0, 0, 0, stepped,
       case when grace then 2 else 0 end,
       case when kind = 'over' then id % 3 when grace then 2 when stepped then 3 + id % 9 else 3 + id % 10 end,
       now(), date '2026-01-01', id, id
  from (select *, kind = 'owed' and id % 50 = 1 as grace, kind = 'held' or kind = 'owed' and id % 28 = 4 as stepped
          from reader) r;

insert into terms_term
  (uuid, line_uuid, copy_class, copies, magazine_cents, postage_cents, currency, units, carried, bonus, credit, cut,
   stepped, grace, c_from, settled_at, sold_on, payer_id, subscription_id, predecessor_id)
select gen_random_uuid(), gen_random_uuid(), copy_class, copies, 1995, 0, 'usd', 10, 0, 0, 0, 0, stepped, 0, c_to, now(),
       date '2026-01-01', payer_id, subscription_id, id
  from terms_term where subscription_id <= {n} and subscription_id % 8 = 0 and grace = 0;

insert into terms_pause (reason, note, entered_at, entered_by, from_issue_id, until_issue_id, subscription_id)
select 'vacation', '', now(), 'system:bench',
       (select id from catalog_issue where ordinal = begins), (select id from catalog_issue where ordinal = begins + 1),
       subscription_id
  from (select subscription_id, case when subscription_id > {n} then 13 when copy_class = 'gift' then 15 else 8 end as begins
          from terms_term where stepped and predecessor_id is null) p;

-- One in a hundred is in the south for the season: issue 13 and the three after it go there.
insert into readers_address
  (id, entered_at, entered_by, source, name, company, attention, line1, line2, city, region, postcode, country, zone,
   warnings, label_name, label_company, label_attn, label_addr1, label_addr2, label_urb, label_city, label_state,
   label_zip5, label_plus4, label_dpc, label_postcode, label_country, undeliverable_since, reader_id)
select id + 100000000, now(), 'system:bench', 'reader', name, '', '', street, '', 'Miami', 'FL', '33101', 'US', 'us',
       '[]', name, '', '', street, '', '', 'MIAMI', 'FL', '33101', '', '', '', '', null, id
  from reader where kind = 'owed' and id % 100 = 9;
insert into terms_awayaddress
  (id, uuid, kind, from_month, from_day, until_month, until_day, entered_at, entered_by, ended_by, address_id,
   subscription_id)
select reader_id, gen_random_uuid(), 'seasonal', 12, 1, 3, 31, now(), 'system:bench', '', id, reader_id
  from readers_address where id > 100000000;
insert into terms_awayissue (subscription_id, issue_id, address_id, away_id)
select away.subscription_id, issue.id, away.address_id, away.id
  from terms_awayaddress away, catalog_issue issue where issue.ordinal between 13 and 16;

do $$ declare each record; begin
  for each in select back from set_aside order by later loop execute each.back; end loop;
end $$;
select setval(pg_get_serial_sequence('readers_reader', 'id'), max(id)) from reader;
