"""Bills of changes in mid-term, for doors and sweeps. Reads only."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.checkout.models import Bill, BillLine, Order
from orders.checkout.queries.chains import chain_of, went_to_somebody_else
from subscriptions.catalog.models import Magazine
from subscriptions.terms.models import Term
from subscriptions.terms.queries.merged import merged_ones


def open_bills() -> QuerySet[Bill]:
    """What may still be paid, the oldest first."""
    return _with_what_is_shown().filter(closed_at__isnull=True)


def bills_of(*, payer_ids: Sequence[int], subscription_id: int | None = None) -> QuerySet[Bill]:
    """What these payers may still pay, of all or of one subscription and what was merged into it."""
    mine = Q(payer_id__in=payer_ids)
    if subscription_id is not None:
        mine &= Q(subscription_id__in=merged_ones(subscription_id))
    return open_bills().filter(mine)


def bills_of_subscription(subscription_id: int) -> QuerySet[Bill]:
    """Every bill of it and of what was merged into it, the newest first."""
    return _with_what_is_shown().filter(subscription_id__in=merged_ones(subscription_id)).order_by("-pk")


def bill_of_order(order: Order) -> Bill | None:
    """None for an order of terms, which has lines."""
    return _with_what_is_shown().filter(order=order).first() if order.kind in Order.BILLS else None


def bill_numbered(number: str) -> Bill | None:
    """By the number of its order."""
    return None if "\x00" in number else _with_what_is_shown().filter(order__number=number).first()


def bills_to_look_at(today: dt.date) -> QuerySet[Bill]:
    """Open bills whose last day is over and that do not wait, or a term of which has ended: nobody else's."""
    is_over = Q(due_on__lt=today) & ~Q(if_unpaid=Magazine.SurchargeUnpaid.WAIT)
    ended = BillLine.objects.filter(bill=OuterRef("pk"), term__ended_at__isnull=False)
    return open_bills().filter(is_over | Exists(ended))


def bills_paid_ahead() -> QuerySet[Bill]:
    """Paid before the first issue that they are for; their money waits on 2120."""
    waiting = BillLine.objects.filter(bill=OuterRef("pk"), applied_at__isnull=True)
    return Bill.objects.filter(Exists(waiting), order__state=Order.State.PAID).order_by("pk")


def has_ended(term: Term) -> bool:
    """Whether a term was cancelled, or went on with somebody else. One that was served to its end was not."""
    chain = chain_of(term)
    return chain[-1].ended_at is not None or went_to_somebody_else(chain)


def _with_what_is_shown() -> QuerySet[Bill]:
    return Bill.objects.select_related(
        "order__magazine", "order__payer", "payer", "first_issue", "subscription__reader", "subscription__magazine"
    ).order_by("pk")
