-- An erasure empties what somebody typed: text under a key that ends in `_because`. The rest of a line stays as it is.
create or replace function audit_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if to_jsonb(new) = jsonb_set(to_jsonb(old), '{detail}', (
            select coalesce(jsonb_object_agg(key, case when key like '%\_because' then '""'::jsonb else value end), '{}')
              from jsonb_each(old.detail))) then
            return new;
        end if;
    end if;
    raise exception 'The audit trail is append-only: % is refused.', lower(tg_op)
        using errcode = 'restrict_violation', constraint = 'audit_is_append_only';
end
$$;
