"""Whom a change of the calendar would touch: counted before it is made, in a handful of statements."""

from dataclasses import dataclass

from django.db import connection

from subscriptions.catalog.models import Issue
from subscriptions.terms.models import AwayIssue, Pause, Term


@dataclass(frozen=True, slots=True)
class Touched:
    """Subscriptions by what an issue is to them, as planned today.

    `getting` get it; `sliding` have an end at it or after it, which moves; `waiting` begin with it or after it by name;
    `pausing` have a hold that begins or ends with it; `away` have it sent to another address than home.
    """

    getting: int
    sliding: int
    waiting: int
    pausing: int
    away: int


def touched_by(issue: Issue) -> Touched:
    with connection.cursor() as cursor:
        cursor.execute(_LIVE, {"magazine": issue.magazine_id, "ordinal": issue.ordinal, "unit": issue.unit})
        getting, sliding = cursor.fetchone()
    pauses = Pause.objects.filter(subscription__magazine_id=issue.magazine_id)
    pausing = pauses.filter(from_issue=issue) | pauses.filter(until_issue=issue)
    return Touched(
        getting=int(getting),
        sliding=int(sliding),
        waiting=Term.objects.filter(
            pin_issue__magazine_id=issue.magazine_id, pin_issue__ordinal__gte=issue.ordinal, ended_at__isnull=True
        ).count(),
        pausing=pausing.values("subscription_id").distinct().count(),
        away=AwayIssue.objects.filter(issue=issue).count(),
    )


# By the clock of each subscription at the issue: whether a term covers it, and whether anything is left from it on.
_LIVE = """
    WITH held AS MATERIALIZED (SELECT * FROM skip_at(%(magazine)s, %(ordinal)s)),
    line AS (
      SELECT t.subscription_id,
             bool_or(t.c_from <= c.clock AND (t.c_to IS NULL OR t.c_to > c.clock) AND NOT coalesce(h.paused, false))
               AS gets,
             bool_or(t.c_to > c.clock) AND NOT bool_or(t.c_to IS NULL) AS slides
        FROM terms_term t
        JOIN terms_subscription s ON s.id = t.subscription_id AND s.magazine_id = %(magazine)s
        LEFT JOIN held h ON h.subscription_id = t.subscription_id
       CROSS JOIN LATERAL (SELECT %(unit)s - coalesce(h.units, 0) AS clock) c
       GROUP BY t.subscription_id
    )
    SELECT count(*) FILTER (WHERE gets), count(*) FILTER (WHERE slides) FROM line
"""
