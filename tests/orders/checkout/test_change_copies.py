import pytest

from foundation.actors import Actor
from orders.checkout import actions, queries
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Subscription
from tests.house import House, at
from tests.orders.revenue.printing import post_sale
from tests.own_database import behind

CLERK, JULY = Actor("staff", "1"), at("2026-07-01")


@pytest.fixture
def line(house: House) -> Subscription:
    """Six of ten issues left; 1995 cents and 500 of postage."""
    subscription: Subscription = house.subscription()
    post_sale(house.term(subscription, postage_cents=500))
    house.pull_before(508)
    return subscription


def change(line: Subscription, copies: int, how: str) -> actions.CopiesChanged:
    return actions.change_copies(subscription_id=line.pk, copies=copies, how=how, by=CLERK, now=JULY)


def test_the_house_may_bear_it(line: Subscription):
    done = change(line, 2, "absorb")

    (term,) = done.terms
    assert (term.copies, term.units, term.magazine_cents, term.postage_cents) == (2, 6, 1197, 300)
    assert done.credits == []


def test_postage_is_converted_apart(line: Subscription):
    (term,) = change(line, 4, "convert").terms

    # Six copies paid; one issue of four leaves two of them: a third of 1197 and of 300.
    assert (term.units, term.magazine_cents, term.postage_cents) == (1, 798, 200)


def test_terms_that_wait_change_too(house: House, line: Subscription):
    post_sale(house.term(line, first=514, cents=1000))

    done = change(line, 2, "convert")

    assert [(term.units, term.copies) for term in done.terms] == [(3, 2), (5, 2)]


def test_a_free_term_keeps_its_issues(house: House):
    free = house.subscription()
    house.term(free, first=505, cents=0, copy_class="comp")

    assert [term.units for term in change(free, 3, "convert").terms] == [7]  # 505 to 507 are out


def test_the_same_number_is_no_change(line: Subscription):
    with pytest.raises(actions.CopiesAreTheSame):
        change(line, 1, "convert")


def test_money_that_buys_no_issue_is_not_converted(line: Subscription):
    with pytest.raises(actions.MoneyDoesNotReach, match="one issue of 7 copies"):
        change(line, 7, "convert")

    assert line.terms.count() == 1


def test_more_copies_are_not_credited(line: Subscription):
    with pytest.raises(actions.NothingToCredit):
        change(line, 2, "credit")


def test_a_quote_says_all_three(line: Subscription):
    (quote,) = queries.quote_copies(subscription_id=line.pk, copies=2, now=JULY)

    assert (quote.first_issue.number, quote.issues, quote.more_cents, quote.converted.issues) == (508, 6, 1497, 3)
    assert quote.credited_cents == 0


def test_a_credit_given_meanwhile_is_not_lost(own_database: str):
    house = House()
    line = house.subscription()
    post_sale(house.term(line, units=10))
    house.pull_before(508)

    _, done = behind(
        lambda: Subscription.objects.select_for_update().get(pk=line.pk),
        lambda: terms.extend(subscription_id=line.pk, issues=2, reason_code="goodwill", by=CLERK, now=JULY),
        lambda: change(line, 2, "absorb"),
    )

    assert [term.units for term in done.terms] == [8]
