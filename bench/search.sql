-- People for a clerk's search, set-based: {n} readers with an address each. A quarter have one of forty common surnames
-- (2 % are called Smith), the others one of eight thousand; 3 % are companies; two in three have a mail address, three in
-- five a telephone, one in three a saved card. Subscriptions and orders follow in search_side.py. All of it is invented.
set session_replication_role = replica;
set maintenance_work_mem = '512MB';

-- Loaded into tables with their keys alone; the other constraints and indexes are built once, at the end.
create temp table set_aside as
select 0 as later, format('alter table %s drop constraint %I', conrelid::regclass, conname) as away,
       format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as back
  from pg_constraint
 where contype in ('u', 'x')
   and conrelid in ('readers_reader'::regclass, 'readers_address'::regclass)
union all
select 1, format('drop index %I', c.relname), pg_get_indexdef(i.indexrelid)
  from pg_index i join pg_class c on c.oid = i.indexrelid
 where i.indrelid in ('readers_reader'::regclass, 'readers_address'::regclass)
   and not exists (select from pg_constraint where conindid = i.indexrelid);
do $$ declare each record; begin
  for each in select away from set_aside loop execute each.away; end loop;
end $$;

-- A number from 0 to 1 that is always the same for the same two.
create function pg_temp.chance(i bigint, about int) returns float language sql immutable as
  $$ select (hashint8extended(i, about) & 1048575) / 1048576.0 $$;
create function pg_temp.pick(i bigint, about int, names text[]) returns text language sql immutable as
  $$ select names[1 + (pg_temp.chance(i, about) * cardinality(names))::int % cardinality(names)] $$;

create temp table reader as
select i as id,
       case when pg_temp.chance(i, 1) < 0.03
            then pg_temp.pick(i, 2, '{Springfield,Lakeside,Northern,Union,St. Mary’s,Harbor,Prairie}') || ' '
              || pg_temp.pick(i, 3, '{Public Library,Tool & Die,College,Press,Society,Bakery,Clinic}') || ' ' || i % 500
            else '' end as company,
       pg_temp.pick(i, 4, '{James,Mary,John,Patricia,Robert,Jennifer,Michael,Linda,David,Elizabeth,William,Barbara,Richard,Susan,José,Jessica,Thomas,Karen,Zoë,Lisa,Nancy,Daniel,Betty,Matthew,Sandra,Anthony,Ashley,Mark,Emily,Donald,Ana,Steven,Andrew,Ruth,Kenneth,Joshua,Kevin,Brian,Amanda,George,Marie,Paul,Dorothy,Björn,Edith,Ida,Otto,Vera,Hugo,Iris}')
         || case when i % 2 = 0 then ' ' || chr(65 + i::int % 26) || '.' else '' end || ' '
         || case when pg_temp.chance(i, 5) < 0.02 then 'Smith'
                 when pg_temp.chance(i, 6) < 0.25 then pg_temp.pick(i, 7, '{Johnson,Williams,Brown,Jones,García,Miller,Davis,Rodríguez,Martínez,Hernández,López,Wilson,Anderson,Thomas,Taylor,Moore,Jackson,Martin,Lee,Pérez,Thompson,White,Harris,Sánchez,Clark,Ramírez,Lewis,Robinson,Walker,Young,Allen,King,Wright,Scott,Torres,Nguyễn,Hill,Flores,Green,O’Brien}')
                 else initcap(pg_temp.pick(i, 8, '{bar,bel,cor,dan,el,fen,gar,hol,in,jas,kel,lor,mar,nor,ost,pel,quin,ros,sel,tor}')
                   || pg_temp.pick(i, 9, '{a,be,ca,da,el,fi,go,hu,in,ja,ka,lo,mi,no,o,pu,ri,su,ti,vo}')
                   || pg_temp.pick(i, 10, '{berg,by,cott,den,er,field,gate,ham,ings,kins,ley,man,nick,or,per,quist,rell,son,ton,well}')) end
         as name,
       (pg_temp.chance(i, 11) * 9899)::int + 1 || ' ' || pg_temp.pick(i, 12, '{"N ","S ","E ","W ","","","",""}')
         || pg_temp.pick(i, 13, '{MILWAUKEE,MAIN,OAK,ELM,MAPLE,CEDAR,PINE,LAKE,HILL,WASHINGTON,PARK,2ND,3RD,4TH,5TH,CHURCH,SPRING,RIDGE,RIVER,SUNSET,LINCOLN,JACKSON,CHESTNUT,MEADOW,FOREST,HIGHLAND,MILL,WALNUT,JEFFERSON,CENTER,CANDLE,BEACON,EMBER,TORCH,HEARTH,TALLOW,FLINT,QUARRY,ORCHARD,HARBOR}')
         || ' ' || pg_temp.pick(i, 14, '{AVE,ST,LN,RD,DR,CT,BLVD,PL}') as street,
       case when i % 8 = 0 then 'APT ' || i % 300 else '' end as flat,
       (pg_temp.chance(i, 15) * 39999)::int as place
  from generate_series(1::bigint, {n}) i;
create index on reader (id);
analyze reader;

insert into readers_reader (id, uuid, name, company, email, phone, created_at)
select id, gen_random_uuid(), case when company = '' then name else '' end, company,
       case when id % 3 > 0 then lower(regexp_replace(name, '[^[:ascii:]]|[ .’]', '', 'g')) || id || '@readers.example' else '' end,
       case when id % 5 < 3 then '(' || 200 + id % 700 || ') 555-' || lpad((id * 7919 % 10000)::text, 4, '0') else '' end,
       now()
  from reader;

insert into readers_address
  (id, entered_at, entered_by, source, name, company, attention, line1, line2, city, region, postcode, country, zone,
   warnings, label_name, label_company, label_attn, label_addr1, label_addr2, label_urb, label_city, label_state,
   label_zip5, label_plus4, label_dpc, label_postcode, label_country, undeliverable_since, reader_id)
select id, now(), 'system:bench', 'import', name, company, '', street, flat, 'City ' || place % 900, '', '', 'US', 'us',
       '[]', case when company = '' then upper(name) else '' end, upper(company), '', street, flat, '',
       (array['CHICAGO','SPRINGFIELD','SALEM','AUSTIN','BOSTON','DAYTON','MADISON','OAKLAND'])[1 + place % 8]
         || case when place % 3 = 0 then ' ' || chr(65 + place % 26) || 'VILLE' else '' end,
       (array['IL','CA','NY','TX','WA','OH','FL'])[1 + place % 7], lpad((place * 2 + 501)::text, 5, '0'),
       lpad((id * 31 % 9999)::text, 4, '0'), '', '', '', null, id
  from reader;

insert into payments_savedmethod (payer_id, method_id, kind, brand, last4, exp_month, exp_year, state, saved_at)
select id, 'pm_bench' || id, 'card', 'visa', lpad((id * 6151 % 10000)::text, 4, '0'), 12, 2040, 'active', now()
  from reader where id % 3 = 0;

do $$ declare each record; begin
  for each in select back from set_aside order by later loop execute each.back; end loop;
end $$;
select setval(pg_get_serial_sequence('readers_reader', 'id'), max(id)),
       setval(pg_get_serial_sequence('readers_address', 'id'), max(id)) from reader;
