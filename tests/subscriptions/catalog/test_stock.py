import pytest
from django.db import Error, transaction

from foundation.actors import Actor
from subscriptions.catalog import actions, queries
from subscriptions.catalog.models import StockMovement
from tests.house import at

NOW, BY = at("2026-03-12"), Actor("staff", "1")


def test_copies_come_in_are_promised_and_come_back(house):
    issue = house.issue(503)

    actions.receive_stock(issue_id=issue.pk, copies=5, by=BY, now=NOW)
    actions.take_stock(issue_id=issue.pk, copies=2, why="claim", link="claim:1", by=BY, now=NOW)
    actions.give_back_stock(issue_id=issue.pk, copies=1, link="claim:1", by=BY, now=NOW)

    assert queries.stock_of(issue.pk) == 4
    assert list(StockMovement.objects.order_by("pk").values_list("quantity", "why")) == [
        (5, "received"), (-2, "claim"), (1, "given_back"),
    ]  # fmt: skip


def test_no_more_is_promised_than_is_there(house):
    issue = house.issue(503)
    actions.receive_stock(issue_id=issue.pk, copies=1, by=BY, now=NOW)

    with pytest.raises(actions.NoStock, match="1 copies of Mar 2026"):
        actions.take_stock(issue_id=issue.pk, copies=2, why="claim", link="", by=BY, now=NOW)

    assert queries.stock_of(issue.pk) == 1


def test_counting_again_says_the_difference(house):
    issue = house.issue(503)
    actions.receive_stock(issue_id=issue.pk, copies=5, by=BY, now=NOW)

    actions.count_stock(issue_id=issue.pk, copies=3, by=BY, now=NOW, note="two were wet")
    actions.count_stock(issue_id=issue.pk, copies=3, by=BY, now=NOW, note="again")

    assert queries.stock_of(issue.pk) == 3
    assert StockMovement.objects.filter(why="counted").values_list("quantity", flat=True).get() == -2


@pytest.mark.parametrize("copies", [0, -1])
def test_nothing_cannot_come_in(house, copies):
    with pytest.raises(actions.QuantityIsOdd):
        actions.receive_stock(issue_id=house.issue(503).pk, copies=copies, by=BY, now=NOW)


@pytest.mark.parametrize(("copies", "note"), [(-1, "lost"), (3, " ")])
def test_a_count_is_a_number_with_a_reason(house, copies, note):
    with pytest.raises(actions.QuantityIsOdd):
        actions.count_stock(issue_id=house.issue(503).pk, copies=copies, by=BY, now=NOW, note=note)


def test_movements_are_never_rewritten(house):
    actions.receive_stock(issue_id=house.issue(503).pk, copies=5, by=BY, now=NOW)

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        StockMovement.objects.update(quantity=6)
