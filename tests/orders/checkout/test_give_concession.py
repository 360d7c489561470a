"""A lower price for a running term, after the fact: six of ten issues are left on 1 July 2026."""

import pytest

from foundation.actors import Actor
from foundation.errors import Invalid
from foundation.mail.models import OutgoingMail
from orders.checkout import actions
from orders.checkout.models import LineRefund
from orders.ledger.queries import balance
from orders.revenue.queries.invariants import findings
from subscriptions.terms.models import Subscription, Term
from tests.house import House, at
from tests.orders.revenue.printing import post_sale
from tests.own_database import at_once
from tests.subscriptions.fulfillment.runs import owe

FAY, JULY = Actor("staff", "2"), at("2026-07-01")


class Line:
    def __init__(self, house: House) -> None:
        self.house = house
        self.subscription: Subscription = house.subscription()
        post_sale(house.term(self.subscription, postage_cents=500))
        house.pull_before(508)

    def concedes(self, cents: int, **more: str) -> LineRefund:
        said = {"because": "late issues", **more}
        return actions.give_concession(subscription_id=self.subscription.pk, cents=cents, by=FAY, now=JULY, **said)


@pytest.fixture
def line(house: House) -> Line:
    return Line(house)


def test_the_rest_of_the_lower_price_goes_on(line: Line):
    refund = line.concedes(500)

    goes_on = Term.objects.get(ended_at__isnull=True)
    # 1495 cents: 897 for six issues. Postage stays as it was.
    assert (goes_on.units, goes_on.magazine_cents, goes_on.postage_cents) == (6, 897, 300)
    assert (refund.cents, refund.earned_cents, refund.because, refund.promised_by) == (
        500,
        200,
        "late issues",
        "staff:2",
    )
    assert (balance("2300"), balance("4100"), balance("2100")) == (-500, 200, -(1995 + 500 - 300))
    assert [each["number"] for each in findings(now=JULY) if each["number"] in (1, 7, 8) and not each["ok"]] == []


def test_its_payer_is_told_and_not_why(line: Line):
    line.concedes(500)

    mail = OutgoingMail.objects.get(kind="price_concession")
    assert mail.to_email == "ana@readers.example"
    assert "by $5.00. The money goes back to you" in " ".join(mail.text.split())
    assert "late issues" not in mail.text


def test_it_may_be_held_instead(line: Line):
    line.concedes(500, money="credit")

    assert (balance("2300"), balance("2120")) == (0, -500)
    assert "We hold the money for you" in OutgoingMail.objects.get(kind="price_concession").text


def test_less_than_the_minimum_is_held(line: Line, settings):
    settings.REFUND_MINIMUM_CENTS = 501

    assert line.concedes(500).way == "credit"


def test_all_of_the_price_may_be_given_back(line: Line):
    refund = line.concedes(1995)

    assert (refund.earned_cents, Term.objects.get(ended_at__isnull=True).magazine_cents) == (798, 0)


@pytest.mark.parametrize(("cents", "goes_on_for"), [(500, 1495), (1995, 0)])
def test_back_issues_that_were_not_sent_yet_have_earned_nothing(house: House, cents: int, goes_on_for: int):
    """Ten issues, the first two of them from stock and not sent; none has been mailed."""
    subscription = house.subscription()
    term = house.term(subscription, first=508, carried=2)
    post_sale(term)
    house.pull_before(508)
    for number in (506, 507):
        owe(house, subscription, number, term=term)

    refund = actions.give_concession(
        subscription_id=subscription.pk, cents=cents, because="late issues", by=FAY, now=JULY
    )

    goes_on = Term.objects.get(ended_at__isnull=True)
    assert (refund.earned_cents, goes_on.magazine_cents, goes_on.units) == (0, goes_on_for, 10)
    assert (balance("4100"), balance("2100")) == (0, -goes_on_for)
    assert [each["number"] for each in findings(now=JULY) if each["number"] in (1, 7, 8) and not each["ok"]] == []


@pytest.mark.parametrize("cents", [0, -1, 1996])
def test_no_more_than_it_cost_and_no_less_than_a_cent(line: Line, cents: int):
    with pytest.raises(actions.ConcessionIsOdd):
        line.concedes(cents)

    assert Term.objects.count() == 1


def test_not_without_a_reason(line: Line):
    with pytest.raises(Invalid):
        line.concedes(500, because=" ")


def test_not_when_nothing_is_left(house: House, line: Line):
    house.pull_before(514)
    with pytest.raises(actions.NothingToReprice):
        actions.give_concession(
            subscription_id=line.subscription.pk, cents=500, because="late", by=FAY, now=at("2027-03-01")
        )


def test_two_at_once_give_back_what_is_left_of_the_price(own_database: str):
    line = Line(House())

    outcomes = at_once(lambda: line.concedes(1000), lambda: line.concedes(1000))

    # The second is counted from what the first has left: 597 cents for the issues to come.
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ConcessionIsOdd", "LineRefund"]
    assert LineRefund.objects.count() == 1
