"""Tables in docs/ that repeat what the code says are held against the code."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import get_args

import pytest
from django.apps import apps
from django.db import models

import foundation
import orders
import subscriptions
import web
from foundation.errors import DomainError
from foundation.mail.models import OutgoingMail
from orders.checkout.models import GiftCode, LineRefund, Order, OrderImport
from orders.ledger.models import Account, Period
from orders.ledger.rules import earned_cents, unserved_cents
from orders.payments.models import PaymentAttempt, SavedMethod, WebhookEvent
from orders.payments.rules.machine import TRANSITIONS
from orders.renewals.models import Cycle
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.models import Claim, LabelRun
from subscriptions.newsletters.models import Enrolment
from subscriptions.readers.models import PrivacyRequest
from subscriptions.terms.models import OwedCopy
from subscriptions.terms.queries.overview import ServiceState
from subscriptions.terms.rules import PauseSpan, TermSpan, clock_at, expire_issue, first_issue_of, first_reachable
from tests.project.documents import ROOT, section, table
from tests.worked_examples.sample_calendar import NEW_YORK, sample_calendar, sample_issues

STATES: dict[str, type[models.TextChoices]] = {
    "Order": Order.State,
    "File of orders": OrderImport.State,
    "Line refund": LineRefund.State,
    "Gift code": GiftCode.State,
    "Payment attempt": PaymentAttempt.State,
    "Saved method": SavedMethod.State,
    "Renewal cycle": Cycle.State,
    "Label run": LabelRun.State,
    "Claim": Claim.State,
    "Owed copy": OwedCopy.State,
    "Book month": Period.State,
    "Issue": Issue.State,
    "Webhook pointer": WebhookEvent.State,
    "Mail": OutgoingMail.State,
    "Newsletter enrolment": Enrolment.State,
    "Privacy request": PrivacyRequest.State,
}


def test_the_states_of_every_model_have_a_table() -> None:
    ours = {model.State for model in apps.get_models() if hasattr(model, "State")}

    assert ours == set(STATES.values())


@pytest.mark.parametrize(("heading", "states"), STATES.items())
def test_every_state_has_a_row_and_leads_only_to_states(heading: str, states: type[models.TextChoices]) -> None:
    rows = table(section("states", heading))

    assert {row[0] for row in rows} == set(states.values)
    assert {state for row in rows for state in re.findall(r"\w+", row[1])} <= set(states.values)


def test_the_ways_of_an_attempt_are_those_of_the_code() -> None:
    rows = table(section("states", "Payment attempt"))

    assert {row[0]: set(re.findall(r"\w+", row[1])) for row in rows} == {
        state: set(ways) for state, ways in TRANSITIONS.items()
    }


def test_the_states_of_service_are_those_of_the_code() -> None:
    assert {row[0] for row in table(section("states", "Service"))} == set(get_args(ServiceState))


def read_from_the_environment() -> set[str]:
    """The names that config/settings.py hands to the readers of config/env.py."""
    source = (ROOT / "config" / "settings.py").read_text()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_environment_variable_is_described_and_no_other() -> None:
    described = {
        row[0]
        for heading in ("Where and what", "Rows, bell, files", "Mail", "Stripe", "Limits")
        for row in table(section("settings", heading))
    }

    assert described - {"ANYMAIL_*"} == read_from_the_environment()


def test_the_sample_environment_names_only_what_is_described() -> None:
    from tests.project.compose import env_file

    text = (ROOT / "docs" / "settings.md").read_text()

    assert [name for name in env_file() if f"`{name}`" not in text] == []


def every_refusal(of: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    yield of
    for narrower in of.__subclasses__():
        yield from every_refusal(narrower)


def test_every_code_of_a_refusal_is_in_the_table_of_the_api() -> None:
    for package in (foundation, subscriptions, orders, web):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    listed = set(re.findall(r"^\| `(\w+)` \| \d{3} \|", (ROOT / "docs" / "api.md").read_text(), re.MULTILINE))
    said_by_the_framework = {row[0] for row in table(section("api", "Codes of every request"))}
    ours = {refusal.code for refusal in every_refusal() if refusal.__module__.partition(".")[0] != "tests"}

    assert ours - listed == set()
    assert listed - ours - said_by_the_framework == set()


def test_a_term_of_1995_cents_earns_as_in_the_table() -> None:
    rows = [[int(cell) for cell in row] for row in table(section("money", "The rounding rule"))]

    assert [row[0] for row in rows] == list(range(11))
    for k, by_this_issue, so_far, deferred in rows:
        assert so_far == earned_cents(1995, 10, k)
        assert by_this_issue == so_far - earned_cents(1995, 10, max(0, k - 1))
        assert deferred == unserved_cents(1995, 10, k)


def test_the_worked_journals_balance_and_add_up() -> None:
    text = section("money", "What is posted")
    rows = table(text[text.index("A sale of $19.95") :])
    *journals, balance = [[int(cell or 0) for cell in row[1:]] for row in rows]

    assert [sum(journal) for journal in journals] == [0, 0, 0]
    assert [sum(column) for column in zip(*journals, strict=True)] == balance


@pytest.mark.django_db
def test_the_chart_of_accounts_is_that_of_the_books() -> None:
    rows = {tuple(row) for row in table(section("money", "The accounts"))}

    assert rows == set(Account.objects.values_list("code", "name", "kind"))


def test_the_sample_calendar_is_laid_out_as_in_the_table() -> None:
    issues = [
        [str(i.number), i.cover_label, str(i.pull_at.astimezone(NEW_YORK).date()), str(i.mail_on)]
        for i in sample_issues(years=1)
    ]

    assert table(section("terms", "The calendar")) == issues


@pytest.mark.parametrize("row", table(section("terms", "A term is a range")), ids=lambda row: row[0])
def test_an_order_gets_the_issues_of_the_table(row: list[str]) -> None:
    calendar = sample_calendar(row[0])
    start = first_reachable(calendar)
    assert start is not None
    term = TermSpan(c_from=clock_at(calendar, [], start.ordinal), units=10)
    first, last = first_issue_of(calendar, [], term), expire_issue(calendar, [], [term]).issue
    assert first is not None
    assert last is not None

    said = [f"{issue.number} {issue.cover_label}" for issue in (first, last)]

    assert [*said, f"[{term.c_from}, {term.c_to})"] == row[1:]


def test_the_hold_of_the_text_ends_where_it_says() -> None:
    calendar, hold = sample_calendar("2026-02-20"), [PauseSpan(506, 508)]

    last = expire_issue(calendar, hold, [TermSpan(c_from=3, units=10)]).issue

    assert clock_at(calendar, hold, 508) == 5
    assert last is not None
    assert last.number == 515
