"""Leave to charge: granted with its proofs, withdrawn at any time. The database demands one for every renewal."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from orders.payments.models import ChargePermit, PaymentAttempt


def grant_permit(
    *,
    payer_id: int,
    method_id: int,
    subject_uuid: UUID,
    cap_cents: int,
    currency: str,
    charge_on: dt.date,
    until: dt.date,
    consent_given_at: dt.datetime,
    first_notice_uuid: UUID,
    first_notice_on: dt.date,
    second_notice_uuid: UUID,
    second_notice_on: dt.date,
) -> ChargePermit:
    """One permit per subject. `method_id`: the SavedMethod's pk; the window is [charge_on, until); the cap in cents."""
    return ChargePermit.objects.create(
        payer_id=payer_id,
        method_id=method_id,
        subject_uuid=subject_uuid,
        cap_cents=cap_cents,
        currency=currency,
        charge_on=charge_on,
        until=until,
        consent_given_at=consent_given_at,
        first_notice_uuid=first_notice_uuid,
        first_notice_on=first_notice_on,
        second_notice_uuid=second_notice_uuid,
        second_notice_on=second_notice_on,
    )


@transaction.atomic
def withdraw_permit(*, permit_id: int, because: str, now: dt.datetime) -> None:
    """No charge from now on. Planned ones are called off; one that is on its way to Stripe cannot be. Twice is fine."""
    permit = ChargePermit.objects.select_for_update().get(pk=permit_id)
    if permit.withdrawn_at is None:
        permit.withdrawn_at, permit.withdrawn_because = now, because[:80]
        permit.save(update_fields=["withdrawn_at", "withdrawn_because"])
    planned = PaymentAttempt.objects.filter(permit=permit, state=PaymentAttempt.State.PLANNED)
    planned.update(state=PaymentAttempt.State.CANCELED, last_error="permit_withdrawn")
