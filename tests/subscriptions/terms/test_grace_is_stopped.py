"""What is sent in the hope of a renewal ends when somebody says so: the reader, or a clerk who writes it off."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.actors import Actor
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Entry, Subscription, Term
from tests.house import House, at
from tests.subscriptions.terms.orders import settle

BY = Actor("staff", "1")
APRIL = at("2027-03-20")


@pytest.fixture
def line(house: House) -> Subscription:
    """Ten issues from 504 to 513, which are out, as is 514, the first of three in hope."""
    house.magazine.grace_issues = 3
    house.magazine.save(update_fields=["grace_issues"])
    subscription: Subscription = house.subscription()
    house.term(subscription, first=504, grace=3)
    house.pull_before(515)
    return subscription


def next_ones(line: Subscription) -> list[int]:
    return [copy.issue.number for copy in queries.overview(line.pk, APRIL).next_copies]


@pytest.mark.parametrize("cancel", [actions.cancel_now, actions.cancel_at_end])
def test_whoever_cancels_is_sent_no_more_of_it(line: Subscription, cancel: Callable[..., Any]) -> None:
    assert queries.comes_in_hope(line.pk, APRIL).number == 515

    cancel(subscription_id=line.pk, reason_code="died", by=BY, now=APRIL)

    line.refresh_from_db()
    assert (next_ones(line), line.renewal, Term.objects.get().grace) == ([], "do_not_renew", 1)
    said = queries.ledger(line.pk)[-1]
    assert (said.kind, said.units, said.reason) == ("cut", 0, "died")
    assert queries.broken_ledgers() == []
    assert queries.comes_in_hope(line.pk, APRIL) is None
    with pytest.raises(actions.NothingToCancel):
        cancel(subscription_id=line.pk, reason_code="died", by=BY, now=APRIL)


def test_it_is_taken_up_again_by_an_order_and_by_nothing_else(line: Subscription) -> None:
    """514 came and is paid for; nothing was cut off that could be reinstated."""
    actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=APRIL)

    with pytest.raises(actions.NothingToReinstate):
        actions.reinstate(subscription_id=line.pk, by=BY, now=APRIL)
    renewal = settle(line, now=APRIL)

    line.refresh_from_db()
    assert (renewal.carried, renewal.start_issue.number, line.renewal) == (1, 515, "renew")


def test_what_is_written_off_in_the_middle_is_sent_no_more(line: Subscription) -> None:
    """A renewal within the window pays for none of it, so nothing more may come free."""
    actions.write_off_grace(subscription_id=line.pk, by=BY, now=APRIL)

    assert (next_ones(line), Term.objects.get().grace) == ([], 1)
    assert Entry.objects.get(kind="write_off").about == "1 grace copies not recovered"
    assert settle(line, now=APRIL).carried == 0
