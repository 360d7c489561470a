create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'The audit trail is append-only: % is refused.', lower(tg_op)
        using errcode = 'restrict_violation', constraint = 'audit_is_append_only';
end
$$;

create trigger audit_entry_is_never_changed
    before update or delete on audit_auditentry
    for each row execute function audit_is_append_only();

-- TRUNCATE fires no row trigger.
create trigger audit_trail_is_never_emptied
    before truncate on audit_auditentry
    for each statement execute function audit_is_append_only();
