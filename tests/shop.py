"""A pytest plugin (see pyproject): the shop, from the order to the paid term, on 20 February 2026 unless moved.

It does what the doors and the worker do, on the real stand-in: `shop.order()`, `shop.pays(order)`, `shop.settles()`.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from demo.stripe_standin.testing import VISA, Standin
from foundation.actors import ANONYMOUS
from tests.house import House, at
from tests.standin import Letterbox, settled


class Shop:
    def __init__(self, house: House, standin: Standin, letterbox: Letterbox) -> None:
        self.house, self.standin, self.letterbox = house, standin, letterbox
        self.renewal = house.make_offer(code="renew-ten", issues=10, cents=1995, kind="renewal")
        self.renewal.renews_with = self.renewal
        self.renewal.save(update_fields=["renews_with"])
        house.offer.renews_with = self.renewal
        house.offer.save(update_fields=["renews_with"])
        self.now = at("2026-02-20")
        self.move_to(self.now)
        house.pull_before(504)

    def move_to(self, now: dt.datetime) -> None:
        """The shop's time and Stripe's. Signatures and leases stay in real time."""
        from foundation import clock
        from foundation.clock.models import ClockShift

        self.now = now
        ClockShift.objects.update_or_create(pk=1, defaults={"ahead": now - clock.real_now()})
        clock.forget()
        self.standin.control("clock", {"now": int(now.timestamp())})

    def request(self, **changes: Any) -> Any:
        from orders.checkout.rules import OrderRequest, Person
        from subscriptions.readers.rules.address import TypedAddress

        home = TypedAddress(
            name="Ana Field",
            line1="2040 N Milwaukee Ave",
            city="Chicago",
            region="IL",
            postcode="60647-4002",
            country="US",
        )
        asked = OrderRequest(offer="ten", payer=Person("Ana Field", "ana@readers.example"), ship_to=home)
        return replace(asked, **changes)

    def agreed(self, **changes: Any) -> Any:
        """A request with the auto-renew box ticked."""
        from orders.checkout import queries

        text = queries.quote(offer_code="ten", country="US", copies=1, now=self.now).consent
        return self.request(agreed_text_sha256=text.sha256 if text else "", **changes)

    def order(self, request: Any = None, *, key: str = "") -> Any:
        from orders.checkout import actions
        from orders.checkout.rules import Circumstances

        placed = actions.place_order(
            request=request or self.request(),
            key=key or uuid.uuid4().hex,
            by=ANONYMOUS,
            circumstances=Circumstances(channel="web", ip="203.0.113.7", user_agent="a browser"),
            now=self.now,
        )
        return placed.order

    def checkout(self, order: Any) -> Any:
        """The live attempt of the order, with its page opened."""
        from orders.payments import actions, queries

        attempt = queries.latest_attempt(order.uuid)
        return actions.open_checkout(attempt_id=attempt.pk)

    def pays(self, order: Any, card: str = VISA) -> Any:
        """The buyer pays; Stripe's word has reached the inbox and was worked off."""
        attempt = self.checkout(order)
        self.standin.pay(attempt.checkout_session_id, card)
        self.hears()
        return attempt

    def hears(self) -> None:
        settled(self.standin, self.letterbox, self.now)

    def settles(self) -> int:
        from orders.checkout import actions

        return actions.settle_paid_orders(now=self.now)

    def sells(self, request: Any = None) -> Any:
        """An order, paid and settled."""
        order = self.order(request)
        self.pays(order)
        self.settles()
        order.refresh_from_db()
        return order

    def moves_to_canada(self, subscription: Any) -> Any:
        """Its reader moves; what that is for the money of each term, billed by the magazine's policy."""
        from foundation.actors import Actor
        from orders.checkout import actions

        toronto = self.house.address(subscription.reader, country="CA", zone="ca", label_country="CANADA")
        return actions.move_house(
            subscription_id=subscription.pk, address_id=toronto.pk, by=Actor("staff", "1"), now=self.now
        ).zone_moves


@pytest.fixture
def shop(house: House, standin: Standin, letterbox: Letterbox, settings: Any) -> Iterator[Shop]:
    yield from open_shop(standin, letterbox, settings, house=house)


@pytest.fixture
def committed_shop(own_database: str, standin: Standin, letterbox: Letterbox, settings: Any) -> Iterator[Shop]:
    """A shop in a database of its own, where everything is committed: for threads and other processes."""
    yield from open_shop(standin, letterbox, settings, house=None)


def open_shop(standin: Standin, letterbox: Letterbox, settings: Any, *, house: House | None) -> Iterator[Shop]:
    from foundation import clock

    settings.CLOCK_CAN_BE_MOVED = True
    yield Shop(house or House(), standin, letterbox)
    clock.forget()
