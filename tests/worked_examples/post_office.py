"""What the worked examples of claims and later runs share: issues printed and mailed by the real runs.

The labels come out into a folder of the test's own.
"""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from subscriptions.catalog import actions as catalog
from subscriptions.fulfillment import actions
from subscriptions.fulfillment.actions import ClaimAnswer
from subscriptions.fulfillment.models import LabelRun
from tests.house import House
from tests.subscriptions.fulfillment.runs import PAT, released


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "var"
    store = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": store}


def mail(house: House, *numbers: int) -> LabelRun:
    """Pull these issues one after the other, and mail each on its day; the last run."""
    for number in numbers:
        house.pull_before(number)
        run = mailed(house, released(house, number, despite=("usual_size",)))
    return run


def mailed(house: House, run: LabelRun, *, on: dt.date | None = None) -> LabelRun:
    day = on or run.issue.mail_on
    moment = dt.datetime.combine(day, dt.time(18), house.magazine.zone)
    actions.hand_over(run_id=run.pk, to="Print House", by=PAT, now=moment)
    return actions.confirm_mailed(run_id=run.pk, mailed_on=day, by=PAT, now=moment)


def later(house: House, number: int, *, purpose: int, now: dt.datetime) -> LabelRun:
    """A supplement (2) or a claims run (3) of an issue, from planning to its file."""
    run = actions.plan_later_run(issue_id=house.issue(number).pk, purpose=purpose, by=PAT, now=now)
    actions.work_off_runs(now=now)
    actions.approve(run_id=run.pk, by=PAT, now=now)
    actions.ask_release(run_id=run.pk, by=PAT, now=now)
    actions.work_off_runs(now=now)
    run.refresh_from_db()
    assert run.state == LabelRun.State.RELEASED, run.last_error
    return run


def stock(house: House, number: int, copies: int = 3) -> None:
    issue = house.issue(number)
    catalog.receive_stock(issue_id=issue.pk, copies=copies, by=PAT, now=issue.pull_at)


def overdue(house: House, number: int) -> dt.datetime:
    """The day after the last one of its in-home window."""
    day = house.issue(number).in_home_until + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(12), house.magazine.zone)


def claim(house: House, subscription: Any, number: int, *, now: dt.datetime, reason: str = "missing") -> ClaimAnswer:
    return actions.claim_copy(
        subscription_id=subscription.pk, issue_id=house.issue(number).pk, reason_code=reason, by=PAT, now=now
    )
