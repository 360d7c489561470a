"""Whoever goes round `post` with SQL of his own meets the database: every rule of finance.md 3.4 by raw statements."""

import contextlib
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.orders.ledger.conftest import Session, write_journal, write_lines, write_sale

Books = Callable[[], Session]


@contextlib.contextmanager
def refused(rule: str) -> Iterator[None]:
    with pytest.raises(psycopg.errors.IntegrityError) as refusal:
        yield
    assert refusal.value.diag.constraint_name == rule


def count(session: Session, table: str) -> int:
    row = session.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (a table name of ours)
    assert row is not None
    return int(row[0])


def test_a_balanced_journal_goes_in(books: Books):
    session = books()

    write_sale(session)

    assert count(session, "ledger_line") == 2


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([("1010", 1995), ("2100", -1994)], id="one cent short"),
        pytest.param([("1010", 1995)], id="one line"),
        pytest.param([], id="no line"),
    ],
)
def test_an_unbalanced_journal_is_refused_at_commit(books: Books, lines: list[tuple[str, int]]):
    session = books()
    journal = write_journal(session, "sale:1")
    write_lines(session, journal, *lines)

    with refused("journal_balances"):
        session.commit()

    assert count(session, "ledger_journal") == 0


def test_a_line_of_nothing_is_refused(books: Books):
    session = books()
    journal = write_journal(session, "sale:1")

    with refused("line_is_not_zero"):
        write_lines(session, journal, ("1010", 0), ("2100", 0))


def test_a_committed_journal_takes_no_more_lines_however_balanced(books: Books):
    session = books()
    journal = write_sale(session)

    with refused("lines_come_in_one_statement"):
        write_lines(session, journal, ("1010", 5), ("2100", -5))


def test_a_journal_of_a_savepoint_is_a_journal_of_its_transaction(books: Books):
    session = books()
    with session.transaction():
        with session.transaction():
            journal = write_journal(session, "sale:1")
        with session.transaction():
            write_lines(session, journal, ("1010", 1995), ("2100", -1995))

    assert count(session, "ledger_line") == 2


def test_a_savepoint_does_not_open_a_committed_journal(books: Books):
    session = books()
    journal = write_sale(session)

    with refused("lines_come_in_one_statement"), session.transaction(), session.transaction():
        write_lines(session, journal, ("1010", 5), ("2100", -5))


def test_a_savepoint_does_not_hide_an_unbalanced_journal(books: Books):
    session = books()

    with refused("journal_balances"), session.transaction():
        with session.transaction():
            journal = write_journal(session, "sale:1")
        with contextlib.suppress(psycopg.Rollback), session.transaction():
            write_lines(session, journal, ("1010", 1995), ("2100", -1995))
            raise psycopg.Rollback


def test_a_check_asked_for_early_does_not_let_a_stray_line_follow(books: Books):
    session = books()
    journal = write_journal(session, "sale:1")
    write_lines(session, journal, ("1010", 1995), ("2100", -1995))
    session.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with refused("lines_come_in_one_statement"):
        write_lines(session, journal, ("4100", 700))


def test_a_check_asked_for_early_is_asked_again_when_the_lines_were_rolled_back(books: Books):
    session = books()

    with refused("journal_balances"), session.transaction():
        journal = write_journal(session, "sale:1")
        with session.transaction(force_rollback=True):
            write_lines(session, journal, ("1010", 1995), ("2100", -1995))
            session.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_forged_transaction_id_is_overwritten(books: Books):
    session = books()

    journal = write_journal(session, "sale:1", made_in="3")
    write_lines(session, journal, ("1010", 1), ("2100", -1))
    session.commit()

    row = session.execute("SELECT made_in::text FROM ledger_journal").fetchone()
    assert row != ("3",)


def test_a_temporary_table_does_not_answer_for_the_periods(books: Books):
    session = books()
    close_march(session)
    session.execute("CREATE TEMP TABLE ledger_period AS SELECT * FROM ledger_period")
    session.execute("UPDATE pg_temp.ledger_period SET state = 'open'")

    with refused("period_is_open"):
        write_journal(session, "sale:1")


@pytest.mark.parametrize("table", ["ledger_journal", "ledger_line"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE", "DELETE FROM {} WHERE false"],
)
def test_the_books_are_append_only(books: Books, table: str, statement: str):
    session = books()
    write_sale(session)

    with refused("ledger_is_append_only"):
        session.execute(statement.format(table))


def test_accounts_cannot_be_truncated_away_with_their_lines(books: Books):
    session = books()

    with refused("ledger_is_append_only"):
        session.execute("TRUNCATE ledger_account CASCADE")


def test_an_account_keeps_its_kind_but_may_be_renamed(books: Books):
    session = books()
    session.execute("UPDATE ledger_account SET name = 'Stripe', publishers_code = '1200-01' WHERE code = '1010'")
    session.commit()

    with refused("account_keeps_its_kind"):
        session.execute("UPDATE ledger_account SET kind = 'cost' WHERE code = '1010'")


def test_one_posting_key_goes_in_once(books: Books):
    session = books()
    write_sale(session)

    with refused("ledger_journal_posting_key_key"):
        write_journal(session, "sale:1")


def test_a_closed_month_takes_no_journal(books: Books):
    session = books()
    close_march(session)

    with refused("period_is_open"):
        write_journal(session, "sale:1")


@pytest.mark.parametrize("day", ["2026-02-28", "2026-04-01"])
def test_a_book_date_lies_in_its_month(books: Books, day: str):
    with refused("book_date_is_in_its_period"):
        write_journal(books(), "sale:1", book_date=day)


def test_a_closed_month_stays_closed(books: Books):
    session = books()
    close_march(session)

    with refused("closed_period_stays_closed"), session.transaction():
        session.execute("UPDATE ledger_period SET state = 'open'")
    with refused("closed_period_stays_closed"), session.transaction():
        session.execute("DELETE FROM ledger_period")


def test_a_month_keeps_its_days_and_months_do_not_overlap(books: Books):
    session = books()

    with refused("period_keeps_its_days"), session.transaction():
        session.execute("UPDATE ledger_period SET until = '2026-05-01'")
    with refused("periods_do_not_overlap"), session.transaction():
        session.execute(
            "INSERT INTO ledger_period (first_day, until, state, closed_by)"
            " VALUES ('2026-03-31', '2026-04-30', 'open', '')"
        )


def test_a_journal_is_reversed_once_and_exactly(books: Books):
    session = books()
    sale = write_sale(session)

    with refused("reversal_mirrors"), session.transaction():
        half = write_journal(session, "reverse:half", reverses=sale)
        write_lines(session, half, ("1010", -1000), ("2100", 1000))
    with session.transaction():
        whole = write_journal(session, "reverse:whole", reverses=sale)
        write_lines(session, whole, ("1010", -1995), ("2100", 1995))
    with refused("ledger_journal_reverses_id_key"), session.transaction():
        write_journal(session, "reverse:again", reverses=sale)


def test_a_reversal_is_not_reversed(books: Books):
    session = books()
    sale = write_sale(session)
    with session.transaction():
        undo = write_journal(session, "reverse:1", reverses=sale)
        write_lines(session, undo, ("1010", -1995), ("2100", 1995))

    with refused("reversal_can_reverse"):
        write_journal(session, "reverse:2", reverses=undo)


def test_a_reversal_keeps_the_currency(books: Books):
    session = books()
    sale = write_sale(session)

    with refused("reversal_can_reverse"):
        write_journal(session, "reverse:1", reverses=sale, currency="cad")


@pytest.mark.parametrize("currency", ["", "US", "USD", "us1"])
def test_a_journal_has_one_currency(books: Books, currency: str):
    with refused("journal_has_one_currency"):
        write_journal(books(), "sale:1", currency=currency)


def close_march(session: Session) -> None:
    session.execute("UPDATE ledger_period SET state = 'closed', closed_at = now(), closed_by = 'staff:1'")
    session.commit()
