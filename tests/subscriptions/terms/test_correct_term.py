"""A number of issues that was keyed wrong, put right: ten from 504 for $19.95, of which 504 to 507 are out."""

import pytest

from foundation.actors import Actor
from foundation.errors import Invalid
from orders.revenue.queries.invariants import ask_all
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Entry, Subscription
from tests.house import House, at
from tests.orders.revenue.printing import post_sale
from tests.subscriptions.terms.orders import settle

BY = Actor("staff", "1")
JULY = at("2026-07-01")


@pytest.fixture
def line(house: House) -> Subscription:
    subscription: Subscription = house.subscription()
    post_sale(house.term(subscription, first=504))
    house.pull_before(508)
    return subscription


def correct(line: Subscription, issues: int, *, because: str = "keyed as ten") -> Entry:
    term = line.terms.order_by("pk")[0]
    return actions.correct_term(term_id=term.pk, issues=issues, because=because, by=BY, now=JULY)


@pytest.mark.parametrize(("issues", "last"), [(2, 515), (-2, 511), (-5, 508)])
def test_the_money_that_is_left_pays_for_the_right_number(line: Subscription, issues: int, last: int) -> None:
    entry = correct(line, issues)

    # Four of ten are served: 1995 - 1995 * 4 // 10 = 1197 is left for the other six, and for what they have become.
    assert (entry.kind, entry.units, entry.about, entry.by) == ("correction", issues, "keyed as ten", "staff:1")
    assert (entry.term.units, entry.term.magazine_cents) == (6 + issues, 1197)
    assert queries.expire(line.pk).issue.number == last
    [adds_up] = [
        answer for answer in ask_all(now=JULY) if answer.probe.name == "The expire ledger adds up to each term"
    ]
    assert not adds_up.found


def test_what_waits_behind_it_moves_with_it(line: Subscription) -> None:
    settle(line, now=JULY, units=3)

    correct(line, -2)

    assert queries.expire(line.pk).issue.number == 514


def test_a_term_that_waits_has_its_own_number_put_right(house: House, line: Subscription) -> None:
    waiting = settle(line, now=JULY, units=3)

    entry = actions.correct_term(term_id=waiting.pk, issues=1, because="four", by=BY, now=JULY)

    assert (entry.term.units, entry.term.start_issue) == (4, house.issue(514))
    assert queries.expire(line.pk).issue.number == 517


def test_the_explanation_says_so(line: Subscription) -> None:
    correct(line, 2)

    assert "A mistake was put right: 2 issues more." in queries.explanation(line.pk)


@pytest.mark.parametrize("issues", [0, 61, -61, -6, -7])
def test_an_odd_correction_is_refused(line: Subscription, issues: int) -> None:
    with pytest.raises(actions.CorrectionIsOdd):
        correct(line, issues)

    assert line.terms.count() == 1


def test_it_says_what_was_wrong(line: Subscription) -> None:
    with pytest.raises(Invalid):
        correct(line, 2, because=" ")


def test_what_is_over_or_has_no_end_has_no_number_to_put_right(house: House, line: Subscription) -> None:
    over = line.terms.get()
    correct(line, 2)
    endless = house.term(house.subscription(house.reader("Ben Stone")), first=504, units=None)

    with pytest.raises(actions.NothingToCorrect):
        actions.correct_term(term_id=over.pk, issues=2, because="again", by=BY, now=JULY)
    with pytest.raises(actions.CorrectionIsOdd, match="no end"):
        actions.correct_term(term_id=endless.pk, issues=2, because="again", by=BY, now=JULY)
