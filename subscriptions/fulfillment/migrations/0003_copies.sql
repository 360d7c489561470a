-- The copies: one row per copy, a partition per issue, every printed fact frozen. Wide columns first, so that nothing is
-- lost to padding; text without a length, as the rows come from columns that have one and a second check costs a pull of
-- a million half a second. The subscription leads the key, so that one reader's copies are found in every partition.
-- No foreign keys per row: what a copy names can be merged or erased, the copy stays.
create table fulfillment_copy (
  subscription_id bigint not null,
  run_id bigint not null,
  term_id bigint not null,
  reader_id bigint not null,
  issue_id int not null,
  x int not null,
  rec_no int not null,
  serial int not null,
  copy_no smallint not null,
  purpose smallint not null,
  sequence smallint not null,
  units smallint not null,
  copies smallint not null,
  copy_class text not null,
  paid_code text not null,
  subscriber_no text not null,
  top_line text not null,
  list_code text not null,
  version text not null,
  name text not null,
  company text not null,
  attn text not null,
  addr1 text not null,
  addr2 text not null,
  urb text not null,
  city text not null,
  state text not null,
  zip5 text not null,
  plus4 text not null,
  dpc text not null,
  postcode text not null,
  country text not null,
  primary key (subscription_id, issue_id, copy_no, purpose, sequence)
) partition by list (issue_id);

-- A partition is attached whole and, before hand-over, detached whole. Single rows never change.
create function fulfillment_copy_is_frozen() returns trigger language plpgsql as $$
begin
  raise exception 'the copies of issue % are frozen', old.issue_id
    using errcode = 'integrity_constraint_violation', constraint = 'copies_are_frozen';
end $$;
create trigger fulfillment_copy_is_frozen before update or delete on fulfillment_copy
  for each row execute function fulfillment_copy_is_frozen();

-- Publication 8A's check digit for a number of seven digits: every second one from the left is doubled and the digits of
-- that are added, which leaves 2d + d/5 but for tens. One expression, so that PostgreSQL inlines it into the pull;
-- rules.keyline.check_digit is the same in Python, and a test compares the two.
create function fulfillment_check_digit(p_number bigint) returns int immutable parallel safe language sql as $$
  select ((110 - p_number / 1000000 * 2 - p_number / 1000000 / 5
               - p_number / 100000 % 10
               - p_number / 10000 % 10 * 2 - p_number / 10000 % 10 / 5
               - p_number / 1000 % 10
               - p_number / 100 % 10 * 2 - p_number / 100 % 10 / 5
               - p_number / 10 % 10
               - p_number % 10 * 2 - p_number % 10 / 5) % 10)::int
$$;

-- It only reads, and the pull wants it beside parallel workers.
alter function skip_at(bigint, int) parallel safe;
