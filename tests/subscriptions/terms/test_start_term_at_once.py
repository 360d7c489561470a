"""What happens when two settle at the same moment: real transactions in real threads."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from subscriptions.catalog import actions as catalog
from subscriptions.terms import queries
from subscriptions.terms.models import Entry, Pause, Subscription, Term
from tests.house import House, at
from tests.own_database import at_once
from tests.subscriptions.terms.orders import settle

NOW = at("2026-02-20")


@pytest.fixture
def house(own_database: str) -> House:
    """The house in a database of its own, as everything here commits."""
    house = House()
    house.pull_before(504)
    return house


def test_one_line_settled_twice_at_once_gives_one_term(house: House) -> None:
    subscription, line = house.subscription(), uuid.uuid4()

    first, second = at_once(*[lambda: settle(subscription, now=NOW, line=line)] * 2)

    assert isinstance(first, Term)
    assert first == second
    assert Term.objects.count() == Entry.objects.count() == 1


def test_five_lines_at_once_queue_without_overlap(house: House) -> None:
    subscription = house.subscription()

    terms = at_once(*[lambda: settle(subscription, now=NOW)] * 5)

    ranges = sorted((term.c_from, term.c_to) for term in terms)
    assert ranges == [(3, 13), (13, 23), (23, 33), (33, 43), (43, 53)]
    assert [t.predecessor_id is None for t in Term.objects.order_by("c_from")] == [True, False, False, False, False]
    assert queries.broken_ledgers() == []


def test_an_order_that_meets_a_pull_waits_for_it_and_takes_the_next_issue(house: House) -> None:
    """It looked at its clock just before the pull time, and the run was faster: nobody is owed what was not sent."""
    subscription = house.subscription()
    just_before = at("2026-03-10", 16)
    pulled, ordered = threading.Event(), threading.Event()

    def pull() -> Any:
        with transaction.atomic():
            catalog.mark_pulled(issue_id=house.issue(504).pk, now=at("2026-03-10", 17))
            pulled.set()
            assert not ordered.wait(timeout=0.5), "the order went ahead while the issue was being pulled"
        return None

    def order() -> Term:
        assert pulled.wait(timeout=60)
        term = settle(subscription, now=just_before)
        ordered.set()
        return term

    outcome, term = at_once(pull, order)

    assert outcome is None
    assert term.start_issue.number == 505


def test_a_pull_waits_for_an_order_that_came_in_time(house: House) -> None:
    subscription = house.subscription()
    settled, pulled = threading.Event(), threading.Event()

    def order() -> Term:
        with transaction.atomic():
            term = settle(subscription, now=at("2026-03-10", 16))
            settled.set()
            assert not pulled.wait(timeout=0.5), "the pull went ahead without the order"
        return term

    def pull() -> int:
        assert settled.wait(timeout=60)
        with transaction.atomic():
            catalog.mark_pulled(issue_id=house.issue(504).pk, now=at("2026-03-10", 17))
            pulled.set()
            return Term.objects.count()

    term, seen = at_once(order, pull)

    assert term.start_issue.number == 504
    assert seen == 1


@pytest.mark.parametrize("pause_first", [True, False])
def test_a_skip_and_a_new_term_at_once_leave_the_term_stepped(house: House, pause_first: bool) -> None:
    """A pull enters skips without the action's lock on the subscription; the triggers take their own."""
    subscription = house.subscription()
    first_done = threading.Event()

    def skip() -> None:
        Pause.objects.create(
            subscription=subscription,
            from_issue=house.issue(504),
            until_issue=house.issue(505),
            reason="skip",
            run_uuid=uuid.uuid4(),
            entered_by="system:test",
        )

    def first(job: Callable[[], Any]) -> Callable[[], None]:
        def run() -> None:
            with transaction.atomic():
                job()
                first_done.set()
                # Long enough for the other to run into the lock.
                threading.Event().wait(0.3)

        return run

    def second(job: Callable[[], Any]) -> Callable[[], None]:
        def run() -> None:
            assert first_done.wait(timeout=60)
            job()

        return run

    def add_term() -> None:
        # Not by start_term: even a bare insert must not slip through.
        house.term(Subscription.objects.get(pk=subscription.pk))

    jobs = (first(skip), second(add_term)) if pause_first else (first(add_term), second(skip))
    outcomes = at_once(*jobs)

    assert outcomes == [None, None]
    assert Term.objects.get().stepped
    assert not queries.stepped_mismatches().exists()


def test_terms_that_overlap_are_refused_at_commit_by_the_database(house: House) -> None:
    subscription = house.subscription()
    house.term(subscription, first=504)

    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)
    with pytest.raises(Exception, match="one_term_at_a_time"):
        house.term(subscription, first=513)
