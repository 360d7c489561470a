-- What the ledger never does, refused by the database itself (reference: finance.md 3.4). Every refusal is a check_violation that
-- carries the name of the rule as its constraint. The functions look tables up in the ledger's own schema and never in pg_temp: a
-- temporary table of the same name must not answer for the real one.

-- The transaction that made the journal. Set by the guard, whatever an INSERT says. After a dump and restore it means nothing any
-- more; `lines_come_in_one_statement` still holds then, and the nightly check re-reads the content hash.
ALTER TABLE ledger_journal ADD COLUMN made_in xid8 NOT NULL;

ALTER TABLE ledger_period ADD CONSTRAINT periods_do_not_overlap
    EXCLUDE USING gist (daterange(first_day, until) WITH &&);

-- SECURITY DEFINER, as a row lock asks for UPDATE on the period, which who posts need not have.
CREATE FUNCTION ledger_guard_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    month ledger_period;
    undone ledger_journal;
BEGIN
    NEW.made_in := pg_current_xact_id();
    -- Waits for a close that is under way and then sees it; a close that comes later waits for us.
    SELECT * INTO month FROM ledger_period WHERE id = NEW.period_id FOR SHARE;
    IF month.id IS NULL OR month.state <> 'open' THEN
        RAISE EXCEPTION 'The book month of % is not open.', NEW.posting_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'period_is_open';
    END IF;
    IF NEW.book_date < month.first_day OR NEW.book_date >= month.until THEN
        RAISE EXCEPTION 'Book date % of % is outside its month.', NEW.book_date, NEW.posting_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'book_date_is_in_its_period';
    END IF;
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT * INTO undone FROM ledger_journal WHERE id = NEW.reverses_id;
        IF undone.id IS NULL OR undone.reverses_id IS NOT NULL OR undone.currency <> NEW.currency THEN
            RAISE EXCEPTION '% cannot reverse journal %: it is missing, a reversal itself or in another currency.',
                NEW.posting_key, NEW.reverses_id USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_can_reverse';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- Runs once per journal at commit. One firing per line would cost the square of the lines.
CREATE FUNCTION ledger_check_journal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines bigint;
    total numeric;
BEGIN
    SELECT count(*), coalesce(sum(cents), 0) INTO lines, total FROM ledger_line WHERE journal_id = NEW.id;
    IF lines < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'Journal % does not balance: % lines that sum to % cents.', NEW.posting_key, lines, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balances';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND EXISTS (
        SELECT FROM ledger_line WHERE journal_id IN (NEW.id, NEW.reverses_id)
        GROUP BY account_id, magazine, issue, offer, source HAVING sum(cents) <> 0
    ) THEN
        RAISE EXCEPTION 'Journal % is not the mirror of the one it reverses.', NEW.posting_key
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_mirrors';
    END IF;
    RETURN NULL;
END $$;

-- One statement brings all lines of a journal, in the transaction that made it. Without this, SET CONSTRAINTS ... IMMEDIATE would
-- let the balance be checked early and a stray line follow.
CREATE FUNCTION ledger_guard_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late text;
BEGIN
    SELECT coalesce(j.posting_key, 'unknown') INTO late
    FROM (SELECT journal_id, count(*) AS lines FROM fresh GROUP BY journal_id) f
    LEFT JOIN ledger_journal j ON j.id = f.journal_id
    WHERE j.id IS NULL OR j.made_in <> pg_current_xact_id()
       OR f.lines <> (SELECT count(*) FROM ledger_line l WHERE l.journal_id = f.journal_id)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Journal % takes no more lines.', late
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lines_come_in_one_statement';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only; write a reversal.', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_is_append_only';
END $$;

CREATE FUNCTION ledger_guard_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'The book month of % is closed.', OLD.first_day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_period_stays_closed';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.first_day, NEW.until) IS DISTINCT FROM (OLD.id, OLD.first_day, OLD.until) THEN
        RAISE EXCEPTION 'The book month of % keeps its days.', OLD.first_day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'period_keeps_its_days';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Account % keeps its code and kind.', OLD.code
        USING ERRCODE = 'check_violation', CONSTRAINT = 'account_keeps_its_kind';
END $$;

CREATE TRIGGER guard_journal BEFORE INSERT ON ledger_journal FOR EACH ROW EXECUTE FUNCTION ledger_guard_journal();
CREATE CONSTRAINT TRIGGER journal_balances AFTER INSERT ON ledger_journal DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_journal();
CREATE TRIGGER guard_lines AFTER INSERT ON ledger_line REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_guard_lines();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_journal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_line
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER guard_period BEFORE UPDATE OR DELETE ON ledger_period FOR EACH ROW EXECUTE FUNCTION ledger_guard_period();
CREATE TRIGGER guard_account BEFORE UPDATE ON ledger_account FOR EACH ROW
    WHEN (NEW.code <> OLD.code OR NEW.kind <> OLD.kind) EXECUTE FUNCTION ledger_guard_account();

DO $$
DECLARE
    guard regproc;
BEGIN
    FOREACH guard IN ARRAY ARRAY['ledger_guard_journal', 'ledger_check_journal', 'ledger_guard_lines', 'ledger_append_only',
                                 'ledger_guard_period', 'ledger_guard_account']::regproc[] LOOP
        EXECUTE format('ALTER FUNCTION %s() SET search_path = %I, pg_temp', guard, current_schema());
    END LOOP;
END $$;

-- The chart of accounts (finance.md 1.3). The publisher maps them to his own codes on the desk.
INSERT INTO ledger_account (code, name, kind, publishers_code) VALUES
    ('1010', 'Stripe balance', 'asset', ''),
    ('1015', 'Payouts in transit', 'asset', ''),
    ('1020', 'Bank', 'asset', ''),
    ('1030', 'Checks not yet deposited', 'asset', ''),
    ('1040', 'Agency receivable', 'asset', ''),
    ('1100', 'Bill-me receivable', 'asset', ''),
    ('1110', 'Allowance for bill-me', 'asset', ''),
    ('1200', 'Deferred agency commission', 'asset', ''),
    ('1310', 'Disputes receivable', 'asset', ''),
    ('2100', 'Deferred subscriptions', 'liability', ''),
    ('2105', 'Deferred gifts', 'liability', ''),
    ('2110', 'Deferred premiums', 'liability', ''),
    ('2120', 'Unapplied cash and credits', 'liability', ''),
    ('2200', 'Sales tax payable', 'liability', ''),
    ('2300', 'Refunds payable', 'liability', ''),
    ('2400', 'Unclaimed property payable', 'liability', ''),
    ('3900', 'Migration opening', 'equity', ''),
    ('4100', 'Print subscription revenue', 'revenue', ''),
    ('4105', 'Sales returns', 'revenue', ''),
    ('4110', 'Postage revenue', 'revenue', ''),
    ('4120', 'Premium revenue', 'revenue', ''),
    ('4130', 'Single copies and back issues', 'revenue', ''),
    ('4190', 'Breakage', 'revenue', ''),
    ('4200', 'Contributions', 'revenue', ''),
    ('5100', 'Processor fees', 'cost', ''),
    ('5110', 'Dispute fees', 'cost', ''),
    ('5120', 'Agency commission', 'cost', ''),
    ('5130', 'Replacement copies', 'cost', ''),
    ('5140', 'Credit loss', 'cost', '');
