"""Credits, recouped grace copies and back issues from stock: each entry becomes one journal against what was earned."""

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import F, Max

from foundation import failpoints
from foundation.audit import actions as audit
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from orders.ledger.models import AccountCode, Journal
from orders.revenue import queries
from orders.revenue.actions.turns import BY, LONGEST_PARKED, take_turn
from orders.revenue.models import EntryPosting, ParkedEntry, RunPosting
from subscriptions.terms.models import Entry

log = structlog.get_logger(__name__)
AT_MOST = 2000


def post_entries(*, now: dt.datetime) -> int:
    """Post every entry that can be; how many were. An entry that cannot be posted is parked."""
    posted = 0
    for entry_id in list(queries.unparked_entries_to_post(now=now).values_list("pk", flat=True)[:AT_MOST]):
        try:
            posted += post_entry(entry_id=entry_id, now=now)
            failpoints.reached("revenue.entry_posted")
        except Exception as error:  # Whatever is wrong with this entry must not hold up the others.
            log.exception("entry_parked", entry=entry_id)
            park(entry_id=entry_id, error=error, now=now)
    return posted


@transaction.atomic
def post_entry(*, entry_id: int, now: dt.datetime) -> bool:
    """Post what one entry does to what its term has earned. False when it is posted already.

    The book date is the day of the entry (of mailing for a back issue), or the first open day when that is closed.
    """
    entry = Entry.objects.select_related("term__subscription__magazine", "copy_issue", "reverses__copy_issue").get(
        pk=entry_id
    )
    take_turn(entry.term.subscription.magazine_id)
    if EntryPosting.objects.filter(entry=entry).exists():
        return False
    magazine_cents, postage_cents = earned_by(entry)
    day = queries.entry_day(entry)
    book_date = ledger.first_open_day(day)
    posting = EntryPosting.objects.create(
        entry=entry,
        term=entry.term,
        units=-entry.units if entry.kind != Entry.Kind.ENDED else entry.units,
        magazine_cents=magazine_cents,
        postage_cents=postage_cents,
        journal=post_journal(entry, magazine_cents, postage_cents, day=day, book_date=book_date),
        book_date=book_date,
        after_run_posting=RunPosting.objects.aggregate(last=Max("pk"))["last"] or 0,
        posted_at=now,
    )
    ParkedEntry.objects.filter(entry=entry).delete()
    audit.record(BY, "entry.posted", posting, magazine_cents=magazine_cents, postage_cents=postage_cents)
    failpoints.reached("revenue.entry_written")
    return True


def earned_by(entry: Entry) -> tuple[int, int]:
    """The cents that the entry adds to what its term has earned, magazine and postage; a credit takes some back."""
    term = entry.term
    if entry.kind == Entry.Kind.ENDED:
        return term.magazine_cents - term.released_magazine_cents, term.postage_cents - term.released_postage_cents
    before = queries.standing_of(term)
    after = before.moved(-entry.units)
    return (
        after.earned(term.magazine_cents) - before.earned(term.magazine_cents),
        after.earned(term.postage_cents) - before.earned(term.postage_cents),
    )


def post_journal(
    entry: Entry, magazine_cents: int, postage_cents: int, *, day: dt.date, book_date: dt.date
) -> Journal | None:
    magazine = entry.term.subscription.magazine.code
    copy_issue = entry.copy_issue or (entry.reverses.copy_issue if entry.reverses else None)
    cents = {
        AccountCode.DEFERRED_SUBSCRIPTIONS: magazine_cents + postage_cents,
        AccountCode.SUBSCRIPTION_REVENUE: -magazine_cents,
        AccountCode.POSTAGE_REVENUE: -postage_cents,
    }
    issue = str(copy_issue.number) if copy_issue else ""
    lines = [Posting(account, amount, magazine=magazine, issue=issue) for account, amount in cents.items() if amount]
    if not lines:
        return None
    return ledger.post(
        posting_key=f"entry:{entry.pk}",
        kind="earn",
        book_date=book_date,
        currency=entry.term.currency,
        lines=lines,
        memo=entry.get_kind_display() if book_date == day else f"of {day}, when the month was closed",
    )


def park(*, entry_id: int, error: Exception, now: dt.datetime) -> None:
    """Leave the entry alone for a while: a minute, then twice as long each time, at most an hour."""
    parked, is_new = ParkedEntry.objects.get_or_create(
        entry_id=entry_id, defaults={"error": str(error)[:300], "next_try_at": now + dt.timedelta(minutes=1)}
    )
    if not is_new:
        wait = min(dt.timedelta(minutes=2 ** min(parked.tries, 6)), LONGEST_PARKED)
        ParkedEntry.objects.filter(pk=parked.pk).update(
            error=str(error)[:300], tries=F("tries") + 1, next_try_at=now + wait
        )
