"""A batch of paid orders of two magazines, and a pull of one of them meanwhile: real connections."""

from django.db import connection

from orders.checkout.actions import settle_paid_orders
from orders.checkout.models import Order
from tests.own_database import behind
from tests.shop import Shop
from tests.subscriptions.fulfillment.runs import other_magazine, pulls


def nobody_reads_the_months() -> None:
    """Where settling looks up the book date it has opened one subscription, and has not begun the other."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE ledger_period IN ACCESS EXCLUSIVE MODE")


def test_orders_of_two_magazines_wait_for_no_pull_that_waits_for_them(committed_shop: Shop) -> None:
    """The other magazine's new subscribers begin with back issues, so that its subscription is opened first."""
    shop = committed_shop
    other = other_magazine(shop.house)
    other.pull_before(504)
    other.magazine.back_start_new = 1
    other.magazine.save(update_fields=["back_start_new"])
    other.make_offer(code="beacon-ten", issues=10, cents=1995)
    for offer in ("ten", "beacon-ten"):
        shop.pays(shop.order(shop.request(offer=offer)))

    settled, pulled = behind(
        nobody_reads_the_months,
        lambda: settle_paid_orders(now=shop.now),
        pulls(shop.house, 504),
    )

    assert (settled, pulled) == (2, None)
    assert set(Order.objects.values_list("state", flat=True)) == {"paid"}
