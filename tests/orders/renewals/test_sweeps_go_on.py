"""One reader's trouble keeps no other's mail waiting; and what nobody pays comes to an end."""

import datetime as dt
from typing import Any

import pytest

from demo.stripe_standin.testing import pays_now_then
from foundation.audit.actions import record
from foundation.mail.models import OutgoingMail
from orders.checkout import actions as checkout
from orders.checkout.actions import abandoned
from orders.checkout.models import Order
from orders.renewals import actions
from orders.renewals.actions import letters
from tests.house import House
from tests.orders.renewals.conftest import CHARGE, FIRST_NOTICE, SECOND_NOTICE, Renewing
from tests.shop import Shop

pytestmark = pytest.mark.django_db
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


def test_an_invitation_that_cannot_be_written_keeps_no_other_waiting(house: House, monkeypatch: Any):
    bad, _ = [house.term(house.subscription(house.reader(name))) for name in ("Ana Field", "Ben Ash")]
    house.pull_before(511)  # Three are left, the first effort.
    invitation = letters.invitation

    def breaks(**what: Any) -> OutgoingMail:
        if what["term"] == bad:
            raise ValueError("something nobody thought of")
        return invitation(**what)

    monkeypatch.setattr(letters, "invitation", breaks)

    assert actions.send_due_invitations(now=house.at("2026-11-15")) == 1

    assert OutgoingMail.objects.get().to_email == "ben@readers.example"


def test_an_order_that_cannot_be_closed_keeps_no_other_open(shop: Shop, monkeypatch: Any):
    bad, good = shop.order(key="one"), shop.order(key="two")

    def breaks(by: Any, what: str, order: Order) -> None:
        if order == bad:
            raise ValueError("something nobody thought of")
        record(by, what, order)

    monkeypatch.setattr(abandoned, "record", breaks)
    for order in (bad, good):
        _leaves(order)

    assert checkout.close_abandoned_orders(now=shop.now + 8 * DAY) == 1

    assert [Order.objects.get(pk=order.pk).state for order in (bad, good)] == ["awaiting_payment", "expired"]


def test_a_renewal_that_nobody_paid_closes_after_thirty_days(shop: Shop, settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ana = Renewing(shop, card=pays_now_then("stolen_card"))
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE)
    order = ana.cycle.order

    for after in (8 * DAY, 30 * DAY):
        assert checkout.close_abandoned_orders(now=order.placed_at + after) == 0
    assert checkout.close_abandoned_orders(now=order.placed_at + 30 * DAY + SECOND) == 1

    order.refresh_from_db()
    assert order.state == Order.State.EXPIRED


def _leaves(order: Order) -> None:
    """Its page has run out."""
    from orders.payments.models import PaymentAttempt

    PaymentAttempt.objects.filter(subject_uuid=order.uuid).update(state=PaymentAttempt.State.EXPIRED)
