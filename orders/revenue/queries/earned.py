"""R2: what each mailed issue has earned, with its copies by class. Ties to the earn journals on 4100 and 4110.

Copies credited, grace copies recouped and back issues from stock are rows of their own, by the issue that they name.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from orders.ledger.models import AccountCode, Line
from orders.revenue.models import EntryPosting, RunPosting
from subscriptions.catalog.models import Issue
from subscriptions.terms.models import Entry

# Classes whose copies somebody paid for; the others earn nothing.
PAID = ("paid", "gift", "agency", "bulk")
UNPAID = ("grace", "credit", "comp")
# A row of a run, beside those of each kind of entry.
RUN = "mailed"


@dataclass(frozen=True, slots=True)
class EarnedRow:
    """One mailed run (`what` is "mailed"), or all entries of one kind for one issue: without a run and its copies.

    The book date of entries is that of the last one.
    """

    magazine: str
    issue: int | None
    cover_label: str
    what: str
    mailed_on: dt.date | None
    book_date: dt.date
    run_uuid: str
    copies_paid: int
    copies_grace: int
    copies_credit: int
    copies_comp: int
    copies_other: int
    magazine_cents: int
    postage_cents: int
    entries: int
    # Magazine and postage per paid copy, in whole cents, half up.
    average_cents: int
    journal_id: int | None
    posting_key: str


@dataclass(frozen=True, slots=True)
class EarnedByIssue:
    """Runs and entries whose book date lies in `[from_day, until)`.

    `ledger_*` is the sum of the earn journals of the same days.
    """

    from_day: dt.date
    until: dt.date
    magazine: str | None
    currency: str
    rows: list[EarnedRow]
    ledger_magazine_cents: int
    ledger_postage_cents: int

    @property
    def magazine_cents(self) -> int:
        return sum(row.magazine_cents for row in self.rows)

    @property
    def postage_cents(self) -> int:
        return sum(row.postage_cents for row in self.rows)

    @property
    def is_in_balance(self) -> bool:
        booked = (self.ledger_magazine_cents, self.ledger_postage_cents)
        return (self.magazine_cents, self.postage_cents) == booked


def earned_by_issue(
    *, from_day: dt.date, until: dt.date, magazine: str | None = None, currency: str = "usd"
) -> EarnedByIssue:
    postings = (
        RunPosting.objects.select_related("journal")
        .annotate(day=Coalesce("journal__book_date", "mailed_on"))
        .filter(day__gte=from_day, day__lt=until, currency=currency)
        .order_by("day", "magazine_code", "issue_id", "pk")
    )
    booked = Line.objects.filter(
        journal__kind="earn", journal__currency=currency, journal__book_date__gte=from_day, journal__book_date__lt=until
    )
    entries = EntryPosting.objects.filter(book_date__gte=from_day, book_date__lt=until, term__currency=currency)
    if magazine is not None:
        postings, booked = postings.filter(magazine_code=magazine), booked.filter(magazine=magazine)
        entries = entries.filter(term__subscription__magazine__code=magazine)
    found = list(postings)
    issues = Issue.objects.in_bulk([posting.issue_id for posting in found])
    return EarnedByIssue(
        from_day=from_day,
        until=until,
        magazine=magazine,
        currency=currency,
        rows=[*(row_of(posting, issues[posting.issue_id]) for posting in found), *rows_of(entries)],
        ledger_magazine_cents=credited(booked, AccountCode.SUBSCRIPTION_REVENUE),
        ledger_postage_cents=credited(booked, AccountCode.POSTAGE_REVENUE),
    )


def row_of(posting: RunPosting, issue: Issue) -> EarnedRow:
    copies: dict[str, int] = posting.copies_by_class
    paid = sum(copies.get(name, 0) for name in PAID)
    unpaid = {name: copies.get(name, 0) for name in UNPAID}
    return EarnedRow(
        magazine=posting.magazine_code,
        issue=issue.number,
        cover_label=issue.cover_label,
        what=RUN,
        mailed_on=posting.mailed_on,
        book_date=posting.journal.book_date if posting.journal else posting.mailed_on,
        run_uuid=str(posting.run_uuid),
        copies_paid=paid,
        copies_grace=unpaid["grace"],
        copies_credit=unpaid["credit"],
        copies_comp=unpaid["comp"],
        copies_other=sum(copies.values()) - paid - sum(unpaid.values()),
        magazine_cents=posting.magazine_cents,
        postage_cents=posting.postage_cents,
        entries=0,
        average_cents=(2 * posting.earned_cents + paid) // (2 * paid) if paid else 0,
        journal_id=posting.journal_id,
        posting_key=posting.journal.posting_key if posting.journal else "",
    )


def rows_of(entries: QuerySet[EntryPosting]) -> list[EarnedRow]:
    """One row for each kind of entry and issue; what takes an entry back stands with it."""
    number = Coalesce("entry__copy_issue__number", "entry__reverses__copy_issue__number")
    label = Coalesce("entry__copy_issue__cover_label", "entry__reverses__copy_issue__cover_label")
    summed = (
        entries.values("term__subscription__magazine__code", "entry__kind", number=number, label=label)
        .annotate(
            count=Count("pk"), last=Max("book_date"), magazine=Sum("magazine_cents"), postage=Sum("postage_cents")
        )
        .order_by("term__subscription__magazine__code", "number", "entry__kind")
    )
    return [
        EarnedRow(
            magazine=row["term__subscription__magazine__code"],
            issue=row["number"],
            cover_label=row["label"] or "",
            what=str(Entry.Kind(row["entry__kind"]).label).lower(),
            mailed_on=None,
            book_date=row["last"],
            run_uuid="",
            copies_paid=0,
            copies_grace=0,
            copies_credit=0,
            copies_comp=0,
            copies_other=0,
            magazine_cents=int(row["magazine"]),
            postage_cents=int(row["postage"]),
            entries=row["count"],
            average_cents=0,
            journal_id=None,
            posting_key="",
        )
        for row in summed
    ]


def credited(lines: QuerySet[Line], account: str) -> int:
    found = lines.filter(Q(account_id=account)).aggregate(cents=Coalesce(Sum("cents"), 0))
    return -int(found["cents"])
