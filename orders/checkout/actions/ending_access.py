"""Digital access ends before its days are over, and what is left of its price goes back to whoever paid."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from foundation.actors import Actor
from orders.checkout.actions.refunds import promise_back_access
from orders.checkout.models import LineRefund
from subscriptions.terms import actions as terms
from subscriptions.terms.actions.reasons import reason_for
from subscriptions.terms.models import AccessTerm, ServiceReason


@dataclass(frozen=True, slots=True)
class AccessEnded:
    """`refund` is None where no money is left to give back."""

    access: AccessTerm
    refund: LineRefund | None


@transaction.atomic
def end_access(
    *, access_id: int, because: str, by: Actor, now: dt.datetime, money: str = LineRefund.Way.REFUND
) -> AccessEnded:
    """End it today. `money` is `refund`, or `credit` to have it kept; below the minimum it is held as a credit.

    :param because: the code of a reason for a cancellation
    :raises UnknownReason: when it is none
    :raises AccessIsOver: when it has ended
    """
    reason = reason_for(because, use=ServiceReason.Use.CANCEL)
    access = terms.end_access(access_id=access_id, because=reason.code, by=by, now=now)
    if not access.released_cents:
        return AccessEnded(access, None)
    way = money if access.released_cents >= settings.REFUND_MINIMUM_CENTS else LineRefund.Way.CREDIT
    return AccessEnded(access, promise_back_access(access=access, way=way, by=by, now=now))
