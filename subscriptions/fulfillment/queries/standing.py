"""Whether a rehearsal still holds, and what it found wrong."""

import hashlib
from collections.abc import Collection
from typing import Any

from subscriptions.catalog.models import Issue
from subscriptions.catalog.queries import calendar
from subscriptions.fulfillment.models import LabelRun


def calendar_state(issue: Issue) -> str:
    """A stamp of the calendar up to the issue after this one: with another stamp the rehearsal is stale."""
    rows = [
        (each.pk, each.ordinal, each.unit, each.weight, each.pull_at, each.is_pulled, each.state == Issue.State.DROPPED)
        for each in calendar(issue.magazine_id).filter(ordinal__lte=issue.ordinal + 1)
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


def failed_checks(run: LabelRun, *, despite: Collection[str] = ()) -> list[dict[str, Any]]:
    """The hard checks of the rehearsal that failed, without those accepted that may be."""
    checks: list[dict[str, Any]] = run.rehearsal.get("checks", [])
    return [
        check
        for check in checks
        if check["hard"] and not check["ok"] and not (check["may_be_accepted"] and check["code"] in despite)
    ]
