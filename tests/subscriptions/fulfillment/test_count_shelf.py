"""The shelf is counted while some of it is in a run that has not been handed over: those copies still lie there."""

from typing import Any

import pytest

from subscriptions.catalog.queries import stock_of
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import CLAIM, SUPPLEMENT
from tests.house import House
from tests.subscriptions.fulfillment.runs import PAT, mailed_later, owe, released_later
from tests.subscriptions.fulfillment.test_claims import DUE, ana, claim, stock

__all__ = ["ana"]


@pytest.mark.parametrize("purpose", [SUPPLEMENT, CLAIM])
def test_a_copy_in_a_run_is_counted_until_the_run_is_handed_over(house: House, ana: Any, purpose: int) -> None:
    issue = house.issue(505)
    if purpose == CLAIM:
        stock(house, copies=3)
        claim(house, ana)
    else:
        stock(house, copies=2)
        owe(house, house.subscription(house.reader("Ben Late")), 505)
    run = released_later(house, 505, purpose=purpose, on=DUE)

    actions.count_shelf(issue_id=issue.pk, copies=3, note="yearly count", by=PAT, now=house.at(DUE))

    assert stock_of(issue.pk) == 2
    assert (queries.shelf_of(issue).promised, [s.promised for s in queries.shelves() if s.issue == issue]) == (1, [1])
    mailed_later(house, run, on=DUE)
    assert queries.shelf_of(issue).there == 2
