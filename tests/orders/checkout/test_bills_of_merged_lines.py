"""A postage bill, or a wish for more copies, on a line that is merged into another afterwards, or parted from it."""

import datetime as dt

import pytest

from foundation.actors import Actor
from orders.checkout import actions, queries
from orders.checkout.models import Bill, OrderLine, ZoneMove
from orders.ledger.queries import balance
from subscriptions.terms import actions as terms
from subscriptions.terms.models import LineMerge, Subscription, Term
from subscriptions.terms.queries.merged import merged_ones
from tests.mover import TORONTO, Mover, books_agree
from tests.shop import Shop

CORA = Actor("staff", "1")


@pytest.fixture
def mover(shop: Shop) -> Mover:
    return Mover(shop)


def merged(mover: Mover, *, times: int = 1) -> Subscription:
    """Another line of Ana's in Toronto, into which hers was merged; through others in between, if so often."""
    line = mover.subscription
    for _ in range(times):
        kept = mover.house.subscription(mover.reader, address=mover.house.address(mover.reader, **TORONTO))
        terms.merge_lines(kept_id=kept.pk, merged_id=line.pk, by=CORA, now=mover.shop.now)
        line = kept
    return line


def goes_home(mover: Mover, line: Subscription) -> None:
    home = mover.house.address(mover.reader)
    actions.move_house(subscription_id=line.pk, address_id=home.pk, by=mover.ana, now=mover.shop.now)


@pytest.mark.parametrize("times", [1, 2])
def test_who_moves_back_home_owes_nothing_for_a_line_that_was_merged_since(mover: Mover, times: int):
    bill = mover.moves()
    assert bill is not None

    goes_home(mover, merged(mover, times=times))

    bill.order.refresh_from_db()
    assert (bill.order.state, ZoneMove.objects.get().outcome) == ("canceled", "withdrawn")
    assert not queries.open_bills().exists()


def test_what_was_paid_for_a_line_that_was_merged_since_is_held_for_who_moves_back_home(mover: Mover):
    bill = mover.moves()
    assert bill is not None
    mover.pays(bill)

    goes_home(mover, merged(mover))

    assert (ZoneMove.objects.get().outcome, balance("2120")) == ("withdrawn", -7_20)
    assert books_agree()


def test_each_of_two_merged_lines_is_reckoned_from_the_zone_that_it_is_paid_for(mover: Mover):
    mover.moves()  # six issues, from the United States to Canada
    kept = mover.house.subscription(mover.reader, address=mover.toronto)
    line = OrderLine.objects.create(
        order=mover.shop.order(), offer=mover.house.offer, recipient=mover.reader, issues=10, magazine_cents=1995,
        postage_cents=12_00, address=mover.toronto, subscription=kept,
    )  # fmt: skip
    mover.house.term(kept, first=508, line_uuid=line.uuid, payer=mover.reader)
    terms.merge_lines(kept_id=kept.pk, merged_id=mover.subscription.pk, by=CORA, now=mover.shop.now)

    quoted = queries.quote_move(subscription_id=kept.pk, to_zone="other", now=mover.shop.now)

    assert [(each.from_zone, each.left, each.cents) for each in quoted] == [("ca", 10, 12_00), ("us", 6, 14_40)]


def test_what_a_further_move_costs_is_billed_together_with_what_stood_for_a_merged_line(mover: Mover):
    first = mover.moves()
    kept = merged(mover)
    abroad = mover.house.address(mover.reader, country="DE", zone="other", label_country="GERMANY")

    actions.move_house(subscription_id=kept.pk, address_id=abroad.pk, by=mover.ana, now=mover.shop.now)

    bill = queries.open_bills().get()
    assert bill != first
    assert (bill.subscription, bill.order.total_cents) == (kept, 14_40)


def test_another_wish_takes_the_place_of_the_one_on_a_line_that_was_merged_since(mover: Mover):
    first = mover.wants(5)
    kept = merged(mover)

    second = actions.order_copies(subscription_id=kept.pk, copies=3, by=mover.ana, now=mover.shop.now)

    assert queries.open_bills().get() == second
    first.order.refresh_from_db()
    assert first.order.state == "canceled"


def test_another_wish_takes_the_place_of_the_one_on_the_line_that_it_was_parted_from(mover: Mover):
    kept = merged(mover)
    first = actions.order_copies(subscription_id=kept.pk, copies=5, by=mover.ana, now=mover.shop.now)
    terms.unmerge_lines(merge_id=LineMerge.objects.get().pk, by=CORA, now=mover.shop.now)

    second = actions.order_copies(subscription_id=mover.subscription.pk, copies=3, by=mover.ana, now=mover.shop.now)

    assert queries.open_bills().get() == second != first


def test_a_bill_of_a_merged_line_is_shown_with_the_one_that_goes_on(mover: Mover):
    bill = mover.moves()

    kept = merged(mover)

    assert list(queries.bills_of_subscription(kept.pk)) == [bill]
    assert list(queries.bills_of(payer_ids=[mover.reader.pk], subscription_id=kept.pk)) == [bill]


# The merge is undone


def parted_after_a_move(mover: Mover) -> Bill:
    """Merged into a line at home, which moves to Toronto; and then the merge is undone."""
    kept = mover.house.subscription(mover.reader, address=mover.house.address(mover.reader))
    merge = terms.merge_lines(kept_id=kept.pk, merged_id=mover.subscription.pk, by=CORA, now=mover.shop.now)
    actions.move_house(subscription_id=kept.pk, address_id=mover.toronto.pk, by=mover.ana, now=mover.shop.now)
    terms.unmerge_lines(merge_id=merge.pk, by=CORA, now=mover.shop.now)
    assert merged_ones(kept.pk) == [kept.pk]
    return queries.open_bills().get()


def test_a_bill_outlives_the_undoing_of_a_merge_and_pays_for_the_term_where_it_is_then(mover: Mover):
    bill = parted_after_a_move(mover)
    assert mover.follows() == 0

    mover.pays(bill)

    assert (mover.running.units, mover.running.postage_cents, balance("2120")) == (6, 7_20, 0)
    assert books_agree()


def test_a_bill_that_nobody_pays_is_converted_on_the_line_that_has_the_term_back(mover: Mover):
    mover.set_policy(surcharge_unpaid="convert")
    parted_after_a_move(mover)
    Bill.objects.update(due_on=mover.shop.now.date() - dt.timedelta(days=1))

    assert mover.follows() == 1

    # 1197 cents buy three of six issues there, as without the merge.
    assert (mover.running.units, ZoneMove.objects.get().outcome) == (3, "converted")


def test_who_moves_back_home_after_a_merge_was_undone_owes_nothing(mover: Mover):
    parted_after_a_move(mover)

    goes_home(mover, mover.subscription)

    assert ZoneMove.objects.get().outcome == "withdrawn"
    assert not queries.open_bills().exists()
    assert Term.objects.filter(ended_at__isnull=True).get().subscription == mover.subscription
