-- Area and house or box number; where there is no number, the whole line.
create function readers_door_key(zip5 text, postcode text, city text, addr1 text) returns text
    language sql immutable parallel safe as $$
    select coalesce(nullif(zip5 || replace(postcode, ' ', ''), ''), city) || '|' || coalesce(substring(addr1 from '[0-9]+'), addr1)
$$;

-- Area, surname and initial; null for a company alone. Titles and suffixes as in rules/names.py.
create function readers_name_key(zip5 text, postcode text, city text, label_name text) returns text
    language sql immutable parallel safe as $$
    select coalesce(nullif(zip5 || replace(postcode, ' ', ''), ''), city)
        || '|' || substring(name from '[^ ]+$') || '|' || left(name, 1)
      from (select trim(regexp_replace(regexp_replace(label_name, '[^A-Z0-9 ]', '', 'g'),
              '^(MR|MRS|MS|MISS|MX|DR|REV|PROF|SIR) +|( +(JR|SR|II|III|IV|MD|PHD|ESQ|DDS|RN|CPA))+$', '', 'g')) as name) n
$$;
