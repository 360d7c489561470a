"""Balances and the trial balance (finance report R9). Cents, debit positive; days are book dates, periods half-open."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from orders.ledger.models import Account, Line


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    account: str
    name: str
    kind: str
    opening_cents: int
    debit_cents: int
    credit_cents: int
    closing_cents: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """One row per account that has ever moved, in the order of the chart. Debits and credits are both positive."""

    from_day: dt.date
    until: dt.date
    currency: str
    rows: list[TrialBalanceRow]

    @property
    def debit_cents(self) -> int:
        return sum(row.debit_cents for row in self.rows)

    @property
    def credit_cents(self) -> int:
        return sum(row.credit_cents for row in self.rows)

    @property
    def net_income_cents(self) -> int:
        """Revenue minus cost of the period."""
        earning = (Account.Kind.REVENUE, Account.Kind.COST)
        return sum(row.credit_cents - row.debit_cents for row in self.rows if row.kind in earning)


def balance(
    account: str, *, until: dt.date | None = None, magazine: str | None = None, currency: str | None = None
) -> int:
    """The account's balance in cents before the day `until`, or now: debit positive, so a liability is negative."""
    lines = Line.objects.filter(account_id=account)
    if until is not None:
        lines = lines.filter(journal__book_date__lt=until)
    if magazine is not None:
        lines = lines.filter(magazine=magazine)
    if currency is not None:
        lines = lines.filter(journal__currency=currency)
    return total(lines)


def trial_balance(*, from_day: dt.date, until: dt.date, currency: str = "usd") -> TrialBalance:
    inside = Q(journal__book_date__gte=from_day)
    lines = Line.objects.filter(journal__book_date__lt=until, journal__currency=currency)
    moved = (
        lines.values("account_id", name=F("account__name"), kind=F("account__kind"))
        .annotate(
            opening=Coalesce(Sum("cents", filter=~inside), 0),
            debits=Coalesce(Sum("cents", filter=inside & Q(cents__gt=0)), 0),
            credits=Coalesce(Sum("cents", filter=inside & Q(cents__lt=0)), 0),
        )
        .order_by("account_id")
    )
    rows = [
        TrialBalanceRow(
            account=row["account_id"],
            name=row["name"],
            kind=row["kind"],
            opening_cents=int(row["opening"]),
            debit_cents=int(row["debits"]),
            credit_cents=-int(row["credits"]),
            closing_cents=int(row["opening"] + row["debits"] + row["credits"]),
        )
        for row in moved
    ]
    return TrialBalance(from_day=from_day, until=until, currency=currency, rows=rows)


def total(lines: QuerySet[Line]) -> int:
    return int(lines.aggregate(cents=Coalesce(Sum("cents"), 0))["cents"])
