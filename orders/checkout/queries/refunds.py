"""What goes back to payers when terms end early: promised, and previewed. Reads only."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from orders.checkout.models import LineRefund, OrderLine
from subscriptions.catalog.models import Issue
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Term


def line_of(term: Term) -> OrderLine | None:
    """The order line that a term came of, through however many splits. None for one that was taken over or given."""
    while term.line_uuid is None and term.split_from is not None:
        term = term.split_from
    if term.line_uuid is None:
        return None
    return OrderLine.objects.select_related("offer", "order__source_key").filter(uuid=term.line_uuid).first()


def refunds_to_send() -> QuerySet[LineRefund]:
    """Money promised back and not sent yet, the oldest first: together the balance of account 2300."""
    promised = LineRefund.objects.filter(state=LineRefund.State.PROMISED, way=LineRefund.Way.REFUND)
    return promised.select_related(
        "payer", "term__subscription__reader", "term__subscription__magazine", "order_line__order__magazine"
    ).order_by("promised_at", "pk")


@dataclass(frozen=True, slots=True)
class CancelPreview:
    """What it would mean to cancel: the first issue that would not come any more, the last that would, the money back.

    `cents` by payer; nothing where nothing was paid. `last_if_now` None: no issue has gone out or would. `in_hope`: all
    that still comes is sent in the hope of a renewal, and now and at the end are one.
    """

    first_not_sent: Issue | None
    last_if_now: Issue | None
    at_end: terms.ExpireAnswer
    cents: dict[int, int]
    currency: str
    in_hope: bool = False

    @property
    def total_cents(self) -> int:
        return sum(self.cents.values())


def preview_cancel(
    *,
    subscription_id: int,
    now: dt.datetime,
    told_on: dt.date | None = None,
    payers: Collection[int] | None = None,
) -> CancelPreview:
    """:param told_on: for its reader's eyes: without gifts that are announced later, which a reader's word does not end
    :param payers: for their eyes who pay for somebody else: what they have paid for, which is all that they may end
    """
    left = [
        rest
        for rest in terms.rests_if_cancelled(subscription_id, now)
        if (told_on is None or rest.term.opens_on is None or rest.term.opens_on <= told_on)
        and (payers is None or rest.term.payer_id in payers)
    ]
    cents: dict[int, int] = {}
    for rest in left:
        if rest.cents:
            cents[rest.term.payer_id] = cents.get(rest.term.payer_id, 0) + rest.cents
    first = left[0].first_issue if left else None
    return CancelPreview(
        first_not_sent=first,
        last_if_now=terms.last_served_before(subscription_id, first, told_on=told_on, payers=payers) if first else None,
        at_end=terms.expire(subscription_id, told_on=told_on, payers=payers),
        cents=cents,
        currency=left[0].term.currency if left else "usd",
        in_hope=payers is None and terms.comes_in_hope(subscription_id, now) is not None,
    )
