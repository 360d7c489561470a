"""Rule 4.24: the reader of 4.1 with six issues left moves to Canada, whose postage is 120 cents an issue more."""

import datetime as dt
from typing import Any

import pytest

from foundation.actors import Actor
from foundation.errors import Invalid
from orders.checkout import actions
from orders.checkout.actions import SurchargeIsClosed
from orders.checkout.models import Order, OrderLine, ZoneMove
from orders.checkout.queries import quote_move, surcharges_due
from orders.checkout.rules import convert, surcharge_cents
from orders.ledger.queries import balance
from subscriptions.terms import queries
from subscriptions.terms.models import Term
from tests.worked_examples.three_houses import HOUSES, before_pull

ANA, CORA = Actor("reader", "1"), Actor("staff", "1")
ONTARIO = {"country": "CA", "zone": "ca", "label_country": "CANADA", "label_state": "", "label_zip5": "",
           "label_postcode": "M5V 2T6"}  # fmt: skip


class Mover:
    """Ten units from 504, bought for $19.95 with an order line behind it; postage to Canada is $12.00 more."""

    def __init__(self, calendar: str = "sample", policy: str = "bill") -> None:
        self.house = HOUSES[calendar]()
        self.house.magazine.zone_change = policy
        self.house.magazine.save()
        self.subscription = self.house.subscription()
        self.home = queries.ship_to(self.subscription.pk, 1)
        self.buys(504)
        self.toronto = self.house.address(self.subscription.reader, **ONTARIO)

    def buys(self, first: int, units: int = 10) -> Any:
        order = Order.objects.create(
            number=f"M-{first}", magazine=self.house.magazine, payer=self.subscription.reader, currency="usd",
            total_cents=1995, source_key=self.house.source, placed_by="anonymous:web",
        )  # fmt: skip
        line = OrderLine.objects.create(
            order=order, offer=self.house.offer, recipient=self.subscription.reader, address=self.home,
            subscription=self.subscription, issues=units, magazine_cents=1995,
        )  # fmt: skip
        term = self.house.term(self.subscription, first=first, units=units, line_uuid=line.uuid)
        OrderLine.objects.filter(pk=line.pk).update(term=term)
        return term

    def moves(self, address: Any = None, *, by: Actor = ANA, now: dt.datetime | None = None, **when: Any) -> Any:
        """By default with six issues left: before the pull of 508."""
        return actions.move_house(
            subscription_id=self.subscription.pk, address_id=(address or self.toronto).pk, by=by,
            now=now or before_pull(self.house, 508), **when,
        )  # fmt: skip


def test_rule_4_24_six_issues_at_120_cents_are_720():
    assert surcharge_cents(dearer_by_cents=1200, issues=10, left=6) == 720


def test_rule_4_24_1197_cents_buy_three_issues_and_leave_238():
    found = convert(magazine_cents=1197, postage_cents=0, left=6, dearer_by_cents=1200, issues=10)

    assert (found.issues, found.magazine_cents, found.postage_cents, found.left_over_cents) == (3, 599, 360, 238)


def test_rule_4_24_what_buys_no_issue_is_not_converted():
    assert convert(magazine_cents=100, postage_cents=0, left=1, dearer_by_cents=1200, issues=10) is None


def test_rule_4_24_a_surcharge_of_more_issues_than_the_term_has_is_refused():
    with pytest.raises(ValueError, match="11 of 10"):
        surcharge_cents(dearer_by_cents=1200, issues=10, left=11)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("calendar", "left", "due"),
    # On the bi-monthly 504 took two units: five are left.
    [("sample", 6, 720), ("weekly", 6, 720), ("bi-monthly", 5, 600)],
)
def test_rule_4_24_billed_the_payer_owes_it_and_the_move_counts(calendar, left, due):
    mover = Mover(calendar)
    now = before_pull(mover.house, 508)
    assert [each.cents for each in quote_move(subscription_id=mover.subscription.pk, to_zone="ca", now=now)] == [due]

    moved = mover.moves()

    [move] = moved.zone_moves
    assert (move.outcome, move.issues_left, move.surcharge_cents, moved.due_cents) == ("due", left, due, due)
    assert moved.change.first_issue.number == 508
    assert queries.ship_to(mover.subscription.pk, mover.house.issue(508).ordinal) == mover.toronto
    assert list(surcharges_due()) == [move]


@pytest.mark.django_db
def test_rule_4_24_absorbed_by_policy():
    assert Mover(policy="absorb").moves().zone_moves[0].outcome == "absorbed"


@pytest.mark.django_db
@pytest.mark.parametrize("policy", ["bill", "convert"])
def test_rule_4_24_absorbed_below_the_threshold(policy):
    mover = Mover("weekly", policy)
    moved = mover.moves(now=before_pull(mover.house, 512))  # two issues: 240 cents, below 300
    assert (moved.zone_moves[0].outcome, moved.due_cents) == ("absorbed", 0)
    assert not surcharges_due().exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("calendar", "last", "left_over"),
    # Five units on the bi-monthly: 998 cents buy 3 at 199.6 + 120 = 958.8, so 39 are over. 510 is a double.
    [("sample", 510, 238), ("weekly", 510, 238), ("bi-monthly", 510, 39)],
)
def test_rule_4_24_converted_fewer_issues_come_and_the_payer_keeps_what_is_over(calendar, last, left_over):
    mover = Mover(calendar, "convert")

    moved = mover.moves()

    [move] = moved.zone_moves
    assert (move.outcome, move.left_over_cents) == ("converted", left_over)
    assert queries.expire(mover.subscription.pk).issue.number == last
    assert (balance("2100"), balance("2120")) == (left_over, -left_over)
    old, new = Term.objects.order_by("pk")
    assert new.split_from == old
    assert old.released_cents == new.price_cents + left_over


@pytest.mark.django_db
def test_rule_4_24_a_move_for_later_is_due_for_the_issues_from_then_on_whatever_the_policy():
    mover = Mover(policy="convert")

    moved = mover.moves(from_issue_id=mover.house.issue(510).pk)

    assert [(move.outcome, move.issues_left, move.surcharge_cents) for move in moved.zone_moves] == [("due", 4, 480)]


@pytest.mark.django_db
def test_rule_4_24_moving_back_before_the_cut_off_takes_the_surcharge_back():
    mover = Mover()
    mover.moves()

    again = mover.moves(mover.home)

    assert again.zone_moves == []
    assert ZoneMove.objects.get().outcome == "withdrawn"


@pytest.mark.django_db
def test_rule_4_24_the_same_move_twice_is_owed_once():
    mover = Mover()
    mover.moves()

    again = mover.moves()

    assert again.due_cents == 720
    assert [move.surcharge_cents for move in surcharges_due()] == [720]


@pytest.mark.django_db
def test_rule_4_24_every_term_that_waits_is_counted_with_its_own_payer():
    mover = Mover()
    waiting = mover.buys(514)
    donor = mover.house.reader("Ben Stone")
    Term.objects.filter(pk=waiting.pk).update(payer=donor)

    moved = mover.moves()

    assert [(move.surcharge_cents, move.payer.name) for move in moved.zone_moves] == [
        (720, "Ana Field"),
        (1200, "Ben Stone"),
    ]


@pytest.mark.django_db
def test_rule_4_24_a_cheaper_zone_costs_nothing_more():
    mover = Mover()
    mover.moves(now=before_pull(mover.house, 505))
    assert mover.moves(mover.home, now=before_pull(mover.house, 508)).zone_moves == []


@pytest.mark.django_db
def test_rule_4_24_a_term_without_a_price_by_zone_costs_nothing_more():
    comp = Mover()
    Term.objects.filter(subscription=comp.subscription).update(copy_class="comp")
    OrderLine.objects.filter(subscription=comp.subscription).delete()
    assert comp.moves().zone_moves == []


@pytest.mark.django_db
def test_rule_4_24_what_is_due_is_closed_once():
    mover = Mover()
    [move] = mover.moves().zone_moves
    now = before_pull(mover.house, 508)

    actions.waive_surcharge(zone_move_id=move.pk, because="a friend of the house", by=CORA, now=now)

    assert not surcharges_due().exists()
    with pytest.raises(SurchargeIsClosed, match="waived already"):
        actions.mark_surcharge_paid(zone_move_id=move.pk, note="", by=CORA, now=now)


@pytest.mark.django_db
def test_rule_4_24_nobody_is_let_off_without_a_reason():
    mover = Mover()
    [move] = mover.moves().zone_moves

    with pytest.raises(Invalid):
        actions.waive_surcharge(zone_move_id=move.pk, because="  ", by=CORA, now=before_pull(mover.house, 508))

    assert list(surcharges_due()) == [move]
