"""The mails of a bill: what is asked for and what happens otherwise, what was paid, and what was done without it."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings

from foundation.mail.actions import queue_mail
from orders.checkout import queries, rules
from orders.checkout.models import Bill, BillLine
from subscriptions.catalog.models import Issue
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Term
from subscriptions.terms.queries.merged import in_force


def ask_for_postage(*, bill: Bill, now: dt.datetime) -> None:
    """The sum, the reason, where to pay, until when, and what happens if it is not paid."""
    _queue("bill_postage", bill, {"due_on": bill.due_on, "if_unpaid": bill.if_unpaid}, now=now)


def ask_for_copies(*, bill: Bill, now: dt.datetime) -> None:
    """A clerk has taken the wish down; its payer pays on our page."""
    _queue("bill_copies", bill, {}, now=now)


def thank_for_bill(*, bill: Bill, lines: list[BillLine], waits: bool, now: dt.datetime) -> None:
    """What was paid and from which issue it counts. What no issue took is held, and said."""
    held = sum(line.held_cents for line in lines)
    more: dict[str, Any] = {
        "waits": waits,
        "held": rules.money(held, bill.order.currency) if held else "",
        "from_issue": _first_of(lines) or bill.first_issue,
        "comes": any(line.split_term_id for line in lines) if bill.copies else held < bill.order.total_cents,
        "expire": None if _is_gift(bill) else _last_issue(bill, now=now),
        "is_later": _is_later(bill, lines),
    }
    _queue("bill_paid", bill, more, now=now)


def tell_of_unpaid(*, bill: Bill, converted: bool, now: dt.datetime) -> None:
    """The time to pay is over: fewer issues come, or the house bears it."""
    last = _last_issue(bill, now=now) if converted and not _is_gift(bill) else None
    _queue("bill_unpaid", bill, {"converted": converted, "last_issue": last}, now=now)


def tell_of_held(*, bill: Bill, cents: int, attempt: UUID, now: dt.datetime) -> None:
    """Money came for a bill that was closed: nothing changes, and the money is the payer's. Of each `attempt` once."""
    held = {"held": rules.money(cents, bill.order.currency)}
    _queue("bill_held", bill, held, now=now, once_for=f":{attempt}")


def _queue(template: str, bill: Bill, more: dict[str, Any], *, now: dt.datetime, once_for: str = "") -> None:
    order = bill.order
    to_email = queries.payers_email(order)
    if not to_email:
        return  # It stands on the desk's work list; somebody writes or calls.
    queue_mail(
        key=f"order:{order.uuid}:{template}{once_for}",
        kind=template,
        to_email=to_email,
        template=template,
        context={
            "magazine": order.magazine,
            "magazine_name": order.magazine.name,
            "order": order,
            "bill": bill,
            "payer_name": order.payer.shown_name,
            "total": rules.money(order.total_cents, order.currency),
            "reader_name": queries.reader_as_payer_knows(bill.subscription, payers=[bill.payer_id]),
            "is_gift": _is_gift(bill),
            "order_url": f"{settings.PUBLIC_URL}/orders/{order.number}/",
            "manage_url": f"{settings.PUBLIC_URL}/{order.magazine.code}/my-subscription/",
            **more,
        },
        now=now,
    )


def _last_issue(bill: Bill, *, now: dt.datetime) -> Issue | None:
    """As its reader may know it."""
    today = now.astimezone(bill.order.magazine.zone).date()
    return terms.expire(in_force(bill.subscription_id), told_on=today).issue


def _is_gift(bill: Bill) -> bool:
    """Somebody else reads it: then the payer learns no more than what it costs, and where it goes is nobody's business.

    The same for whoever pays for a relative's subscription.
    """
    return bill.subscription.reader_id != bill.payer_id


def _first_of(lines: list[BillLine]) -> Issue | None:
    """The first issue of what goes on, as it was fixed when it was settled."""
    split = next((line.split_term for line in lines if line.split_term is not None), None)
    goes_on = Term.objects.select_related("start_issue").filter(split_from=split).first() if split else None
    return goes_on.start_issue if goes_on else None


def _is_later(bill: Bill, lines: list[BillLine]) -> bool:
    first = _first_of(lines)
    return first is not None and first.ordinal > bill.first_issue.ordinal
