"""What waits for a run after the main run: copies owed from stock, and replacements."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.models import CLAIM, SUPPLEMENT, LabelRun
from subscriptions.fulfillment.queries.claims import replacements_waiting
from subscriptions.terms.queries import copies_owed


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where one purpose finds what is wanted: the rows that wait, of one issue or (None) of all, and their SQL file."""

    waiting: Callable[[int | None], QuerySet[Any]]
    sql_file: str


@dataclass(frozen=True, slots=True)
class WaitingRun:
    """Copies of an issue that wait for a run of this purpose, and the run that is planned for them, if there is one."""

    issue: Issue
    purpose: LabelRun.Purpose
    rows: int
    run: LabelRun | None


WANTED = {SUPPLEMENT: Wanted(copies_owed, "owed"), CLAIM: Wanted(replacements_waiting, "replaced")}


def waiting_runs() -> list[WaitingRun]:
    """Every pulled issue with something waiting, by purpose, the oldest issue first."""
    found = []
    unfinished = LabelRun.objects.filter(state__in=["planned", "rehearsing", "rehearsed", "approved", "releasing"])
    for purpose, wanted in WANTED.items():
        counted = wanted.waiting(None).filter(issue__pulled_at__isnull=False).values("issue")
        counts = dict(counted.annotate(n=Count("pk")).values_list("issue", "n"))
        runs = {run.issue_id: run for run in unfinished.filter(purpose=purpose)}
        issues = Issue.objects.filter(pk__in=counts).select_related("magazine")
        found += [
            WaitingRun(issue, LabelRun.Purpose(purpose), counts[issue.pk], runs.get(issue.pk)) for issue in issues
        ]
    return sorted(found, key=lambda each: (each.issue.pull_at, each.purpose))
