"""R1: deferred revenue from one month end to the next, in cents and in issues, held against the sub-ledger."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import F, Q, Sum

from foundation.errors import DomainError
from orders.ledger.models import AccountCode, Line
from orders.revenue.queries.snapshot import snapshot
from orders.revenue.queries.subledger import Span, spans

LONGEST_YEARS, LAST_YEAR = 50, 2200
# Where a movement of the liability is shown, by the kind of its journal; what is not named here is in "other".
COLUMN_OF_KIND = {
    "sale": "sales_cents",
    "refund": "refunds_cents",
    # What a dearer zone has left over is held for the payer, like a refund.
    "zone_move": "refunds_cents",
    "dispute": "chargebacks_cents",
    "migration": "migration_cents",
}
EARNED = {
    str(AccountCode.SUBSCRIPTION_REVENUE): "earned_magazine_cents",
    str(AccountCode.POSTAGE_REVENUE): "earned_postage_cents",
    str(AccountCode.ACCESS_REVENUE): "earned_access_cents",
}


class SpanIsWrong(DomainError):
    code = "span_is_wrong"


@dataclass(frozen=True, slots=True)
class RollForwardRow:
    """One month. Opening plus all movements (what leaves is negative) is closing; `difference_cents` must be 0."""

    first_day: dt.date
    until: dt.date
    opening_cents: int
    sales_cents: int
    earned_magazine_cents: int
    earned_postage_cents: int
    earned_access_cents: int
    refunds_cents: int
    chargebacks_cents: int
    migration_cents: int
    other_cents: int
    closing_cents: int
    subledger_closing_cents: int
    difference_cents: int
    opening_issues: int
    sold_issues: int
    extended_issues: int
    cancelled_issues: int
    served_issues: int
    closing_issues: int


@dataclass(frozen=True, slots=True)
class RollForward:
    """Account 2100 by month over `[from_day, until)`; cents, a liability as a positive number."""

    from_day: dt.date
    until: dt.date
    magazine: str | None
    currency: str
    rows: list[RollForwardRow]

    @property
    def is_in_balance(self) -> bool:
        return all(row.difference_cents == 0 for row in self.rows)


def roll_forward(
    *, from_day: dt.date, until: dt.date, magazine: str | None = None, currency: str = "usd"
) -> RollForward:
    """The journals decide what moved; the closing is counted a second time from terms and mailed copies.

    :raises SpanIsWrong: when `until` is not after `from_day`, or more than fifty years are asked for
    """
    if until <= from_day:
        raise SpanIsWrong(f"{until} is not after {from_day}.")
    if until.year - from_day.year > LONGEST_YEARS or until.year > LAST_YEAR:
        raise SpanIsWrong(f"A roll-forward shows at most {LONGEST_YEARS} years, up to {LAST_YEAR}.")
    bounds = [from_day, *month_starts(from_day, until), until]
    with snapshot():
        opening, moved = movements(bounds, magazine=magazine, currency=currency)
        counted = spans(bounds=bounds, magazine=magazine, currency=currency)
    subledger, issues = counted[0].change_cents, issues_of(counted[0])
    rows = []
    for number, (first_day, day_after) in enumerate(pairwise(bounds), start=1):
        span = counted[number]
        subledger += span.change_cents
        row = row_of(
            first_day, day_after, opening=opening, moved=moved[number], span=span, issues=issues, subledger=subledger
        )
        opening, issues = row.closing_cents, row.closing_issues
        rows.append(row)
    return RollForward(from_day=from_day, until=until, magazine=magazine, currency=currency, rows=rows)


def row_of(
    first_day: dt.date, until: dt.date, *, opening: int, moved: dict[str, int], span: Span, issues: int, subledger: int
) -> RollForwardRow:
    closing = opening + sum(moved.values())
    cancelled = span.entries["cut"]
    sold = span.entries["bought"]
    # Used up without a copy of its main run: grace copies recouped, back issues. A split is +n and -n: nothing.
    carried = span.entries["recoup"] + span.entries["back_start"]
    return RollForwardRow(
        first_day=first_day,
        until=until,
        opening_cents=opening,
        sales_cents=moved["sales_cents"],
        earned_magazine_cents=moved["earned_magazine_cents"],
        earned_postage_cents=moved["earned_postage_cents"],
        earned_access_cents=moved["earned_access_cents"],
        refunds_cents=moved["refunds_cents"],
        chargebacks_cents=moved["chargebacks_cents"],
        migration_cents=moved["migration_cents"],
        other_cents=moved["other_cents"],
        closing_cents=closing,
        subledger_closing_cents=subledger,
        difference_cents=closing - subledger,
        opening_issues=issues,
        sold_issues=sold,
        extended_issues=span.entries.total() - sold - cancelled - carried,
        cancelled_issues=cancelled,
        served_issues=carried - span.served_units,
        closing_issues=issues + issues_of(span),
    )


def issues_of(span: Span) -> int:
    return span.entries.total() - span.served_units


def movements(bounds: list[dt.date], *, magazine: str | None, currency: str) -> tuple[int, dict[int, dict[str, int]]]:
    """The opening liability, and what moved it by span and column. What no revenue line explains stays in "other"."""
    deferred = AccountCode.DEFERRED_SUBSCRIPTIONS
    lines = Line.objects.filter(journal__currency=currency, journal__book_date__lt=bounds[-1])
    if magazine is not None:
        lines = lines.filter(magazine=magazine)
    lines = lines.filter(Q(account_id=deferred) | Q(account_id__in=EARNED, journal__kind="earn"))
    by_day = lines.values("account_id", kind=F("journal__kind"), day=F("journal__book_date")).annotate(sum=Sum("cents"))
    opening = 0
    moved: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in by_day:
        number, cents = sum(bound <= row["day"] for bound in bounds), int(row["sum"])
        if number == 0:
            opening -= cents if row["account_id"] == deferred else 0
        elif row["account_id"] != deferred:
            moved[number][EARNED[row["account_id"]]] += cents
            moved[number]["other_cents"] -= cents
        else:
            moved[number][COLUMN_OF_KIND.get(row["kind"], "other_cents")] -= cents
    return opening, moved


def month_starts(from_day: dt.date, until: dt.date) -> Iterator[dt.date]:
    """The first days of months strictly between the two."""
    day = (from_day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    while day < until:
        yield day
        day = (day + dt.timedelta(days=32)).replace(day=1)
