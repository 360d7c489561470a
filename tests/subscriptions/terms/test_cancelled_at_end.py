"""Cancelled for the end of what is paid for: it can be taken back, and whoever pays again is asked again."""

import pytest

from foundation.actors import Actor
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Subscription
from tests.house import House, at
from tests.subscriptions.terms.orders import settle

BY = Actor("staff", "1")
JULY = at("2026-07-01")


@pytest.fixture
def line(house: House) -> Subscription:
    """Ten issues from 504, of which 507 was the last to be pulled."""
    subscription: Subscription = house.subscription()
    house.term(subscription, first=504)
    house.pull_before(508)
    return subscription


def test_the_ledger_says_so_and_it_is_taken_back(house: House, line: Subscription) -> None:
    """Its entry takes no issue; taken back, the reader is asked to renew again, and has grace."""
    house.magazine.grace_issues = 3
    house.magazine.save(update_fields=["grace_issues"])
    actions.cancel_at_end(subscription_id=line.pk, reason_code="too_dear", by=BY, now=JULY)

    said = queries.ledger(line.pk)[-1]
    assert (said.kind, said.units, said.reason, said.by) == ("cut", 0, "too_dear", "staff:1")
    assert "It was cancelled, and ends with the last issue" in queries.explanation(line.pk)
    assert queries.is_cancelled_at_end(Subscription.objects.get(pk=line.pk))

    assert actions.reinstate(subscription_id=line.pk, by=BY, now=JULY) == []

    line.refresh_from_db()
    assert (line.renewal, queries.life_of(line.pk).terms[0].grace) == ("renew", 3)
    assert queries.expire(line.pk).issue == house.issue(513)
    assert "cancelled" not in queries.explanation(line.pk)
    assert not queries.is_cancelled_at_end(line)
    assert queries.broken_ledgers() == []
    with pytest.raises(actions.NothingToReinstate):
        actions.reinstate(subscription_id=line.pk, by=BY, now=JULY)


def test_once_it_has_come_to_its_end_it_is_not_taken_back(house: House, line: Subscription) -> None:
    actions.cancel_at_end(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)
    house.pull_before(514)

    with pytest.raises(actions.NothingToReinstate):
        actions.reinstate(subscription_id=line.pk, by=BY, now=at("2027-02-20"))


@pytest.mark.parametrize(("copy_class", "renewal"), [("paid", "renew"), ("gift", "do_not_renew")])
def test_who_cancelled_and_pays_again_is_asked_to_renew_again_and_who_is_given_it_is_not(
    house: House, line: Subscription, copy_class: str, renewal: str
) -> None:
    actions.cancel_at_end(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)

    settle(line, now=JULY, copy_class=copy_class)

    line.refresh_from_db()
    assert line.renewal == renewal


def test_who_pays_for_somebody_else_does_not_ask_for_them(house: House, line: Subscription) -> None:
    actions.cancel_at_end(subscription_id=line.pk, reason_code="other", by=BY, now=JULY)

    settle(line, now=JULY, payer_id=house.reader("Ben Stone").pk)

    line.refresh_from_db()
    assert line.renewal == "do_not_renew"
