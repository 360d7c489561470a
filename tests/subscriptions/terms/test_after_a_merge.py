"""Whatever begins service on a subscription that was made one with another begins it where the copies come from."""

import threading
import uuid
from typing import Any

import pytest
from django.db import transaction

from foundation.actors import Actor
from subscriptions.terms import actions, queries
from subscriptions.terms.models import LineMerge, Subscription, Term
from tests.house import House, at
from tests.own_database import at_once
from tests.subscriptions.terms.orders import settle

BY = Actor("staff", "1")
JULY = at("2026-07-01")  # 507 was pulled, 508 is the next


def two_lines(house: House) -> tuple[Subscription, Subscription]:
    kept, merged = house.subscription(), house.subscription(house.reader("Bea Stone"))
    house.term(kept, first=504)
    house.pull_before(508)
    return kept, merged


@pytest.fixture
def lines(house: House) -> tuple[Subscription, Subscription]:
    """The one kept, with six issues to come, and one that was made one with it."""
    kept, merged = two_lines(house)
    actions.merge_lines(kept_id=kept.pk, merged_id=merged.pk, by=BY, now=JULY)
    return kept, merged


def left(*lines: Subscription) -> list[int | None]:
    return [queries.expire(line.pk).units_left for line in lines]


def test_an_order_goes_on_there(lines: tuple[Subscription, Subscription]) -> None:
    term = settle(lines[1], now=JULY)

    assert (term.subscription, left(*lines)) == (lines[0], [16, 0])


def test_the_same_order_gives_the_same_term_also_when_the_merge_was_undone(
    lines: tuple[Subscription, Subscription],
) -> None:
    line = uuid.uuid4()
    term = settle(lines[1], now=JULY, line=line)

    merge = LineMerge.objects.get()
    assert settle(lines[1], now=JULY, line=line) == term
    actions.unmerge_lines(merge_id=merge.pk, by=BY, now=JULY)

    assert settle(lines[1], now=JULY, line=line) == term
    assert left(*lines) == [16, 0]


def test_more_issues_and_free_copies_go_there(lines: tuple[Subscription, Subscription]) -> None:
    more = actions.extend(subscription_id=lines[1].pk, issues=2, reason_code="goodwill", by=BY, now=JULY)
    free = actions.give_comp(
        subscription_id=lines[1].pk, units=3, owner="The editor", why="author", by=BY, now=JULY,
        confirm_by=at("2027-01-01").date(),
    )  # fmt: skip

    assert (more.term.subscription, free.subscription) == (lines[0], lines[0])
    assert left(*lines) == [11, 0]


def test_a_copy_that_was_given_back_before_is_not_given_back_again(house: House) -> None:
    kept, merged = two_lines(house)
    house.term(merged, first=504)
    wish: dict[str, Any] = {"issues": 1, "reason_code": "never_came", "copy_issue_id": house.issue(505).pk}
    actions.extend(subscription_id=merged.pk, **wish, by=BY, now=JULY)
    actions.merge_lines(kept_id=kept.pk, merged_id=merged.pk, by=BY, now=JULY)

    with pytest.raises(actions.CopyIsCredited):
        actions.extend(subscription_id=merged.pk, **wish, by=BY, now=JULY)


def test_whoever_answers_for_free_copies_answers_for_what_goes_on_of_them(house: House) -> None:
    kept, merged = two_lines(house)
    free = actions.give_comp(
        subscription_id=merged.pk, units=3, owner="The editor", why="author", by=BY, now=JULY,
        confirm_by=at("2027-01-01").date(),
    )  # fmt: skip

    actions.merge_lines(kept_id=kept.pk, merged_id=merged.pk, by=BY, now=JULY)

    assert free.continuation.comp.owner == "The editor"


def test_an_order_that_meets_a_merge_waits_for_it_and_goes_on_there(own_database: str) -> None:
    kept, merged = two_lines(House())
    joined, ordered = threading.Event(), threading.Event()

    def merge() -> Any:
        with transaction.atomic():
            actions.merge_lines(kept_id=kept.pk, merged_id=merged.pk, by=BY, now=JULY)
            joined.set()
            assert not ordered.wait(timeout=0.5), "the order went ahead while the two were made one"
        return None

    def order() -> Term:
        assert joined.wait(timeout=60)
        term = settle(merged, now=JULY)
        ordered.set()
        return term

    outcome, term = at_once(merge, order)

    assert outcome is None
    assert (term.subscription_id, left(kept, merged)) == (kept.pk, [16, 0])
