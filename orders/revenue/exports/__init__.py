"""The revenue reports as files. Each answers name, content type and bytes."""

import datetime as dt
from dataclasses import asdict

from django.conf import settings

from orders.ledger import queries as books
from orders.revenue import queries
from orders.revenue.exports.files import Format, ReportFile, UnknownFormat, report_file
from orders.revenue.exports.table import Column, Table

__all__ = ["Format", "ReportFile", "UnknownFormat", "earned_by_issue_file", "roll_forward_file", "trial_balance_file"]

ROLL_FORWARD = (
    Column("first_day", "From", "date"),
    Column("until", "Until (not included)", "date"),
    Column("opening_cents", "Opening", "cents"),
    Column("sales_cents", "Sales", "cents"),
    Column("earned_magazine_cents", "Earned magazine", "cents"),
    Column("earned_postage_cents", "Earned postage", "cents"),
    Column("earned_access_cents", "Earned access", "cents"),
    Column("refunds_cents", "Refunds", "cents"),
    Column("chargebacks_cents", "Chargebacks", "cents"),
    Column("migration_cents", "Migration", "cents"),
    Column("other_cents", "Other", "cents"),
    Column("closing_cents", "Closing", "cents"),
    Column("subledger_closing_cents", "Sub-ledger closing", "cents"),
    Column("difference_cents", "Difference", "cents"),
    Column("opening_issues", "Opening issues", "count"),
    Column("sold_issues", "Sold issues", "count"),
    Column("extended_issues", "Extended issues", "count"),
    Column("cancelled_issues", "Cancelled issues", "count"),
    Column("served_issues", "Served issues", "count"),
    Column("closing_issues", "Closing issues", "count"),
)
EARNED_BY_ISSUE = (
    Column("magazine", "Magazine"),
    Column("issue", "Issue", "count"),
    Column("cover_label", "Cover"),
    Column("what", "What"),
    Column("mailed_on", "Mailed on", "date"),
    Column("book_date", "Book date", "date"),
    Column("run_uuid", "Run"),
    Column("copies_paid", "Paid copies", "count"),
    Column("copies_grace", "Grace copies", "count"),
    Column("copies_credit", "Credit copies", "count"),
    Column("copies_comp", "Complimentary copies", "count"),
    Column("copies_other", "Other copies", "count"),
    Column("magazine_cents", "Earned magazine", "cents"),
    Column("postage_cents", "Earned postage", "cents"),
    Column("entries", "Entries", "count"),
    Column("average_cents", "Average per paid copy", "cents"),
    Column("journal_id", "Journal", "count"),
    Column("posting_key", "Posting key"),
)
TRIAL_BALANCE = (
    Column("account", "Account"),
    Column("name", "Name"),
    Column("kind", "Kind"),
    Column("opening_cents", "Opening", "cents"),
    Column("debit_cents", "Debits", "cents"),
    Column("credit_cents", "Credits", "cents"),
    Column("closing_cents", "Closing", "cents"),
)


def roll_forward_file(
    *,
    format: str,
    from_day: dt.date,
    until: dt.date,
    now: dt.datetime,
    magazine: str | None = None,
    currency: str = "usd",
) -> ReportFile:
    report = queries.roll_forward(from_day=from_day, until=until, magazine=magazine, currency=currency)
    moved = ("sales_cents", "earned_magazine_cents", "earned_postage_cents", "earned_access_cents", "difference_cents")
    table = Table(
        name=file_name("deferred-revenue", from_day=from_day, until=until, magazine=magazine, currency=currency),
        title="Deferred revenue",
        currency=currency,
        header=header(from_day=from_day, until=until, magazine=magazine, currency=currency, now=now),
        columns=ROLL_FORWARD,
        rows=[asdict(row) for row in report.rows],
        totals={key: sum(getattr(row, key) for row in report.rows) for key in moved},
        generated_at=now,
    )
    return report_file(table, format=format)


def earned_by_issue_file(
    *,
    format: str,
    from_day: dt.date,
    until: dt.date,
    now: dt.datetime,
    magazine: str | None = None,
    currency: str = "usd",
) -> ReportFile:
    report = queries.earned_by_issue(from_day=from_day, until=until, magazine=magazine, currency=currency)
    table = Table(
        name=file_name("earned-by-issue", from_day=from_day, until=until, magazine=magazine, currency=currency),
        title="Earned by issue",
        currency=currency,
        header=header(from_day=from_day, until=until, magazine=magazine, currency=currency, now=now),
        columns=EARNED_BY_ISSUE,
        rows=[asdict(row) for row in report.rows],
        totals={
            "magazine_cents": report.magazine_cents,
            "postage_cents": report.postage_cents,
            "ledger_4100_cents": report.ledger_magazine_cents,
            "ledger_4110_cents": report.ledger_postage_cents,
        },
        generated_at=now,
    )
    return report_file(table, format=format)


def trial_balance_file(
    *, format: str, from_day: dt.date, until: dt.date, now: dt.datetime, currency: str = "usd"
) -> ReportFile:
    report = books.trial_balance(from_day=from_day, until=until, currency=currency)
    table = Table(
        name=file_name("trial-balance", from_day=from_day, until=until, magazine=None, currency=currency),
        title="Trial balance",
        currency=currency,
        header=header(from_day=from_day, until=until, magazine=None, currency=currency, now=now),
        columns=TRIAL_BALANCE,
        rows=[asdict(row) for row in report.rows],
        totals={
            "debit_cents": report.debit_cents,
            "credit_cents": report.credit_cents,
            "net_income_cents": report.net_income_cents,
        },
        generated_at=now,
    )
    return report_file(table, format=format)


def file_name(report: str, *, from_day: dt.date, until: dt.date, magazine: str | None, currency: str) -> str:
    return f"{report}-{magazine or 'all'}-{currency}-{from_day}-{until}"


def header(
    *, from_day: dt.date, until: dt.date, magazine: str | None, currency: str, now: dt.datetime
) -> list[tuple[str, str]]:
    return [
        ("As of", f"the beginning of {until}"),
        ("From", str(from_day)),
        ("Magazine", magazine or "all"),
        ("Currency", currency),
        ("Book time zone", settings.BOOK_TIME_ZONE),
        ("Generated at", now.astimezone(dt.UTC).isoformat(timespec="seconds")),
    ]
