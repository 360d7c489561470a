"""Small counts around a run: who is held back from it, who was skipped by it."""

from django.db import connection
from django.db.models import Count

from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.pull import Pull
from subscriptions.terms.models import Pause


def held_by_reason(pull: Pull) -> dict[str, int]:
    """Subscriptions that would be owed the issue but for a pause that was there before the pull."""
    with connection.cursor() as cursor:
        cursor.execute(pull.held())
        return dict(sorted(cursor.fetchall()))


def skipped_by_reason(run: LabelRun) -> dict[str, int]:
    """What the pull of this run could not send, by the obstacle. A later run leaves it waiting."""
    if not run.is_main:
        return dict(run.printed["skipped"])
    skips = Pause.objects.filter(run_uuid=run.uuid, reason=Pause.Reason.SKIP)
    return dict(skips.values_list("note").annotate(Count("pk")).order_by("note"))


def last_run_of(issue: Issue) -> LabelRun | None:
    """The main run of the last issue that was pulled before this one, if its copies are here."""
    return (
        LabelRun.objects.filter(
            issue__magazine_id=issue.magazine_id,
            issue__ordinal__lt=issue.ordinal,
            pulled_at__isnull=False,
            purpose=LabelRun.Purpose.MAIN,
        )
        .exclude(state=LabelRun.State.VOIDED)
        .select_related("issue")
        .order_by("-issue__ordinal")
        .first()
    )
