"""Two workers, and a worker that dies: a mailed run earns once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orders.ledger import queries as books
from orders.revenue import actions, queries
from orders.revenue.models import EntryPosting, RunPosting
from subscriptions.terms.models import Term
from tests.house import House
from tests.orders.revenue.entries import credit
from tests.orders.revenue.printing import mail_issue
from tests.own_database import at_once

POST = """
import django; django.setup()
from django.utils import timezone
from orders.revenue import actions
actions.post_mailed_runs(now=timezone.now())
"""


def mailed_house() -> None:
    house = House()
    terms = [house.term(house.subscription()) for _ in range(20)]
    mail_issue(504, terms, on="2026-03-20")
    mail_issue(505, terms, on="2026-04-20")


def test_four_workers_at_once_post_each_run_once(own_database: str):
    mailed_house()
    now = House.at("2026-04-20")

    posted = at_once(*[lambda: actions.post_mailed_runs(now=now)] * 4)

    assert sum(posted) == 2
    assert books.balance("4100") == -20 * 399
    assert RunPosting.objects.count() == 2


@pytest.mark.parametrize("point", ["revenue.computed", "revenue.written", "revenue.posted"])
def test_a_worker_killed_anywhere_leaves_nothing_half_done_and_nothing_undone(
    own_database: str, tmp_path: Path, point: str
):
    mailed_house()
    fired = tmp_path / "fired"
    surroundings = {
        **os.environ,
        "DATABASE_URL": own_database,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MASTHEAD_FAILPOINT": point,
        "MASTHEAD_FAILPOINT_FILE": str(fired),
    }

    killed = subprocess.run([sys.executable, "-c", POST], env=surroundings, check=False, cwd=Path(__file__).parents[3])
    after_the_kill = RunPosting.objects.count()
    subprocess.run([sys.executable, "-c", POST], env=surroundings, check=True, cwd=Path(__file__).parents[3])

    assert killed.returncode == -9
    assert after_the_kill == (1 if point == "revenue.posted" else 0)
    assert not queries.runs_without_posting().exists()
    assert books.balance("4100") == -20 * 399


def test_reports_read_one_moment_outside_a_transaction_too(own_database: str):
    mailed_house()
    actions.post_mailed_runs(now=House.at("2026-04-20"))

    check = actions.nightly_check(now=House.at("2026-04-20"))

    assert [finding["number"] for finding in check.findings if not finding["ok"]] == [
        1,
        2,
    ]  # No sales; 501-503 unpulled.


def test_runs_and_credits_posted_at_once_earn_as_if_one_after_the_other(own_database: str):
    mailed_house()
    for term in Term.objects.all():
        credit(term, 504, on="2026-04-01")
    now = House.at("2026-04-20")

    at_once(*[lambda: actions.post_mailed_runs(now=now), lambda: actions.post_entries(now=now)] * 2)
    actions.post_entries(now=now)

    assert EntryPosting.objects.count() == 20
    assert books.balance("4100") == -20 * 199
