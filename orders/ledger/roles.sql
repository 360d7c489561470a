-- Three roles, none of which can sign in: who serves people (masthead_app) may add to the books and close a month, and cannot
-- change what stands there, not even by switching the guards off: the tables and their guards belong to masthead_owner.
-- masthead_migrate owns the rest and may act as both. Repeatable; run again after every migrate.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['masthead_owner', 'masthead_migrate', 'masthead_app'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        END IF;
        EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO %I', current_schema(), role);
    END LOOP;
END $$;

GRANT masthead_owner, masthead_app TO masthead_migrate;
-- Whoever runs this goes on migrating.
GRANT masthead_owner, masthead_migrate, masthead_app TO CURRENT_USER;

DO $$
DECLARE
    ledger text[] := ARRAY['ledger_account', 'ledger_period', 'ledger_journal', 'ledger_line'];
    found record;
    owner text;
BEGIN
    FOR found IN
        SELECT c.oid, c.relname::text AS name,
               c.relname = 'fulfillment_copy' OR i.inhparent = 'fulfillment_copy'::regclass AS is_copies
        FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
    LOOP
        -- A label run makes the partition of its issue and attaches it, which only the owner of the copies may do.
        owner := CASE WHEN found.name = ANY (ledger) THEN 'masthead_owner'
                      WHEN coalesce(found.is_copies, false) THEN 'masthead_app' ELSE 'masthead_migrate' END;
        EXECUTE format('ALTER TABLE %s OWNER TO %I', found.oid::regclass, owner);
        EXECUTE format('REVOKE ALL ON %s FROM masthead_app', found.oid::regclass);
        IF owner <> 'masthead_owner' THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO masthead_app', found.oid::regclass);
        END IF;
    END LOOP;
    FOR found IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE 'ledger\_%' LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO masthead_owner', found.oid::regprocedure);
    END LOOP;
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO masthead_app', current_schema());
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE masthead_migrate IN SCHEMA %I
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO masthead_app', current_schema());
END $$;

GRANT SELECT, INSERT ON ledger_journal, ledger_line, ledger_period TO masthead_app;
GRANT UPDATE (state, closed_at, closed_by) ON ledger_period TO masthead_app;
GRANT SELECT, UPDATE (name, publishers_code) ON ledger_account TO masthead_app;
