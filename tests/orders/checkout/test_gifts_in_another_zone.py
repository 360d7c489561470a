"""The rest of a gift goes to a dearer postage zone: by the magazine's policy, owed by the donor, and told before."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.actors import Actor
from orders.checkout import actions, queries
from orders.checkout.models import GiftMove, OrderLine, ZoneMove
from orders.checkout.queries.gift_move_quote import NotSentThere
from orders.checkout.rules import Person
from orders.ledger.queries import balance
from subscriptions.catalog.models import OfferPrice
from subscriptions.terms.queries import expire
from tests.gifts import address, buy, given, pay, place, wish
from tests.house import House, at

pytestmark = pytest.mark.django_db
BY = Actor("staff", "12")
NOW = at("2026-02-20")
CANADA = {"line1": "12 King St", "city": "Toronto", "region": "ON", "postcode": "M5V 2T6", "country": "CA"}


@pytest.fixture
def line(house: House) -> Any:
    """Ben has given Ana ten issues from 504 at home, for $19.95; Canada costs $12.00 more."""
    house.pull_before(504)
    [line] = buy(given(wish("Ana Field")), now=NOW)
    return line


@pytest.fixture
def abroad(house: House) -> Any:
    """What Ana has already, in Canada: six issues from 504 on."""
    reader = house.reader("Ana Field")
    own = house.subscription(reader, address=house.address(reader, country="CA", zone="ca", label_postcode="M5V 2T6"))
    house.term(own, first=504, units=6)
    return own


def policy(house: House, zone_change: str) -> None:
    house.magazine.zone_change = zone_change
    house.magazine.save(update_fields=["zone_change"])


def moves(line: Any, name: str = "Gus Long", **where: str) -> Any:
    return actions.move_gift(line_id=line.pk, recipient=Person(name), address=address(name, **where), by=BY, now=NOW)


def test_at_home_no_money_moves(house: House, line: Any):
    quote = queries.quote_gift_move(line=line, to_zone="us", now=NOW)

    moved = moves(line)

    assert quote is not None
    assert (quote.issues, quote.first_issue.number, quote.outcome) == (10, 504, "")
    assert quote.sentences[-1] == "Postage there is no dearer: no money moves."
    assert (moved.zone_move, ZoneMove.objects.count()) == (None, 0)


def test_billed_the_donor_owes_it(house: House, line: Any):
    policy(house, "bill")
    quote = queries.quote_gift_move(line=line, to_zone="ca", now=NOW)

    moved = moves(line, **CANADA)

    assert quote is not None
    assert (quote.outcome, quote.surcharge_cents, quote.issues) == ("due", 12_00, 10)
    assert "Postage there is dearer by $12.00. The donor is asked for it" in quote.sentences[-1]
    due = ZoneMove.objects.get()
    assert (due.outcome, due.surcharge_cents, due.payer.name) == ("due", 12_00, "Ben Moss")
    assert (due.term, due.first_issue.number) == (moved.move.to_term, 504)
    assert list(queries.surcharges_due()) == [due]


def test_absorbed_the_house_bears_it(house: House, line: Any):
    policy(house, "absorb")
    quote = queries.quote_gift_move(line=line, to_zone="ca", now=NOW)

    moves(line, **CANADA)

    assert quote is not None
    assert (quote.outcome, ZoneMove.objects.get().outcome) == ("absorbed", "absorbed")
    assert not queries.surcharges_due().exists()


def test_converted_fewer_issues_come_and_the_donor_keeps_what_is_over(house: House, line: Any):
    """An issue costs 199.5 and 120 cents there: 1995 cents buy six of them, and 78 are over."""
    policy(house, "convert")
    quote = queries.quote_gift_move(line=line, to_zone="ca", now=NOW)

    moved = moves(line, **CANADA)

    assert quote is not None
    assert (quote.outcome, quote.issues, quote.left_over_cents) == ("converted", 6, 78)
    assert (moved.issues, moved.zone_move.left_over_cents) == (6, 78)
    assert expire(moved.move.to_subscription_id).issue.number == 509
    assert (balance("2120"), balance("2100")) == (-78, -19_17)
    term = queries.term_of(OrderLine.objects.get(pk=line.pk))
    assert term is not None
    assert (term.payer.name, term.price_cents) == ("Ben Moss", 19_17)


def test_back_home_before_anything_was_sent_nothing_is_owed(house: House, line: Any):
    policy(house, "bill")
    moves(line, **CANADA)

    back = moves(line, "Cleo Reed")

    assert (back.zone_move, ZoneMove.objects.get().outcome) == (None, "withdrawn")
    assert not queries.surcharges_due().exists()


def test_on_to_somebody_else_in_canada_it_is_owed_once(house: House, line: Any):
    policy(house, "bill")
    moves(line, **CANADA)

    moves(line, "Cleo Reed", **{**CANADA, "line1": "9 Queen St"})

    assert [due.surcharge_cents for due in queries.surcharges_due()] == [12_00]


def test_where_it_is_not_sold_it_is_not_sent_and_nothing_is_changed(house: House, line: Any):
    OfferPrice.objects.filter(zone="other").delete()

    with pytest.raises(NotSentThere):
        queries.quote_gift_move(line=line, to_zone="other", now=NOW)
    with pytest.raises(NotSentThere):
        moves(line, line1="1 Rue de Rivoli", city="Paris", region="", postcode="75001", country="FR")

    assert not GiftMove.objects.exists()


def test_a_gift_that_joins_what_its_recipient_has_abroad_costs_the_donor_too(house: House, line: Any, abroad: Any):
    policy(house, "bill")

    actions.join_gift(line_id=line.pk, subscription_id=abroad.pk, meets="queue", by=BY, now=NOW)

    [due] = queries.surcharges_due()
    assert (due.surcharge_cents, due.first_issue.number, due.payer.name) == (12_00, 510, "Ben Moss")


def test_two_gifts_of_one_donor_that_join_the_same_are_one_bill(house: House, abroad: Any):
    house.pull_before(504)
    policy(house, "bill")
    gifts = buy(given(wish("Ana Field"), wish("Cleo Reed")), now=NOW)

    for gift in gifts:
        actions.join_gift(line_id=gift.pk, subscription_id=abroad.pk, meets="queue", by=BY, now=NOW)

    bill = queries.open_bills().get()
    assert (bill.order.total_cents, bill.first_issue.number, bill.payer.name) == (24_00, 510, "Ben Moss")
    assert [due.surcharge_cents for due in queries.surcharges_due()] == [12_00, 12_00]


def test_what_is_due_falls_although_the_term_was_split_since(house: House, line: Any):
    policy(house, "bill")
    moved = moves(line, **CANADA)
    actions.change_copies(subscription_id=moved.move.to_subscription_id, copies=2, how="absorb", by=BY, now=NOW)

    back = moves(line, "Cleo Reed")

    assert (back.zone_move, ZoneMove.objects.get().outcome) == (None, "withdrawn")
    assert not queries.open_bills().exists()


def test_a_gift_that_is_not_paid_joins_nothing_with_other_postage(house: House, abroad: Any):
    house.pull_before(504)
    unpaid = place(given(wish("Ana Field")), now=NOW).lines.get()

    with pytest.raises(actions.GiftHasNotBegun, match="other postage"):
        actions.join_gift(line_id=unpaid.pk, subscription_id=abroad.pk, meets="queue", by=BY, now=NOW)

    unpaid.refresh_from_db()
    assert unpaid.subscription is None


@pytest.mark.parametrize(("number", "first", "cents"), [(504, 510, 12_00), (512, 512, 9_60)])
def test_who_moves_abroad_before_the_gift_is_paid_has_it_there_and_the_donor_is_asked(
    house: House, number: int, first: int, cents: int
):
    """Ana has six issues from 504 on; Ben's ten come behind, from 510. He paid for the postage at home."""
    house.pull_before(504)
    policy(house, "bill")
    own = house.subscription(house.reader("Ana Field"))
    house.term(own, first=504, units=6)
    order = place(given(wish("Ana Field")), now=NOW)
    actions.join_gift(line_id=order.lines.get().pk, subscription_id=own.pk, meets="queue", by=BY, now=NOW)
    toronto = house.address(own.reader, country="CA", zone="ca", label_postcode="M5V 2T6")
    actions.move_house(
        subscription_id=own.pk, address_id=toronto.pk, from_issue_id=house.issue(number).pk, by=BY, now=NOW
    )
    assert not ZoneMove.objects.exists()

    pay(order, now=NOW)

    [due] = queries.surcharges_due()
    assert (due.surcharge_cents, due.first_issue.number, due.payer.name) == (cents, first, "Ben Moss")
    assert queries.open_bills().get().order.total_cents == cents


def test_who_stays_has_the_gift_without_a_surcharge(house: House):
    house.pull_before(504)
    policy(house, "bill")
    own = house.subscription(house.reader("Ana Field"))
    order = place(given(wish("Ana Field")), now=NOW)
    actions.join_gift(line_id=order.lines.get().pk, subscription_id=own.pk, meets="queue", by=BY, now=NOW)

    pay(order, now=NOW)

    assert not ZoneMove.objects.exists()


def test_a_gift_that_has_joined_does_not_stay_beside(line: Any, abroad: Any):
    actions.join_gift(line_id=line.pk, subscription_id=abroad.pk, meets="queue", by=BY, now=NOW)

    with pytest.raises(actions.GiftIsJoined):
        actions.join_gift(line_id=line.pk, subscription_id=abroad.pk, meets="parallel", by=BY, now=NOW)

    line.gift.refresh_from_db()
    assert line.gift.meets == "queue"


def test_a_gift_is_joined_as_it_stands_once_its_order_is_settled(line: Any, abroad: Any):
    with CaptureQueriesContext(connection) as asked:
        actions.join_gift(line_id=line.pk, subscription_id=abroad.pk, meets="queue", by=BY, now=NOW)

    first, *_ = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    assert 'FROM "checkout_order"' in first


def test_what_has_not_begun_has_nothing_to_move(house: House):
    house.pull_before(504)
    unpaid = place(given(wish("Ana Field")), now=NOW).lines.get()

    assert queries.quote_gift_move(line=unpaid, to_zone="ca", now=NOW) is None
