-- No automatic charge without a permit (invariant 6 of the design): whoever writes the row, this is asked.

CREATE FUNCTION payments_demand_permit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    permit payments_chargepermit%ROWTYPE;
BEGIN
    IF NEW.purpose <> 'renewal' THEN
        IF TG_OP = 'UPDATE' AND OLD.purpose = 'renewal' THEN
            RAISE EXCEPTION 'a renewal charge stays one' USING ERRCODE = 'check_violation', CONSTRAINT = 'renewal_stays_renewal';
        END IF;
        RETURN NEW;
    END IF;
    -- Asked when the charge is planned, when any of its terms changes, and again when it goes out.
    IF TG_OP = 'UPDATE'
       AND NOT (NEW.state = 'submitting' AND OLD.state <> 'submitting')
       AND (NEW.purpose, NEW.permit_id, NEW.payer_id, NEW.subject_uuid, NEW.amount_cents, NEW.currency, NEW.charge_on)
           IS NOT DISTINCT FROM
           (OLD.purpose, OLD.permit_id, OLD.payer_id, OLD.subject_uuid, OLD.amount_cents, OLD.currency, OLD.charge_on)
    THEN
        IF OLD.state = 'planned' AND NEW.state NOT IN ('planned', 'submitting', 'canceled') THEN
            RAISE EXCEPTION 'a planned charge goes out as submitting'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'charge_goes_out_as_submitting';
        END IF;
        RETURN NEW;
    END IF;
    -- The lock makes a withdrawal at this very moment come first or wait.
    SELECT * INTO permit FROM payments_chargepermit WHERE id = NEW.permit_id FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no charge without a permit' USING ERRCODE = 'check_violation', CONSTRAINT = 'charge_has_a_permit';
    ELSIF permit.withdrawn_at IS NOT NULL THEN
        RAISE EXCEPTION 'the permit was withdrawn' USING ERRCODE = 'check_violation', CONSTRAINT = 'permit_is_not_withdrawn';
    ELSIF permit.payer_id <> NEW.payer_id OR permit.subject_uuid <> NEW.subject_uuid THEN
        RAISE EXCEPTION 'the permit is for another payer or subject'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'permit_is_for_this_charge';
    ELSIF permit.currency <> NEW.currency OR NEW.amount_cents > permit.cap_cents THEN
        RAISE EXCEPTION 'the permit allows % % and no more', permit.cap_cents, permit.currency
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charge_is_within_the_cap';
    ELSIF NEW.charge_on < permit.charge_on OR NEW.charge_on >= permit.until THEN
        RAISE EXCEPTION 'the permit is for days from % until before %', permit.charge_on, permit.until
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charge_is_within_the_window';
    ELSIF EXISTS (
        SELECT 1 FROM payments_paymentattempt
        WHERE subject_uuid = NEW.subject_uuid AND state = 'paid' AND id IS DISTINCT FROM NEW.id
    ) THEN
        RAISE EXCEPTION 'this has been paid' USING ERRCODE = 'check_violation', CONSTRAINT = 'permit_is_used_once';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER demand_permit BEFORE INSERT OR UPDATE ON payments_paymentattempt
    FOR EACH ROW EXECUTE FUNCTION payments_demand_permit();

CREATE FUNCTION payments_keep_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.state, NEW.amount_cents, NEW.currency, NEW.payer_id, NEW.subject_uuid, NEW.payment_intent_id, NEW.charge_id,
        NEW.paid_at)
       IS DISTINCT FROM
       (OLD.state, OLD.amount_cents, OLD.currency, OLD.payer_id, OLD.subject_uuid, OLD.payment_intent_id, OLD.charge_id,
        OLD.paid_at)
    THEN
        RAISE EXCEPTION 'a paid attempt keeps its payer, subject, sum and charge'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'paid_attempt_stands';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER keep_paid BEFORE UPDATE ON payments_paymentattempt
    FOR EACH ROW WHEN (OLD.state = 'paid') EXECUTE FUNCTION payments_keep_paid();

-- A permit says what the payer was told. It can be withdrawn, once, and nothing else.
CREATE FUNCTION payments_keep_permit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_because') <> (to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_because')
    THEN
        RAISE EXCEPTION 'a permit can be withdrawn and not be changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'permit_stands';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER keep_permit BEFORE UPDATE ON payments_chargepermit
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION payments_keep_permit();
