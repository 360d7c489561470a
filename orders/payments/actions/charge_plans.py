"""The next try to charge what a permit allows: one row, and every refusal that stands in its way."""

import datetime as dt
from uuid import uuid4

from foundation import wake
from foundation.failpoints import reached
from orders.payments.actions.numbering import next_number
from orders.payments.errors import MethodCannotBeCharged, OutsideThePermit, PermitIsWithdrawn, TooManyAttempts
from orders.payments.models import ChargePermit, PaymentAttempt, SavedMethod, StripeCustomer
from orders.payments.rules import declines, requests

State = PaymentAttempt.State


def plan_charge(*, permit_id: int, charge_on: dt.date, description: str, now: dt.datetime) -> PaymentAttempt:
    """The row of the next try to charge what the permit allows. Inside the caller's transaction; no network.

    :raises PermitIsWithdrawn, OutsideThePermit, MethodCannotBeCharged: no charge is allowed
    :raises TooManyAttempts: four in a fortnight, or one on this day with this card
    :raises AttemptIsLive, AttemptIsPaid: one is under way, or went through
    """
    permit = ChargePermit.objects.select_for_update().select_related("method").get(pk=permit_id)
    _check_permit(permit, charge_on)
    _check_pace(permit, charge_on)
    attempt_uuid = uuid4()
    customer = StripeCustomer.objects.filter(payer_id=permit.payer_id).first()
    if customer is None:
        raise MethodCannotBeCharged("The payer's customer was deleted at Stripe.")
    request = requests.charge_request(
        attempt_uuid=attempt_uuid,
        subject_uuid=permit.subject_uuid,
        amount_cents=permit.cap_cents,
        currency=permit.currency,
        description=description,
        customer_id=customer.customer_id,
        method_id=permit.method.method_id,
    )
    attempt = PaymentAttempt.objects.create(
        uuid=attempt_uuid,
        payer_id=permit.payer_id,
        purpose=PaymentAttempt.Purpose.RENEWAL,
        subject_uuid=permit.subject_uuid,
        number=next_number(permit.subject_uuid),
        amount_cents=permit.cap_cents,
        currency=permit.currency,
        permit=permit,
        charge_on=charge_on,
        saved_method=permit.method,
        idempotency_key=f"att:{attempt_uuid}",
        request={"charge": request},
        created_at=now,
    )
    reached("charge.planned")
    wake.wake("attempt_waiting")
    return attempt


def _check_permit(permit: ChargePermit, charge_on: dt.date) -> None:
    if permit.withdrawn_at is not None:
        raise PermitIsWithdrawn(f"The permit was withdrawn: {permit.withdrawn_because}.")
    if not permit.charge_on <= charge_on < permit.until:
        raise OutsideThePermit(f"A charge is allowed from {permit.charge_on} until before {permit.until}.")
    if permit.method.state != SavedMethod.State.ACTIVE:
        raise MethodCannotBeCharged(f"The saved method is {permit.method.get_state_display()}.")


def _check_pace(permit: ChargePermit, charge_on: dt.date) -> None:
    """:raises TooManyAttempts: the networks allow more; a reader should not see more"""
    fortnight = charge_on - dt.timedelta(days=declines.WITHIN_DAYS)
    sent = PaymentAttempt.objects.filter(submitted_at__isnull=False).exclude(state=State.NEVER_SENT)
    if sent.filter(permit=permit, charge_on__gt=fortnight).count() >= declines.MAX_ATTEMPTS:
        raise TooManyAttempts("There were four attempts within a fortnight.")
    if sent.filter(saved_method=permit.method, purpose="renewal", charge_on=charge_on).exclude(state="paid").exists():
        raise TooManyAttempts("This card was tried today.")
