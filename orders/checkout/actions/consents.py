import datetime as dt
from collections.abc import Collection

from django.db import transaction

from foundation.actors import Actor
from foundation.audit.actions import record
from orders.checkout.models import AutoRenewConsent


@transaction.atomic
def withdraw_consent(
    *, subscription_id: int, by: Actor, now: dt.datetime, payers: Collection[int] | None = None
) -> int:
    """End every consent to charge for this subscription again; how many stood. Doing it twice changes nothing.

    :param payers: of these alone
    """
    standing = AutoRenewConsent.objects.select_for_update().filter(
        line__subscription_id=subscription_id, withdrawn_at__isnull=True
    )
    if payers is not None:
        standing = standing.filter(payer__in=payers)
    ended = 0
    for consent in standing:
        consent.withdrawn_at = max(now, consent.given_at)
        consent.withdrawn_by = by.reference
        consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
        record(by, "consent.withdrawn", consent)
        ended += 1
    return ended
