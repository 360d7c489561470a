"""Puts together what the API answers about an order. Reads only."""

from collections.abc import Sequence
from typing import Any

from orders.checkout.models import Order, OrderLine
from orders.payments.models import PaymentAttempt
from subscriptions.readers.queries import typed_address
from subscriptions.readers.rules.address import check
from subscriptions.terms import queries as terms


def order_answer(order: Order, lines: Sequence[OrderLine], attempt: PaymentAttempt | None) -> dict[str, Any]:
    """The fields of `OrderOut`. What a paid order brings is read from its term; before that, from what was promised."""
    first = lines[0]
    promised = first.promised_first_issue
    return {
        "number": order.number,
        "state": order.state,
        "total_cents": order.total_cents,
        "currency": order.currency,
        "placed_at": order.placed_at,
        "paid_at": order.paid_at,
        "auto_renew": any(_agreed(line) for line in lines),
        "lines": [_line(line) for line in lines],
        "holds_until": promised.pull_at if promised and order.state == Order.State.AWAITING_PAYMENT else None,
        "checkout_url": _checkout_url(order, attempt),
        "address_warnings": [
            {"field": f"ship_to.{field}", "code": problem.code, "detail": problem.sentence}
            for field, problems in check(typed_address(first.address)).warnings.items()
            for problem in problems
        ],
    }


def _agreed(line: OrderLine) -> bool:
    consent = getattr(line, "consent", None)
    return consent is not None and consent.withdrawn_at is None


def _line(line: OrderLine) -> dict[str, Any]:
    first, last = line.promised_first_issue, line.promised_expire_issue
    if line.term is not None and line.subscription_id is not None:
        first, last = line.term.start_issue, terms.expire(line.subscription_id).issue
    return {
        "offer": line.offer,
        "issues": line.issues,
        "copies": line.copies,
        "magazine_cents": line.magazine_cents,
        "postage_cents": line.postage_cents,
        "subscription": line.subscription,
        "first_issue": first,
        "expire_issue": last,
    }


def _checkout_url(order: Order, attempt: PaymentAttempt | None) -> str | None:
    waits = order.state == Order.State.AWAITING_PAYMENT and attempt is not None
    return attempt.checkout_url if waits and attempt and attempt.state == PaymentAttempt.State.OPEN else None
