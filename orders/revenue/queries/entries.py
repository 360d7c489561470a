"""Entries of the expire ledger that change what a term has earned at a moment of their own.

A credit takes a copy back; a recoup or a back issue that names its copy adds one. What was used up before the term was
taken over names none: it counts from the day of the sale, and so do free terms' entries, which have no money.
"""

import datetime as dt

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from orders.revenue.models import EntryPosting, ParkedEntry
from orders.revenue.rules import Standing
from subscriptions.fulfillment.models import MAIN, LabelRun
from subscriptions.terms.models import Entry, OwedCopy, Term

# The entries `e` of which this module speaks, as SQL; `moving()` says the same.
MOVING = """e.kind IN ('credit', 'recoup', 'back_start')
            AND (e.kind = 'credit' OR e.copy_issue_id IS NOT NULL OR e.reverses_id IS NOT NULL)"""
# A term that ended without a cut had no end before: it earned nothing by its copies, and now all that it kept.
UNITS = "CASE WHEN t.ended_on IS NOT NULL AND t.cut = 0 THEN NULL ELSE t.units END"
# By term, the units of entries that wait to be posted: as long as they do, nothing that is posted may count them.
WAITING = f"""
    SELECT e.term_id, sum(e.units) AS units
    FROM terms_entry e
    WHERE {MOVING} AND NOT EXISTS (SELECT FROM revenue_entryposting p WHERE p.entry_id = e.id)
    GROUP BY e.term_id
"""  # noqa: S608 (our own text)
# One statement, so that a term and its entries are of one moment.
ELSEWHERE = f"""
    SELECT {UNITS}, t.carried - t.credit + coalesce(w.units, 0)
    FROM terms_term t LEFT JOIN ({WAITING}) w ON w.term_id = t.id
    WHERE t.id = %s
"""  # noqa: S608 (our own text)
POSTED_COPIES = """
    SELECT c.x, c.units
    FROM fulfillment_copy c
    JOIN fulfillment_labelrun r ON r.id = c.run_id AND r.issue_id = c.issue_id
    JOIN revenue_runposting p ON p.run_uuid = r.uuid AND p.currency = %s
    WHERE c.subscription_id = %s AND c.term_id = %s AND c.purpose = %s AND c.units > 0
    ORDER BY c.x
"""


def moving() -> Q:
    by_copy = Q(kind__in=[Entry.Kind.RECOUP, Entry.Kind.BACK_START]) & (
        Q(copy_issue__isnull=False) | Q(reverses__isnull=False)
    )
    return Q(kind=Entry.Kind.CREDIT) | by_copy


def ends_the_endless() -> Q:
    """The entry that gave a term without an end its end, where money was kept: it is earned by that."""
    kept = Q(term__magazine_cents__gt=F("term__released_magazine_cents")) | Q(
        term__postage_cents__gt=F("term__released_postage_cents")
    )
    return Q(kind=Entry.Kind.ENDED, units__gt=0) & kept


def entries_to_post() -> QuerySet[Entry]:
    """Entries that can be posted and are not, the oldest first.

    A back issue counts once it was mailed, and what takes it back again only if it ever counted.
    """
    posted = EntryPosting.objects.filter(entry=OuterRef("pk"))
    mailed = LabelRun.objects.filter(uuid=OuterRef("run_uuid"), state=LabelRun.State.MAILED)
    sent = OwedCopy.objects.filter(Exists(mailed), entry=OuterRef("pk"), state=OwedCopy.State.SENT)
    counted = EntryPosting.objects.filter(entry=OuterRef("reverses"))
    ready = (
        ~Q(kind=Entry.Kind.BACK_START)
        | Q(Exists(sent), reverses__isnull=True)
        | Q(Exists(counted), reverses__isnull=False)
    )
    return Entry.objects.filter(moving() | ends_the_endless(), ready).exclude(Exists(posted)).order_by("pk")


def unparked_entries_to_post(*, now: dt.datetime) -> QuerySet[Entry]:
    """Without those parked until later."""
    parked = ParkedEntry.objects.filter(entry=OuterRef("pk"), next_try_at__gt=now)
    return entries_to_post().exclude(Exists(parked))


def entry_day(entry: Entry) -> dt.date:
    """The day of an entry that can be posted: when it was written, or when its back issue was mailed."""
    if entry.kind == Entry.Kind.BACK_START and entry.reverses_id is None:
        run_uuid = entry.owed_copy.run_uuid
        run = LabelRun.objects.filter(uuid=run_uuid).first() if run_uuid else None
        if run is None or run.mailed_on is None:
            raise LookupError(f"The copy of entry {entry.pk} has not been mailed.")
        return run.mailed_on
    return entry.at.astimezone(entry.term.subscription.magazine.zone).date()


def standing_of(term: Term) -> Standing:
    """What the books count as served of a term now. Needs the turn at its magazine's revenue, or it may be outdated."""
    with connection.cursor() as cursor:
        cursor.execute(ELSEWHERE, [term.pk])
        units, elsewhere = cursor.fetchone()
        cursor.execute(POSTED_COPIES, [term.currency, term.subscription_id, term.pk, MAIN])
        copies = tuple(cursor.fetchall())
    return Standing(units, elsewhere, copies)
