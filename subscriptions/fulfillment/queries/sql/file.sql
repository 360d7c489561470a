-- The 30 columns of the label file (reference: postal 8.2), from the frozen copies alone.
-- \x02 marks a barcode still to be encoded: its 31 digits stand behind it.
select lpad(rec_no::text, 7, '0') as rec_no,
       {prefix} || '-' || lpad(subscription_id::text, greatest(7, length(subscription_id::text)), '0') || {dash} || sequence as piece_id,
       subscriber_no,
       '#' || left(subscriber_no, 4) || ' ' || right(subscriber_no, 4) || '#' as keyline,
       {acs} as acs_code,
       {mid} as mid,
       {stid} as stid,
       case when serial = 0 then '' else lpad(serial::text, {serial_digits}, '0') end as imb_serial,
       case when {barcodes} and dpc <> '' and plus4 <> ''
            then E'\x02' || '00' || {stid} || {mid} || lpad(serial::text, {serial_digits}, '0') || zip5 || plus4 || dpc
            else '' end as imb,
       top_line, name, company, attn, addr1, addr2, urb, city, state, zip5, plus4, dpc, postcode, country,
       '' as carrier_route,
       copies,
       paid_code,
       case country when '' then 'O' else 'F' end as county_code,
       version,
       {issue_code} as issue_code,
       list_code
  from {copies}
 where run_id = {run} and {is_record} and copy_class <> 'skip'
 {order}
