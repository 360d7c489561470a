"""Puts together what the API answers about an order. Reads only."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings

from foundation import clock
from orders.checkout.models import Bill, Gift, GiftCode, Order, OrderLine
from orders.checkout.queries import bill_of_order, code_of, last_issues_of, told_line
from orders.checkout.rules import shown_code
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import Issue
from subscriptions.readers.queries import typed_address
from subscriptions.readers.rules.address import check
from subscriptions.terms.queries import Neighbour, neighbours_with_magazine


def order_answer(order: Order, lines: Sequence[OrderLine], attempt: PaymentAttempt | None) -> dict[str, Any]:
    """The fields of `OrderOut`. What a paid order brings is read from its term; before that, from what was promised."""
    bill = bill_of_order(order)
    told = _lines(lines)
    promised = bill.first_issue if bill else told[0]["first_issue"]
    return {
        "number": order.number,
        "state": order.state,
        "total_cents": order.total_cents,
        "currency": order.currency,
        "placed_at": order.placed_at,
        "paid_at": order.paid_at,
        "auto_renew": any(_agreed(line) for line in lines),
        "lines": told,
        "bill": bill_answer(bill) if bill else None,
        "holds_until": promised.pull_at if promised and order.state == Order.State.AWAITING_PAYMENT else None,
        "checkout_url": _checkout_url(order, attempt),
        "address_warnings": list(_warnings(order, lines)),
    }


def neighbours_answer(lines: Sequence[OrderLine]) -> list[Neighbour]:
    """The fields of `NeighbourOut`: others who get the magazine where these lines go. For staff alone."""
    found = [
        near
        for line in lines
        if line.address is not None
        for near in neighbours_with_magazine(address=line.address, magazine_id=line.order.magazine_id)
    ]
    ordered = {line.subscription_id for line in lines}
    return list({near.subscription.pk: near for near in found if near.subscription.pk not in ordered}.values())


def bill_answer(bill: Bill) -> dict[str, Any]:
    """The fields of `BillOut`: what a change in mid-term costs, and what became of it."""
    return {
        "order": bill.order.number,
        "subscription": bill.subscription.uuid,
        "payer_number": bill.payer.number,
        "why": bill.why,
        "state": bill.order.state,
        "cents": bill.order.total_cents,
        "currency": bill.order.currency,
        "copies": bill.copies,
        "first_issue": bill.first_issue,
        "due_on": bill.due_on,
        "if_unpaid": bill.if_unpaid,
        "pay_url": f"{settings.PUBLIC_URL}/orders/{bill.order.number}/",
    }


def _warnings(order: Order, lines: Sequence[OrderLine]) -> Iterator[dict[str, str]]:
    """What looks odd about the addresses as they were typed with this order; one on file is nobody's business."""
    for place, line in enumerate(lines):
        if line.address is None or line.address.entered_at < order.placed_at:
            continue
        path = f"gifts.{place}.ship_to" if hasattr(line, "gift") else "ship_to"
        for field, problems in check(typed_address(line.address)).warnings.items():
            for problem in problems:
                yield {"field": f"{path}.{field}", "code": problem.code, "detail": problem.sentence}


def _agreed(line: OrderLine) -> bool:
    consent = getattr(line, "consent", None)
    return consent is not None and consent.withdrawn_at is None


def _lines(lines: Sequence[OrderLine]) -> list[dict[str, Any]]:
    """The gifts of an order are looked at together: there may be many."""
    gifts = last_issues_of(line for line in lines if hasattr(line, "gift"))
    return [_line(line, gifts) for line in lines]


def _line(line: OrderLine, gifts: Mapping[int, Issue | None]) -> dict[str, Any]:
    # What the recipient of a gift has besides is nobody's business who gives it, and a gift to come is a secret.
    told = told_line(line, gifts=gifts, today=clock.today(line.order.magazine.zone))
    return {
        "offer": line.offer,
        "issues": line.issues,
        "copies": line.copies,
        "magazine_cents": line.magazine_cents,
        "postage_cents": line.postage_cents,
        "subscription": line.subscription,
        "first_issue": told.first_issue,
        "expire_issue": told.last_issue,
        "is_behind": told.is_behind,
        "gift": _gift(line),
    }


def _gift(line: OrderLine) -> dict[str, Any] | None:
    gift: Gift | None = getattr(line, "gift", None)
    if gift is None:
        return None
    # Only what is sold by code has one, and only once it is paid.
    has_code = line.by_code and line.order.state == Order.State.PAID
    code: GiftCode | None = getattr(line, "gift_code", None) if has_code else None
    is_open = code is not None and code.state == GiftCode.State.OPEN
    return {
        "uuid": line.uuid,
        "to_name": gift.to_name,
        "announce": gift.announce,
        "announce_on": gift.announce_on,
        "code": shown_code(code_of(code)) if code is not None and is_open else "",
    }


def _checkout_url(order: Order, attempt: PaymentAttempt | None) -> str | None:
    waits = order.state == Order.State.AWAITING_PAYMENT and attempt is not None
    return attempt.checkout_url if waits and attempt and attempt.state == PaymentAttempt.State.OPEN else None
