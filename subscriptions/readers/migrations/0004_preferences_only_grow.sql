create function readers_preferences_only_grow() returns trigger language plpgsql as $$
begin
    raise exception 'What a reader has said about being written to is never changed: % is refused.', lower(tg_op)
        using errcode = 'restrict_violation', constraint = 'readers_preferences_only_grow';
end
$$;

create trigger preference_is_never_changed
    before update or delete on readers_contactpreference
    for each row execute function readers_preferences_only_grow();
