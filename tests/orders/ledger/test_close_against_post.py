"""Two sessions at once: one posts, one closes the month. Whoever is second waits; nothing slips into a closed month."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.orders.ledger.conftest import Session, write_journal, write_lines, write_sale

CLOSE = "UPDATE ledger_period SET state = 'closed', closed_at = now(), closed_by = 'staff:1' WHERE state = 'open'"
Books = Callable[[], Session]


def wait_for_a_waiter(onlooker: Session) -> None:
    """Until some session of this database waits for a lock; a deadline rather than a hang if none does."""
    for _ in range(6_000):
        row = onlooker.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
        onlooker.rollback()
        if row and row[0]:
            return
        threading.Event().wait(0.01)
    raise AssertionError("Nobody waits.")


def test_a_close_waits_for_a_posting_under_way_and_then_refuses_the_next(books: Books):
    posting, closing = books(), books()
    journal = write_journal(posting, "sale:1")

    with ThreadPoolExecutor() as pool:
        close = pool.submit(lambda: (closing.execute(CLOSE), closing.commit()))
        wait_for_a_waiter(books())
        write_lines(posting, journal, ("1010", 5), ("2100", -5))
        posting.commit()
        close.result(timeout=60)

    with pytest.raises(psycopg.errors.CheckViolation, match="not open"):
        write_journal(posting, "sale:2")


def test_a_posting_waits_for_a_close_under_way_and_is_refused(books: Books):
    posting, closing = books(), books()
    closing.execute(CLOSE)

    with ThreadPoolExecutor() as pool:
        late = pool.submit(write_sale, posting)
        wait_for_a_waiter(books())
        closing.commit()
        refusal = late.exception(timeout=60)

    assert isinstance(refusal, psycopg.errors.CheckViolation)
    assert refusal.diag.constraint_name == "period_is_open"


def test_a_close_that_is_given_up_lets_the_posting_in(books: Books):
    posting, closing = books(), books()
    closing.execute(CLOSE)

    with ThreadPoolExecutor() as pool:
        late = pool.submit(write_sale, posting)
        wait_for_a_waiter(books())
        closing.rollback()

        assert late.result(timeout=60) > 0


def test_two_workers_with_the_same_event_write_it_once(books: Books):
    one, two = books(), books()
    journal = write_journal(one, "sale:1")
    write_lines(one, journal, ("1010", 5), ("2100", -5))

    with ThreadPoolExecutor() as pool:
        second = pool.submit(write_journal, two, "sale:1")
        wait_for_a_waiter(books())
        one.commit()

        assert isinstance(second.exception(timeout=60), psycopg.errors.UniqueViolation)
