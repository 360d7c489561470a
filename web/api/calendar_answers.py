"""What a change of the calendar does, and what it would do. Changes nothing."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from django.db import transaction

from orders.renewals import queries as renewals
from subscriptions.catalog.models import Issue
from subscriptions.terms import queries as terms

Changed = TypeVar("Changed")


def whom_it_touches(issue: Issue) -> dict[str, int]:
    """The fields of `TouchedOut`, as things are planned now."""
    charges, announced = renewals.charges_from(magazine_id=issue.magazine_id, day=issue.pull_at.date())
    return {**asdict(terms.touched_by(issue)), "charges": charges, "charges_announced": announced}


def tried(change: Callable[[], Changed]) -> Changed:
    """What the change would answer: written, read and rolled back, so that it cannot differ.

    :raises DomainError: as the change
    """
    with transaction.atomic():
        changed = change()
        transaction.set_rollback(True)
    return changed
