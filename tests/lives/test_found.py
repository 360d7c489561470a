"""What the lives have found between two apps, in its shortest form."""

from foundation.actors import Actor
from orders.revenue.queries.invariants import ask_all
from subscriptions.terms import actions as terms
from tests.house import House, at
from tests.subscriptions.fulfillment.runs import released
from tests.worked_examples.post_office import files

__all__ = ["files"]

BY = Actor("staff", "1")


def test_a_special_that_came_before_a_term_went_on_elsewhere_is_no_copy_beyond_its_end(house: House) -> None:
    line, other = house.subscription(), house.subscription(house.reader("Ben Stone"))
    term = house.term(line, first=504)
    house.pull_before(504)
    terms.reweigh_issue(issue_id=house.issue(504).pk, weight=0, by=BY)
    released(house, 504)
    now = at("2026-03-20")

    terms.split(term_id=term.pk, why="moved", to_subscription_id=other.pk, by=BY, now=now)

    found = [answer.probe.name for answer in ask_all(now=now) if answer.found]
    assert "Copies beyond the end of a term are marked as grace" not in found
