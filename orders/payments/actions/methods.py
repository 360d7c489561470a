"""Saved payment methods: kept when the buyer agreed, corrected when the network or the bank says so."""

import datetime as dt

from orders.payments.errors import StripeObjectIsMissing
from orders.payments.models import SavedMethod
from orders.payments.rules.outcomes import MethodReading
from orders.payments.stripe_gateway import Gateway

# What a decline of this class does to the method; other classes leave it as it is.
AFTER_DECLINE = {"hard": SavedMethod.State.BLOCKED, "data": SavedMethod.State.NEEDS_UPDATE}


def keep(*, payer_id: int, reading: MethodReading, now: dt.datetime) -> SavedMethod:
    """The row for a method that its owner agreed to have charged again."""
    method = SavedMethod(payer_id=payer_id, method_id=reading.method_id, saved_at=now, **_details(reading))
    # One statement, as this stands on the path of every payment.
    SavedMethod.objects.bulk_create(
        [method],
        update_conflicts=True,
        unique_fields=["method_id"],
        update_fields=["payer", "state", *_details(reading)],
    )
    return method


def note_decline(method: SavedMethod, decline_class: str) -> None:
    state = AFTER_DECLINE.get(decline_class)
    if state is not None and method.state != SavedMethod.State.DETACHED:
        SavedMethod.objects.filter(pk=method.pk).update(state=state)


def correct_from_stripe(gateway: Gateway, method_id: str) -> None:
    """Bring the row of a saved method after an event: new expiry and number, or gone."""
    known = SavedMethod.objects.filter(method_id=method_id).first()
    if known is None:
        return
    try:
        reading = gateway.get_payment_method(method_id)
    except StripeObjectIsMissing:
        reading = None
    if reading is None or not reading.customer_id:
        SavedMethod.objects.filter(pk=known.pk).update(state=SavedMethod.State.DETACHED)
        return
    SavedMethod.objects.filter(pk=known.pk).update(**_details(reading))
    if _changed(known, reading):
        # The network has sent new card data: what failed for the old data deserves another try.
        SavedMethod.objects.filter(pk=known.pk, state=SavedMethod.State.NEEDS_UPDATE).update(
            state=SavedMethod.State.ACTIVE
        )


def _details(reading: MethodReading) -> dict[str, object]:
    return {
        "kind": reading.kind[:20],
        "brand": reading.brand,
        "last4": reading.last4,
        "exp_month": reading.exp_month,
        "exp_year": reading.exp_year,
    }


def _changed(known: SavedMethod, reading: MethodReading) -> bool:
    return (known.last4, known.exp_month, known.exp_year) != (reading.last4, reading.exp_month, reading.exp_year)
