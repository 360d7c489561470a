"""What laying out the calendar would write: it is written, read and rolled back, so that it cannot differ."""

from django.db import transaction

from foundation.actors import Actor
from subscriptions.catalog import actions
from subscriptions.catalog.models import Issue


def preview(*, magazine_id: int, first_number: int, first_year: int, years: int, by: Actor) -> list[Issue]:
    """The issues as they would stand; those that are there already among them.

    :raises NumberIsTaken, CalendarGoesOn, CalendarRuleIsOdd: as `lay_out`
    """
    with transaction.atomic():
        issues = actions.lay_out(
            magazine_id=magazine_id, first_number=first_number, first_year=first_year, years=years, by=by
        )
        transaction.set_rollback(True)
    return issues
