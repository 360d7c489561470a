"""Whom a change of the calendar touches, in the words of the page that asks before it is made."""

from orders.renewals import queries as renewals
from subscriptions.catalog.models import Issue
from subscriptions.terms import queries as terms


def whom_it_touches(issue: Issue) -> list[str]:
    touched = terms.touched_by(issue)
    planned, announced = renewals.charges_from(magazine_id=issue.magazine_id, day=issue.pull_at.date())
    return [
        f"{issue} goes to {_number(touched.getting, 'subscription')} as planned today; the last issue of "
        f"{_number(touched.sliding, 'subscription')} is this one or a later one.",
        *_if(touched.waiting, "Waiting for it or a later one by name: {}. They begin with theirs wherever it stands."),
        *_if(touched.pausing, "With a hold that begins or ends with it: {}. The hold follows the calendar."),
        *_if(touched.away, "Having it sent to an address away from home: {}. This is worked out again."),
        *(
            [
                f"{_number(planned, 'automatic charge')} from then on may move with it, {announced} of them announced "
                "already: whoever was told a day that is now too early is told again. The old notices stay on file."
            ]
            if planned
            else []
        ),
    ]


def _if(count: int, sentence: str) -> list[str]:
    return [sentence.format(_number(count, "subscription"))] if count else []


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
