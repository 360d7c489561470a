"""A further payment page is a further chance to try stolen cards: the fences before orders stand before it as well."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from demo.stripe_standin.testing import DECLINED
from foundation.actors import ANONYMOUS, Actor
from foundation.limits.actions import TooMany
from orders.checkout import actions
from orders.checkout.models import Order
from orders.payments import actions as payments
from orders.payments.models import PaymentAttempt
from tests.card_testing import cards_are_tested
from tests.shop import Shop

HERE = "203.0.113.7"
CLERK = Actor("staff", "1")

Again = Callable[..., PaymentAttempt]


@pytest.fixture
def order(shop: Shop) -> Order:
    """Ana's, whose first page was left."""
    placed: Order = shop.order()
    leave(shop)
    return placed


@pytest.fixture
def again(shop: Shop, order: Order) -> Again:
    def pay(by: Actor = ANONYMOUS, ip: str | None = HERE) -> PaymentAttempt:
        return actions.pay_again(order_id=order.pk, by=by, ip=ip, now=shop.now)

    return pay


def leave(shop: Shop) -> None:
    payments.close_checkout(attempt_id=PaymentAttempt.objects.latest("pk").pk, now=shop.now)


@pytest.mark.parametrize("by", [ANONYMOUS, Actor("machine", "1"), CLERK], ids=lambda by: by.kind)
def test_while_the_breaker_is_open_nobody_gets_a_further_page(shop: Shop, again: Again, by: Actor) -> None:
    cards_are_tested(now=shop.now)
    before = PaymentAttempt.objects.count()

    with pytest.raises(actions.CheckoutPaused, match="The order stands"):
        again(by)

    assert PaymentAttempt.objects.count() == before


def test_the_page_that_a_buyer_has_is_given_again_whatever_else_happens(shop: Shop, again: Again) -> None:
    page = again()
    cards_are_tested(now=shop.now)

    assert [again() for _ in range(6)] == [page] * 6


def test_an_order_has_so_many_pages_an_hour_wherever_one_comes_from(shop: Shop, again: Again, settings: Any) -> None:
    settings.LIMIT_CHECKOUTS_PER_ORDER = 2
    for place in range(2):
        again(ip=f"198.51.{place}.1")
        leave(shop)

    with pytest.raises(TooMany, match="payment pages were opened for this order"):
        again(ip="192.0.2.1")

    assert again(CLERK)


def test_a_connection_has_so_many_orders_and_pages_together(again: Again, settings: Any) -> None:
    settings.LIMIT_ORDERS_PER_IP = 1  # The order itself came from here.

    with pytest.raises(TooMany, match="from your connection"):
        again()

    assert again(ip="203.0.113.8")


def test_declined_cards_count_by_connection_for_a_day(shop: Shop, again: Again, order: Order, settings: Any) -> None:
    settings.LIMIT_DECLINES_PER_IP = 2
    again()
    shop.pays(order, DECLINED)
    leave(shop)
    again()
    shop.pays(order, DECLINED)
    leave(shop)

    with pytest.raises(TooMany, match="declined from your connection"):
        again()
    with pytest.raises(TooMany, match="declined from your connection"):
        shop.order()
    again(CLERK)
    leave(shop)
    assert again(ip="203.0.113.8")
    leave(shop)
    shop.move_to(shop.now + dt.timedelta(days=1))
    assert again()


def test_where_a_payment_was_asked_from_is_forgotten(shop: Shop, again: Again) -> None:
    page = again()
    assert len(page.asked_from) == 64
    assert "203" not in page.asked_from

    assert payments.forget_where_from(now=shop.now + dt.timedelta(days=2)) == 0
    assert payments.forget_where_from(now=shop.now + dt.timedelta(days=2, hours=1)) == 2

    page.refresh_from_db()
    assert page.asked_from == ""


@pytest.mark.parametrize(("neighbour", "stranger"), [("203.0.113.250", "203.0.114.7")])
def test_a_neighbourhood_counts_as_one(shop: Shop, again: Again, settings: Any, neighbour: str, stranger: str) -> None:
    settings.LIMIT_ORDERS_PER_SUBNET = 1

    with pytest.raises(TooMany, match="from your connection"):
        again(ip=neighbour)

    assert again(ip=stranger)
