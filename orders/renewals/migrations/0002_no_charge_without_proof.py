"""No proof of both notices means no charge: the database itself looks at the notices, their mails and the consent.

Written here because renewals keeps the proofs; it guards the permit and every attempt that payments makes under it.
Windows in days before the charge: 31 to 40 and 15 to 29 (orders.renewals.rules; reference finance 4.2).
"""

from django.db import migrations

GUARD = """
create function renewals_proofs_stand(p_permit payments_chargepermit) returns boolean language sql stable as $$
    select exists (
        select 1
        from checkout_order o
        join renewals_cycle c on c.order_id = o.id
        join checkout_autorenewconsent a on a.id = c.consent_id
        join renewals_notice n1 on n1.cycle_id = c.id and n1.uuid = p_permit.first_notice_uuid
        join mail_outgoingmail m1 on m1.id = n1.mail_id
        join renewals_notice n2 on n2.cycle_id = c.id and n2.uuid = p_permit.second_notice_uuid
        join mail_outgoingmail m2 on m2.id = n2.mail_id
        where o.uuid = p_permit.subject_uuid
          and a.withdrawn_at is null and a.payer_id = p_permit.payer_id
          and n1.number = 1 and n1.voided_at is null and m1.state = 'handed_over'
          and n2.number = 2 and n2.voided_at is null and m2.state = 'handed_over'
          and p_permit.cap_cents <= n1.amount_cents and p_permit.cap_cents <= n2.amount_cents
          and n1.charge_on <= p_permit.charge_on and n2.charge_on = n1.charge_on
          and p_permit.charge_on - p_permit.first_notice_on between 31 and 40
          and p_permit.charge_on - p_permit.second_notice_on between 15 and 29
          and abs(p_permit.first_notice_on - (m1.handed_over_at at time zone 'UTC')::date) <= 1
          and abs(p_permit.second_notice_on - (m2.handed_over_at at time zone 'UTC')::date) <= 1
    )
$$;

create function renewals_permit_needs_proofs() returns trigger language plpgsql as $$
begin
    if not renewals_proofs_stand(new) then
        raise exception 'charge permit % has no proof of consent and of both notices', new.uuid
            using errcode = 'check_violation', constraint = 'permit_has_its_proofs';
    end if;
    return new;
end $$;

create trigger permit_has_its_proofs before insert on payments_chargepermit
    for each row execute function renewals_permit_needs_proofs();

create function renewals_charge_needs_proofs() returns trigger language plpgsql as $$
declare
    permit payments_chargepermit;
begin
    select * into permit from payments_chargepermit where id = new.permit_id;
    if not renewals_proofs_stand(permit) then
        raise exception 'attempt % has no proof of consent and of both notices', new.uuid
            using errcode = 'check_violation', constraint = 'charge_has_its_proofs';
    end if;
    return new;
end $$;

create trigger charge_has_its_proofs before insert on payments_paymentattempt
    for each row when (new.purpose = 'renewal') execute function renewals_charge_needs_proofs();
"""

UNDO = """
drop trigger charge_has_its_proofs on payments_paymentattempt;
drop function renewals_charge_needs_proofs();
drop trigger permit_has_its_proofs on payments_chargepermit;
drop function renewals_permit_needs_proofs();
drop function renewals_proofs_stand(payments_chargepermit);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("renewals", "0001_initial"),
        ("checkout", "0001_initial"),
        ("payments", "0001_initial"),
        ("mail", "0001_initial"),
    ]

    operations = [migrations.RunSQL(GUARD, UNDO)]
