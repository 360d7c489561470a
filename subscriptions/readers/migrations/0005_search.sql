-- What a clerk's search reads. Nothing here is written by hand: the columns are generated, so that whoever inserts a reader
-- or an address has done enough.

-- A text as the words by which it is found: small letters, no accents, apostrophes or other signs, one blank between two
-- words. `Müller-O’Brien, José` becomes `muller obrien jose`. It does not depend on the locale, so an index may hold it.
create function search_words(typed text) returns text
  language sql immutable strict parallel safe
  return btrim(regexp_replace(
    regexp_replace(
      replace(replace(replace(replace(
        translate(lower(normalize(typed, nfkd)),
                  'ØøŁłĐđÐðĦħıŦŧÆŒÞẞ',
                  'oollddddhhittæœþß'),
        'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ß', 'ss'),
      '[\u0300-\u036f''‘’‚‛ʻʼʹ′´`]', '', 'g'),
    '[\s!-/:-@\[-_{-~\u00a0-\u00bf\u2010-\u205e]+', ' ', 'g'));

-- The surname, and all the words behind it: `ana j field jr` becomes `field ana j field jr`. The suffixes are those of
-- subscriptions/readers/rules/names.py.
create function surname_first(words text) returns text
  language sql immutable strict parallel safe
  return case when split_part(words, ' ', -1) in ('jr', 'sr', 'ii', 'iii', 'iv', 'md', 'phd', 'esq', 'dds', 'rn', 'cpa')
              then split_part(words, ' ', -2) else split_part(words, ' ', -1) end || ' ' || words;

-- Everything on a label by which people look for it, but for the state.
create function address_words(name text, company text, attention text, addr1 text, addr2 text, urb text, city text,
                              zip5 text, postcode text) returns text[]
  language sql immutable strict parallel safe
  return string_to_array(
    search_words(name || ' ' || company || ' ' || attention || ' ' || addr1 || ' ' || addr2 || ' ' || urb || ' ' || city
                 || ' ' || zip5 || ' ' || postcode), ' ');

-- A telephone number from behind, digits alone: what somebody says may lack the country or the area.
create function phone_from_behind(phone text) returns text
  language sql immutable strict parallel safe
  return reverse(regexp_replace(phone, '\D', '', 'g'));

alter table readers_reader
  add column words text collate "C" generated always as (search_words(name || ' ' || company)) stored,
  add column surname_first text collate "C" generated always as (
    case when name = '' then search_words(company) else surname_first(search_words(name)) end) stored;

create index reader_surname_first on readers_reader (surname_first, id);
create index reader_words on readers_reader (words, id);
-- What was inserted lately waits in a list that every search reads from end to end: it is kept short.
create index reader_any_word on readers_reader using gin (array_to_tsvector(string_to_array(words, ' ')))
  with (gin_pending_list_limit = 256);
create index reader_email on readers_reader (lower(email) text_pattern_ops);
create index reader_phone on readers_reader (phone_from_behind(phone) text_pattern_ops) where phone <> '';
create index address_any_word on readers_address using gin (array_to_tsvector(address_words(
  label_name, label_company, label_attn, label_addr1, label_addr2, label_urb, label_city, label_zip5, label_postcode)))
  with (gin_pending_list_limit = 256);
