"""Gifts for tests: Ben gives to Ana and others. Each has an address of their own, so that nobody looks like another."""

from dataclasses import replace
from typing import Any

STREETS = {
    "Ana Field": "2040 N Milwaukee Ave",
    "Cleo Reed": "11 Wick St",
    "Dan Hope": "7 Elm St",
    "Eve Lark": "9 Oak St",
}


def address(name: str, **changes: Any) -> Any:
    from subscriptions.readers.rules.address import TypedAddress

    typed = TypedAddress(
        name=name,
        line1=STREETS.get(name, "500 W Madison St"),
        city="Chicago",
        region="IL",
        postcode="60647-4002",
        country="US",
    )
    return replace(typed, **changes)


def wish(name: str = "Ana Field", *, email: str = "", **changes: Any) -> Any:
    """A gift to somebody whose address is known."""
    from orders.checkout.rules import GiftWish, Person

    return GiftWish(**{"recipient": Person(name, email), "ship_to": address(name), **changes})


def code_for(name: str = "Ana Field", *, email: str = "", **changes: Any) -> Any:
    """A gift to somebody whose address is not known."""
    return wish(name, email=email, ship_to=None, **changes)


def given(*wishes: Any, offer: str = "ten", **changes: Any) -> Any:
    """Ben's order of these gifts."""
    from orders.checkout.rules import OrderRequest, Person

    ben = Person("Ben Moss", "ben@donors.example")
    return OrderRequest(**{"offer": offer, "payer": ben, "gifts": tuple(wishes), **changes})


def place(request: Any, *, now: Any, **more: Any) -> Any:
    """The order, as the website sends it."""
    import uuid

    from foundation.actors import ANONYMOUS
    from orders.checkout import actions
    from orders.checkout.rules import Circumstances

    came = {"by": ANONYMOUS, "circumstances": Circumstances(ip="203.0.113.7"), "now": now, **more}
    return actions.place_order(request=request, key=uuid.uuid4().hex, **came).order


def pay(order: Any, *, now: Any) -> Any:
    """What Stripe's word makes of its payment, without Stripe: paid and settled."""
    from orders.checkout import actions
    from orders.payments.models import PaymentAttempt

    attempt = PaymentAttempt.objects.get(subject_uuid=order.uuid)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(
        state="paid", paid_at=now, charge_id=f"ch_{order.number}", payment_intent_id=f"pi_{order.number}"
    )
    assert actions.settle_attempts(attempt_ids=[attempt.pk], now=now) == 1
    order.refresh_from_db()
    return order


def buy(request: Any, *, now: Any, **more: Any) -> Any:
    """The lines of a paid order, in its order."""
    order = pay(place(request, now=now, **more), now=now)
    return list(order.lines.order_by("pk"))
