"""Entries of the expire ledger written by hand, with the length of their term, as the actions of terms write them."""

import datetime as dt

from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.models import LabelRun
from subscriptions.terms.models import Entry, OwedCopy, Term
from tests.house import at


def credit(term: Term, number: int, *, on: str = "2026-04-01", units: int = 1) -> Entry:
    """A copy is given back: the term is longer by it, and it is earned again later."""
    return entry(term, "credit", number, units=units, on=on, credit=units)


def take_back(given: Entry, *, on: str = "2026-04-02") -> Entry:
    """The copy came after all."""
    given.term.refresh_from_db()
    return entry(given.term, given.kind, None, units=-given.units, on=on, reverses=given, credit=-given.units)


def recoup(term: Term, number: int, *, on: str = "2026-04-01") -> Entry:
    """A grace copy that this term pays for."""
    return entry(term, "recoup", number, units=-1, on=on, carried=1)


def owe(term: Term, number: int, *, on: str = "2026-04-01") -> OwedCopy:
    """A back issue that this term begins with, not sent yet."""
    written = entry(term, "back_start", number, units=-1, on=on, carried=1)
    return OwedCopy.objects.create(
        subscription=term.subscription, issue=Issue.objects.get(number=number), term=term, entry=written, units=1
    )


def send(owed: OwedCopy, *, pulled_on: str, mailed_on: str | None) -> LabelRun:
    """The run that the back issue goes with; mailed or only handed over."""
    run = LabelRun.objects.create(
        issue=owed.issue,
        purpose=LabelRun.Purpose.SUPPLEMENT,
        state="mailed" if mailed_on else "handed_over",
        mailed_on=mailed_on,
        created_by="system:test",
        rehearsed_at=at(pulled_on),
        approved_by="staff:1",
        released_at=at(pulled_on),
        pulled_at=at(pulled_on),
        file_sha256="0" * 64,
        manifest_sha256="0" * 64,
    )
    OwedCopy.objects.filter(pk=owed.pk).update(state="sent", run_uuid=run.uuid)
    return run


def end(term: Term, *, at_clock: int, on: str, kind: str = "cut") -> Term:
    """The term ends at a place of the clock and lets go of the rest, by P - P*k//N."""
    term.refresh_from_db()
    left, bought = term.c_to - at_clock, term.units or 0
    k = max(0, min(bought, term.carried + at_clock - term.c_from - term.credit))
    term.cut += left
    term.ended_at, term.ended_on, term.ended_because = at(on), dt.date.fromisoformat(on), "other"
    term.released_magazine_cents = term.magazine_cents - term.magazine_cents * k // bought
    term.released_postage_cents = term.postage_cents - term.postage_cents * k // bought
    term.save()
    Entry.objects.create(term=term, kind=kind, units=-left, at=at(on), by="staff:1")
    return term


def entry(
    term: Term, kind: str, number: int | None, *, units: int, on: str, reverses: Entry | None = None, **changes: int
) -> Entry:
    term.refresh_from_db()
    for part, more in changes.items():
        setattr(term, part, getattr(term, part) + more)
    term.save(update_fields=list(changes))
    return Entry.objects.create(
        term=term,
        kind=kind,
        units=units,
        copy_issue=Issue.objects.get(number=number) if number else None,
        reverses=reverses,
        at=at(on),
        by="staff:1",
    )
