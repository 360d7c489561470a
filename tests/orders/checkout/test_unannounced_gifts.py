"""A gift that is announced on a day is a secret before it: no access, no word on any page; its copies go by issues."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from foundation.actors import Actor
from orders.checkout import actions
from orders.checkout.models import OrderLine
from orders.checkout.queries import code_of, reader_as_payer_knows
from orders.checkout.rules import Person
from subscriptions.readers.models import Reader
from subscriptions.terms import queries
from subscriptions.terms.models import AccessTerm, Term
from tests.gifts import address, buy, code_for, given, wish
from tests.house import House, at
from web.reader.queries import my_subscriptions

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "12")
NOW = at("2026-02-20")
# 504 is expected from 27 March on, 506 from 27 May on.
BIRTHDAY = dt.date(2026, 3, 5)
EVE, DAY = at("2026-03-04", hour=23), at("2026-03-05", hour=0)


@pytest.fixture(autouse=True)
def _pulled(house: House) -> None:
    house.pull_before(504)


def codes(reader: Reader, now: dt.datetime) -> list[str]:
    return [each.code for each in queries.entitlements_of([reader.pk], now)]


def pages(house: House, reader: Reader, now: dt.datetime) -> list[Any]:
    return my_subscriptions(readers=[reader], magazine=house.magazine, now=now)


def test_before_its_day_the_recipient_is_not_let_in_and_finds_nothing(house: House):
    [line] = buy(given(wish("Ana Field", announce_on=BIRTHDAY)), now=NOW)

    assert (codes(line.recipient, EVE), pages(house, line.recipient, EVE)) == ([], [])
    assert queries.entitlement_of(line.subscription_id, EVE).code == "none"
    assert codes(line.recipient, DAY) == ["active"]
    [mine] = pages(house, line.recipient, DAY)
    assert mine.overview.expire.issue.number == 513


def test_its_copies_go_out_all_the_same(house: House):
    [line] = buy(given(wish("Ana Field", announce_on=BIRTHDAY)), now=NOW)

    assert [copy.issue.number for copy in queries.overview(line.subscription_id, EVE).next_copies] == [504, 505, 506]


def test_it_is_no_secret_any_more_when_the_first_issue_may_be_in_the_home(house: House):
    [line] = buy(given(wish("Ana Field", announce_on=dt.date(2026, 12, 24))), now=NOW)

    assert Term.objects.get().opens_on == dt.date(2026, 3, 27)
    assert (codes(line.recipient, at("2026-03-26")), codes(line.recipient, at("2026-03-27"))) == ([], ["active"])


def test_a_later_start_keeps_the_day(house: House):
    [line] = buy(given(wish("Ana Field", announce_on=dt.date(2026, 4, 1), start_issue=506)), now=NOW)

    assert (codes(line.recipient, at("2026-03-31")), codes(line.recipient, at("2026-04-01"))) == (
        [], ["gift_announced"],
    )  # fmt: skip


def test_without_a_day_it_is_told_at_once(house: House):
    [line] = buy(given(wish("Ana Field")), now=NOW)

    assert (Term.objects.get().opens_on, codes(line.recipient, NOW)) == (None, ["active"])


def test_behind_what_the_recipient_has_nothing_of_it_shows(house: House):
    own = house.subscription(house.reader("Ana Field"))
    house.term(own, first=504, units=6)
    before = queries.explanation(own.pk)
    [line] = buy(given(wish("Ana Field", announce_on=BIRTHDAY)), now=NOW)
    actions.join_gift(line_id=line.pk, subscription_id=own.pk, meets="queue", by=CLERK, now=NOW)

    [mine] = pages(house, own.reader, EVE)
    assert (mine.overview.expire.issue.number, len(mine.overview.terms), mine.explanation) == (509, 1, before)
    assert [line.units for line in mine.overview.ledger] == [6] * len(mine.overview.ledger)
    last = queries.entitlement_of(own.pk, EVE).last_issue
    assert last is not None
    assert last.number == 509
    [told] = pages(house, own.reader, DAY)
    assert (told.overview.expire.issue.number, queries.overview(own.pk, EVE).expire.issue.number) == (519, 519)


def test_what_a_reader_is_told_of_a_hold_or_a_move_has_no_word_of_it(house: House):
    own = house.subscription(house.reader("Ana Field"))
    house.term(own, first=504, units=6)
    [line] = buy(given(wish("Ana Field", announce_on=BIRTHDAY)), now=NOW)
    actions.join_gift(line_id=line.pk, subscription_id=own.pk, meets="queue", by=CLERK, now=NOW)
    hold: dict[str, Any] = {"subscription_id": own.pk, "first": house.issue(505), "until": house.issue(506)}

    def told(on: dt.date | None) -> tuple[int, int, int]:
        """Last issue, last issue with a hold of one, and how many of the next twelve come."""
        held = queries.hold_answer(**hold, now=NOW, told_on=on).last_issue
        coming = [each for each in queries.destinations(own.pk, NOW, told_on=on) if each.why == "comes"]
        return queries.expire(own.pk, told_on=on).issue.number, held.issue.number, len(coming)

    assert told(EVE.date()) == (509, 510, 6)
    assert told(DAY.date()) == told(None) == (519, 520, 12)


def test_moved_to_somebody_else_it_stays_a_secret_until_then(house: House):
    [line] = buy(given(wish("Ana Field", announce_on=BIRTHDAY)), now=NOW)

    moved = actions.move_gift(
        line_id=line.pk, recipient=Person("Gus Long"), address=address("Gus Long"), by=CLERK, now=NOW
    )

    gus = moved.move.to_subscription.reader
    assert (codes(gus, EVE), codes(gus, DAY)) == ([], ["active"])


def test_whoever_redeems_a_code_knows(house: House):
    from orders.checkout.queries import code_of

    [line] = buy(given(code_for("Ana Field", announce_on=BIRTHDAY)), now=NOW)
    done = actions.redeem_code(
        code=code_of(line.gift_code), recipient=Person("Ana Field"), address=address("Ana Field"), by=CLERK, now=NOW
    )

    assert codes(done.line.recipient, NOW) == ["active"]


def test_digital_access_that_is_given_begins_on_the_day(house: House):
    house.make_offer(code="both", issues=10, cents=1995, access_days=30, access_cents=3_00)

    [line] = buy(given(wish("Ana Field", announce_on=BIRTHDAY), offer="both"), now=NOW)

    access = AccessTerm.objects.get()
    assert (access.from_on, access.until_on) == (BIRTHDAY, BIRTHDAY + dt.timedelta(days=30))
    assert (codes(line.recipient, EVE), codes(line.recipient, DAY)) == ([], ["active"])


def test_a_line_without_copies_is_refused_by_the_database(house: House):
    [line] = buy(given(wish("Ana Field")), now=NOW)

    with pytest.raises(IntegrityError, match="line_has_copies"), transaction.atomic():
        OrderLine.objects.filter(pk=line.pk).update(copies=0)


def test_what_an_order_of_ones_own_answers_has_no_word_of_it(house: House, monkeypatch: pytest.MonkeyPatch):
    from orders.checkout.rules import OrderRequest
    from web.api.answers import order_answer

    mine = OrderRequest(offer="ten", payer=Person("Ana Field", "ana@readers.example"), ship_to=address("Ana Field"))
    [own] = buy(mine, now=NOW)
    [line] = buy(given(wish("Ana Field", announce_on=BIRTHDAY)), now=NOW)
    actions.join_gift(line_id=line.pk, subscription_id=own.subscription_id, meets="queue", by=CLERK, now=NOW)
    monkeypatch.setattr("foundation.clock.now", lambda: EVE)

    assert order_answer(own.order, [own], None)["lines"][0]["expire_issue"].number == 513


def test_a_donor_knows_whoever_redeemed_by_the_name_that_was_typed(house: House):
    [line] = buy(given(code_for("Grandma")), now=NOW)
    done = actions.redeem_code(
        code=code_of(line.gift_code), recipient=Person("Anastasia Field"), address=address("Anastasia Field"),
        by=CLERK, now=NOW,
    )  # fmt: skip

    known = reader_as_payer_knows(done.term.subscription, payers=[line.order.payer_id])

    assert (known, done.term.subscription.reader.name) == ("Grandma", "Anastasia Field")
