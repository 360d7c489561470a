"""What the app's own role may do to the books. Roles belong to the whole server: those made here are taken away."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from foundation.actors import system
from orders.ledger import actions
from orders.ledger.actions import Posting
from orders.ledger.management.commands.grant_roles import Command
from tests.house import House

ROLES = ["masthead_app", "masthead_migrate", "masthead_owner"]
SALE = [Posting("1010", 5), Posting("2100", -5)]
MARCH = dt.date(2026, 3, 2)


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def as_app(own_database: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [ROLES])
        there_before = {name for (name,) in cursor.fetchall()}
    call_command("grant_roles", stdout=StringIO())
    call_command("grant_roles", stdout=StringIO())
    execute("SET ROLE masthead_app")
    yield
    execute("RESET ROLE")
    for role in ROLES:
        execute(f"REASSIGN OWNED BY {role} TO CURRENT_USER")
        execute(f"DROP OWNED BY {role}")
    for role in set(ROLES) - there_before:
        execute(f"DROP ROLE {role}")


@contextlib.contextmanager
def no_right() -> Iterator[None]:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        yield


def test_the_app_posts_and_closes(as_app: None):
    actions.post(posting_key="k", kind="sale", book_date=MARCH, currency="usd", lines=SALE)

    period = actions.close_period(
        first_day=MARCH.replace(day=1), by=system("test"), now=dt.datetime(2026, 4, 2, 12, tzinfo=dt.UTC)
    )

    assert period.state == "closed"
    execute("UPDATE ledger_account SET publishers_code = '1200' WHERE code = '1010'")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_journal SET memo = ''",
        "DELETE FROM ledger_line",
        "TRUNCATE ledger_line",
        "ALTER TABLE ledger_journal DISABLE TRIGGER USER",
        "DROP TRIGGER append_only ON ledger_line",
        "CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "UPDATE ledger_period SET until = '2030-01-01'",
        "DELETE FROM ledger_period",
        "UPDATE ledger_account SET kind = 'cost'",
        "SET session_replication_role = replica",
    ],
)
def test_the_app_cannot_change_the_books_nor_switch_their_guards_off(as_app: None, statement: str):
    with no_right():
        execute(statement)


def test_the_app_goes_on_with_everything_else(as_app: None):
    house = House()
    house.term(house.subscription())

    execute("CREATE TABLE fulfillment_copy_1 (LIKE fulfillment_copy INCLUDING ALL)")
    execute("ALTER TABLE fulfillment_copy ATTACH PARTITION fulfillment_copy_1 FOR VALUES IN (1)")
    execute("LOCK TABLE terms_subscription IN EXCLUSIVE MODE")


def test_without_the_right_to_make_roles_it_says_what_to_do(own_database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Command, "may_make_roles", staticmethod(lambda: False))

    with pytest.raises(CommandError, match="grant_roles --print"):
        call_command("grant_roles")


def test_prints_its_sql_for_an_administrator(own_database: str):
    out = StringIO()

    call_command("grant_roles", "--print", stdout=out)

    assert "CREATE ROLE" in out.getvalue()
