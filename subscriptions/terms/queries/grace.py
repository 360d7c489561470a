"""Copies sent in the hope of renewal, where the hope is over."""

import datetime as dt

from django.db import connection
from django.db.models import Exists, F, OuterRef

from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.terms import rules
from subscriptions.terms.models import Entry, Term
from subscriptions.terms.queries.life import Life, life_of


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


def in_hope(life: Life, clock: int) -> Term | None:
    """The term that is over and of whose grace something is left at this clock, while nothing that was sold is."""
    if rules.units_left(life.spans, clock) != 0:
        return None
    for term, span in zip(life.terms, life.spans, strict=True):
        left = span.c_to is not None and rules.grace_used(span, clock) < term.grace
        # Behind a term that was followed only comes what another one has paid for.
        if left and not Term.objects.filter(predecessor=term).exists():
            return term
    return None


def comes_in_hope(subscription_id: int, now: dt.datetime) -> Issue | None:
    """The first issue that a change still reaches, where it finds nothing but copies sent in the hope of a renewal."""
    life = life_of(subscription_id)
    if not life.terms:
        return None
    first = catalog.first_open_issue(magazine_id=life.terms[0].subscription.magazine_id, now=now)
    if first is None or in_hope(life, rules.clock_at(life.calendar, life.pauses, first.ordinal)) is None:
        return None
    return first


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
