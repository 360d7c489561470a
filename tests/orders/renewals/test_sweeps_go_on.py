"""One reader's trouble keeps no other's mail waiting; and what nobody pays comes to an end."""

import datetime as dt
from typing import Any

import pytest

from demo.stripe_standin.testing import pays_now_then
from foundation.actors import Actor
from foundation.audit.actions import record
from foundation.mail.models import OutgoingMail
from orders.checkout import actions as checkout
from orders.checkout.actions import abandoned
from orders.checkout.models import Order
from orders.checkout.rules import Circumstances
from orders.renewals import actions, queries
from orders.renewals.actions import letters
from orders.renewals.models import Cycle
from subscriptions.terms.actions import merge_lines, unmerge_lines
from subscriptions.terms.queries import expire
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
    assert ana.cycle.state == Cycle.State.NEEDS_READER
    assert actions.follow_up_charges(now=order.placed_at + 31 * DAY) == 1
    assert (ana.cycle.state, ana.cycle.ended_because) == (Cycle.State.LAPSED, "nobody came to pay")
    assert actions.follow_up_charges(now=order.placed_at + 32 * DAY) == 0


def test_the_link_to_pay_a_renewal_is_good_as_long_as_its_order_may_be_paid(shop: Shop, settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ana = Renewing(shop, card=pays_now_then("stolen_card"))
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE, CHARGE)
    order = ana.cycle.order

    link = checkout.send_pay_link(order_id=order.pk, by=Actor("staff", "1"), now=order.placed_at + 20 * DAY)

    assert link.good_until == order.placed_at + 30 * DAY


def test_a_charge_under_way_while_two_were_made_one_is_told_with_the_last_issue_of_what_goes_on(
    shop: Shop, settings: Any
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ana = Renewing(shop)
    ana.lives_through(FIRST_NOTICE, SECOND_NOTICE)
    actions.charge_due_cycles(now=CHARGE)
    kept = shop.house.subscription(ana.subscription.reader)
    merge_lines(kept_id=kept.pk, merged_id=ana.subscription.pk, by=Actor("staff", "1"), now=CHARGE)

    ana.lives(CHARGE)

    assert (ana.cycle.state, expire(kept.pk).units_left) == (Cycle.State.RENEWED, 12)
    [receipt] = ana.mails("charge_receipt")
    assert f"now runs through {expire(kept.pk).issue.cover_label}." in receipt.text


def test_nobody_who_agreed_for_another_subscription_is_charged_for_the_one_that_goes_on(shop: Shop):
    own, kept = shop.house.subscription(), shop.house.subscription(shop.house.reader("Ana B. Field"))
    order = checkout.place_order(
        request=shop.agreed(), key="renewal", by=Actor("staff", "1"), now=shop.now, subscription=own,
        circumstances=Circumstances(channel="web", ip="203.0.113.7", user_agent="a browser"),
    ).order  # fmt: skip
    merge_lines(kept_id=kept.pk, merged_id=own.pk, by=Actor("staff", "1"), now=shop.now)

    shop.pays(order)
    shop.settles()

    kept.refresh_from_db()
    assert (expire(kept.pk).units_left, kept.renewal) == (10, "renew")


def test_cancelling_ends_what_was_agreed_for_either_of_two_that_were_made_one(shop: Shop):
    ana, clerk = Renewing(shop), Actor("staff", "1")
    own, kept = ana.subscription, shop.house.subscription(ana.subscription.reader)
    merge = merge_lines(kept_id=kept.pk, merged_id=own.pk, by=clerk, now=shop.now)
    kept.refresh_from_db()
    assert queries.can_be_stopped(kept)

    ended = actions.cancel_auto_renew(subscription_id=own.pk, by=clerk, now=shop.now)

    assert (ended.was_on, queries.can_be_stopped(kept)) == (True, False)
    unmerge_lines(merge_id=merge.pk, by=clerk, now=shop.now)
    assert [queries.standing_consent(line.pk) for line in (kept, own)] == [None, None]


def _leaves(order: Order) -> None:
    """Its page has run out."""
    from orders.payments.models import PaymentAttempt

    PaymentAttempt.objects.filter(subject_uuid=order.uuid).update(state=PaymentAttempt.State.EXPIRED)
