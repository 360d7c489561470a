-- The same rows that one order through the API writes, in the same two transactions.
\set n random(1, 2000000000)
with ip as (
        insert into limits_count (scope, who, window_start, times)
            values ('orders_per_ip', md5((:n)::bigint::text), date_trunc('hour', now()), 1)
            on conflict (scope, who, window_start) do update set times = limits_count.times + 1 returning times),
    subnet as (
        insert into limits_count (scope, who, window_start, times)
            select 'orders_per_subnet', md5((:n + 2)::bigint::text), date_trunc('hour', now()), 1 from ip where times <= 10
            on conflict (scope, who, window_start) do update set times = limits_count.times + 1 returning times),
    email as (
        insert into limits_count (scope, who, window_start, times)
            select 'orders_per_email', md5((:n + 1)::bigint::text), date_trunc('hour', now()), 1 from subnet where times <= 30
            on conflict (scope, who, window_start) do update set times = limits_count.times + 1 returning times)
    select times from ip union all select times from subnet union all select times from email;
begin;
insert into readers_reader (uuid, name, company, email, phone, created_at)
    values (gen_random_uuid(), 'Ana Field', '', 'ana' || :n::bigint || '@readers.example', '', now()) returning id as reader \gset
insert into readers_address (reader_id, entered_at, entered_by, source, name, company, attention, line1, line2, city, region,
        postcode, country, zone, warnings, label_name, label_company, label_attn, label_addr1, label_addr2, label_urb, label_city,
        label_state, label_zip5, label_plus4, label_dpc, label_postcode, label_country)
    values (:reader, now(), 'anonymous-web', 'order', 'Ana Field', '', '', '2040 N Milwaukee Ave', '', 'Chicago', 'IL',
        '60647-4002', 'US', 'us', '[]', 'ANA ' || translate(left(md5((:n)::bigint::text), 3), '0123456789abcdef', 'GHIJKLMNOPABCDEF'),
        '', '', :n::bigint::text || ' N MILWAUKEE AVE', '', '', 'CHICAGO',
        'IL', '606' || lpad(((:n)::bigint % 99 + 1)::text, 2, '0'), '4002', '', '', '') returning id as address \gset
insert into checkout_order (uuid, number, kind, magazine_id, payer_id, payer_email, state, currency, total_cents, source_key_id,
        channel, placed_at, placed_by)
    values (gen_random_uuid(), 'P' || :reader::bigint, 'new', (select min(id) from catalog_magazine), :reader, 'ana@readers.example',
        'awaiting_payment', 'usd', 1995, (select min(id) from catalog_sourcekey), 'api', now(), 'anonymous-web')
    returning id as order_id, uuid as order_uuid \gset
insert into checkout_orderline (order_id, uuid, offer_id, recipient_id, address_id, issues, copies, magazine_cents, postage_cents,
        promised_first_issue_id, promised_expire_issue_id)
    values (:order_id, gen_random_uuid(), (select min(id) from catalog_offer), :reader, :address, 10, 1, 1995, 0,
        (select min(id) from catalog_issue), (select max(id) from catalog_issue));
insert into payments_paymentattempt (uuid, payer_id, purpose, subject_uuid, number, amount_cents, currency, state, idempotency_key,
        request, checkout_url, balance_transaction_id, decline_class, decline_code, advice_code, network_codes, last_error,
        created_at, tries, asked_from)
    values (gen_random_uuid(), :reader, 'first', :order_uuid::uuid, 1, 1995, 'usd', 'planned', 'att:' || gen_random_uuid(),
        '{"customer": {"email": "ana@readers.example"}, "checkout": {"mode": "payment", "currency": "usd"}}', '', '', '', '', '', '',
        '', now(), 0, repeat(md5((:n)::bigint::text), 2));
insert into checkout_intakekey (key, caller, body_sha256, order_id, created_at)
    values (gen_random_uuid()::text, 'anonymous', md5((:n)::bigint::text), :order_id, now());
insert into audit_auditentry (at, actor, action, object_kind, object_id, detail) values
    (now(), 'anonymous-web', 'reader.filed', 'readers.reader', :reader::bigint::text, '{}'),
    (now(), 'anonymous-web', 'address.added', 'readers.address', :address::bigint::text, '{"reader": 2, "source": "order"}'),
    (now(), 'anonymous-web', 'order.placed', 'checkout.order', :order_id::bigint::text, '{"total_cents": 1995, "offer": "ten"}');
commit;
