"""Copies sent in the hope of renewal, where the hope is over."""

from django.db import connection
from django.db.models import Exists, F, OuterRef

from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Magazine
from subscriptions.terms.models import Entry, Term
from subscriptions.terms.queries.life import life_of


def grace_to_write_off() -> list[int]:
    """Subscriptions whose grace was served, and which are further past their end than a renewal would be recouped."""
    found: list[int] = []
    for magazine in Magazine.objects.order_by("pk"):
        following = catalog.next_to_pull(magazine.pk)
        if following is None:
            continue
        hope = max(magazine.recoup_within_issues, magazine.grace_issues)
        settled = Entry.objects.filter(term=OuterRef("pk"), kind=Entry.Kind.WRITE_OFF)
        terms = Term.objects.filter(
            ~Exists(settled),
            subscription__magazine=magazine,
            successor__isnull=True,
            grace__gt=0,
            c_to__lt=following.unit - hope,
            c_to__gte=F("c_from"),
        )
        listed = terms.order_by("subscription_id").values_list("subscription_id", "c_to", "stepped")
        # The clock of a subscription that has had a pause is behind the calendar's.
        found += [pk for pk, end, stepped in listed if not stepped or life_of(pk).clock - end > hope]
    return found


def grace_beyond(issue_id: int) -> list[tuple[int, int, int]]:
    """Terms with a successor whose grace reaches a planned issue: term, subscription, and the units of grace before it.

    In the order of their subscriptions, as they are locked. Where a term that has ended paid for the issue it stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND, {"issue": issue_id})
        return [(int(term), int(line), int(served)) for term, line, served in cursor.fetchall()]


_BEYOND = """
    SELECT t.id, t.subscription_id, greatest(0, c.clock - t.c_to)
      FROM catalog_issue i
      JOIN terms_subscription s ON s.magazine_id = i.magazine_id
      JOIN terms_term t ON t.subscription_id = s.id AND t.grace > 0
      LEFT JOIN skip_at(i.magazine_id, i.ordinal) k ON k.subscription_id = s.id
     CROSS JOIN LATERAL (SELECT i.unit - coalesce(k.units, 0) AS clock) c
     WHERE i.id = %(issue)s AND t.c_to + t.grace > c.clock
       AND EXISTS (SELECT FROM terms_term behind WHERE behind.predecessor_id = t.id)
       AND NOT EXISTS (
             SELECT FROM terms_term e
               JOIN terms_entry paid ON paid.term_id = e.id AND paid.kind = 'recoup' AND paid.copy_issue_id = i.id
              WHERE e.subscription_id = s.id AND e.ended_at IS NOT NULL
                AND NOT EXISTS (SELECT FROM terms_entry back WHERE back.reverses_id = paid.id))
     ORDER BY t.subscription_id, t.id
"""
