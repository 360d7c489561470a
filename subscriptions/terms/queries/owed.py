"""Copies from stock that terms were sold with and that have not been sent."""

from django.db.models import QuerySet

from subscriptions.terms.models import OwedCopy


def copies_owed(issue_id: int | None = None) -> QuerySet[OwedCopy]:
    """Those that wait for a supplemental run, of one issue or of all."""
    waiting = OwedCopy.objects.filter(state=OwedCopy.State.WAITING)
    return waiting if issue_id is None else waiting.filter(issue_id=issue_id)
