"""One business event becomes one journal, once."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from foundation.errors import DomainError
from orders.ledger.actions.periods import lock_open_period
from orders.ledger.models import Journal, Line


@dataclass(frozen=True, slots=True)
class Posting:
    """One line to be: debit positive, credit negative, in cents. The dimensions are codes, never people."""

    account: str
    cents: int
    magazine: str = ""
    issue: str = ""
    offer: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A business event to be posted: the words of `post`."""

    posting_key: str
    kind: str
    book_date: dt.date
    currency: str
    lines: Sequence[Posting]
    memo: str = ""


class PostingConflict(DomainError):
    """The same business event was posted before with other figures: a person must look."""

    code = "posting_conflict"


class JournalIsUnbalanced(DomainError):
    code = "journal_is_unbalanced"


@transaction.atomic
def post(
    *,
    posting_key: str,
    kind: str,
    book_date: dt.date,
    currency: str,
    lines: Sequence[Posting],
    memo: str = "",
    reverses_id: int | None = None,
) -> Journal:
    """Write the journal of one business event, or give back the one that is there with the same key and figures.

    A month that has no period yet is opened.

    :raises PostingConflict: when the key was used for other figures
    :raises PeriodIsClosed: when the month is closed; who must get through asks `first_open_day` first
    :raises JournalIsUnbalanced: when the lines do not sum to 0, are fewer than two, or one of them is 0
    """
    refuse_unbalanced(posting_key, lines)
    content = content_sha256(kind=kind, currency=currency, lines=lines, reverses_id=reverses_id)
    if existing := Journal.objects.filter(posting_key=posting_key).first():
        return same_or_refuse(existing, content)
    period = lock_open_period(book_date=book_date)
    try:
        with transaction.atomic():
            journal = Journal.objects.create(
                posting_key=posting_key,
                kind=kind,
                book_date=book_date,
                period=period,
                currency=currency,
                memo=memo,
                content_sha256=content,
                reverses_id=reverses_id,
            )
    except IntegrityError:
        # Another worker committed the same event while we waited for its key; any other reason goes on up.
        if existing := Journal.objects.filter(posting_key=posting_key).first():
            return same_or_refuse(existing, content)
        raise
    # One statement: the database takes no second helping of lines for a journal.
    Line.objects.bulk_create(_lines(journal, lines))
    return journal


@transaction.atomic
def post_all(events: Sequence[Event]) -> list[Journal]:
    """`post` for many events, in a few statements for all of them; their journals in the same order.

    :raises IntegrityError: when another worker posts one of them at this moment; nothing is posted then
    """
    wanted = {event.posting_key: event for event in events}
    contents = {key: _content_of(event) for key, event in wanted.items()}
    there = {journal.posting_key: journal for journal in Journal.objects.filter(posting_key__in=wanted)}
    journals = {key: same_or_refuse(journal, contents[key]) for key, journal in there.items()}
    new = [event for key, event in wanted.items() if key not in journals]
    periods = {day: lock_open_period(book_date=day) for day in sorted({event.book_date for event in new})}
    rows = Journal.objects.bulk_create(
        Journal(
            posting_key=event.posting_key,
            kind=event.kind,
            book_date=event.book_date,
            period=periods[event.book_date],
            currency=event.currency,
            memo=event.memo,
            content_sha256=contents[event.posting_key],
        )
        for event in new
    )
    # One statement here too, for the lines of all of them.
    Line.objects.bulk_create(
        line for journal, event in zip(rows, new, strict=True) for line in _lines(journal, event.lines)
    )
    journals |= {journal.posting_key: journal for journal in rows}
    return [journals[event.posting_key] for event in events]


def _content_of(event: Event) -> str:
    refuse_unbalanced(event.posting_key, event.lines)
    return content_sha256(kind=event.kind, currency=event.currency, lines=event.lines, reverses_id=None)


def _lines(journal: Journal, lines: Sequence[Posting]) -> list[Line]:
    return [
        Line(
            journal=journal,
            account_id=line.account,
            cents=line.cents,
            magazine=line.magazine,
            issue=line.issue,
            offer=line.offer,
            source=line.source,
        )
        for line in lines
    ]


def content_sha256(*, kind: str, currency: str, lines: Sequence[Posting], reverses_id: int | None) -> str:
    """What makes two postings of one key the same: kind, currency and lines in any order.

    Book date and memo are left out: a retry after the month was closed has a later date and is still the same event.
    `queries.altered_journals` computes the same in SQL.
    """
    body = sorted(
        f"{line.account}\t{line.magazine}\t{line.issue}\t{line.offer}\t{line.source}\t{line.cents}".encode()
        for line in lines
    )
    head = f"{kind}\t{currency}\t{reverses_id or ''}".encode()
    return hashlib.sha256(b"\n".join([head, *body])).hexdigest()


def refuse_unbalanced(posting_key: str, lines: Sequence[Posting]) -> None:
    total = sum(line.cents for line in lines)
    if total != 0 or len(lines) < 2 or any(line.cents == 0 for line in lines):
        raise JournalIsUnbalanced(
            f"{posting_key} cannot be posted: {len(lines)} lines that sum to {total} cents; "
            "a journal has at least two lines, none of 0, that sum to 0."
        )


def same_or_refuse(existing: Journal, content: str) -> Journal:
    if existing.content_sha256 != content:
        raise PostingConflict(f"{existing.posting_key} is in the books with other figures (journal {existing.pk}).")
    return existing
