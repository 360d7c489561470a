-- The same rows that one line of a file of orders becomes, in one transaction.
\set n random(1, 2000000000)
begin;
insert into readers_reader (uuid, name, company, email, phone, created_at)
    values (gen_random_uuid(), 'Ana Field', '', 'ana' || :n::bigint || '@readers.example', '', now()) returning id as reader \gset
insert into readers_address (reader_id, entered_at, entered_by, source, name, company, attention, line1, line2, city, region,
        postcode, country, zone, warnings, label_name, label_company, label_attn, label_addr1, label_addr2, label_urb, label_city,
        label_state, label_zip5, label_plus4, label_dpc, label_postcode, label_country)
    values (:reader, now(), 'staff:1', 'order', 'Ana Field', '', '', '2040 N Milwaukee Ave', '', 'Chicago', 'IL',
        '60647-4002', 'US', 'us', '[]', 'ANA ' || translate(left(md5((:n)::bigint::text), 3), '0123456789abcdef', 'GHIJKLMNOPABCDEF'),
        '', '', :n::bigint::text || ' N MILWAUKEE AVE', '', '', 'CHICAGO',
        'IL', '606' || lpad(((:n)::bigint % 99 + 1)::text, 2, '0'), '4002', '', '', '') returning id as address \gset
insert into checkout_order (uuid, number, kind, magazine_id, payer_id, payer_email, state, currency, total_cents, source_key_id,
        channel, placed_at, placed_by)
    values (gen_random_uuid(), 'Q' || :reader::bigint, 'new', (select min(id) from catalog_magazine), :reader, 'ana@readers.example',
        'awaiting_payment', 'usd', 1995, (select min(id) from catalog_sourcekey), 'import', now(), 'staff:1')
    returning id as order_id \gset
insert into checkout_orderline (order_id, uuid, offer_id, recipient_id, address_id, issues, copies, magazine_cents, postage_cents,
        promised_first_issue_id, promised_expire_issue_id)
    values (:order_id, gen_random_uuid(), (select min(id) from catalog_offer), :reader, :address, 10, 1, 1995, 0,
        (select min(id) from catalog_issue), (select max(id) from catalog_issue));
insert into checkout_intakekey (key, caller, body_sha256, order_id, created_at)
    values (gen_random_uuid()::text, 'import-sold', md5((:n)::bigint::text), :order_id, now());
insert into audit_auditentry (at, actor, action, object_kind, object_id, detail) values
    (now(), 'staff:1', 'reader.filed', 'readers.reader', :reader::bigint::text, '{}'),
    (now(), 'staff:1', 'address.added', 'readers.address', :address::bigint::text, '{"reader": 2, "source": "order"}'),
    (now(), 'staff:1', 'order.placed', 'checkout.order', :order_id::bigint::text, '{"total_cents": 1995, "offer": "ten"}');
commit;
