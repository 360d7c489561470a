import datetime as dt
from typing import Any

from django import forms
from django.db.models import Min

from foundation import clock
from orders.ledger.models import Period
from subscriptions.catalog.models import Magazine

MOST_MONTHS = 120


class SpanForm(forms.Form):
    """Whole months, first and last included, a magazine and a currency. Without an answer: the last twelve."""

    first = forms.CharField(label="From", required=False, widget=forms.TextInput(attrs={"type": "month"}))
    last = forms.CharField(label="Until", required=False, widget=forms.TextInput(attrs={"type": "month"}))
    magazine = forms.ChoiceField(required=False)
    currency = forms.ChoiceField(required=False)

    def __init__(self, data: Any) -> None:
        today = clock.today()
        usual = {"first": f"{_first_month(today):%Y-%m}", "last": f"{today:%Y-%m}"}
        super().__init__({**usual, **{name: value for name, value in data.items() if value}})
        magazines = list(Magazine.objects.order_by("name"))
        codes = sorted({magazine.currency for magazine in magazines} | {"usd"})
        self.fields["magazine"].choices = [("", "All"), *((m.code, m.name) for m in magazines)]  # type: ignore[attr-defined]
        self.fields["currency"].choices = [(code, code.upper()) for code in codes]  # type: ignore[attr-defined]

    def clean_first(self) -> dt.date:
        return _month(self.cleaned_data["first"])

    def clean_last(self) -> dt.date:
        return _month(self.cleaned_data["last"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("first"), typed.get("last")
        if first and last and not first <= last:
            self.add_error("last", "The last month lies before the first.")
        elif first and last and (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
            self.add_error("last", f"At most {MOST_MONTHS} months at once.")
        return typed

    def span(self, *, takes_magazine: bool) -> dict[str, Any]:
        """What the reports take: `[from_day, until)` and the rest."""
        typed = self.cleaned_data
        span = {
            "from_day": typed["first"],
            "until": (typed["last"] + dt.timedelta(days=31)).replace(day=1),
            "currency": typed["currency"] or "usd",
        }
        return {**span, "magazine": typed["magazine"] or None} if takes_magazine else span


def _first_month(today: dt.date) -> dt.date:
    """The first of the last twelve months, this one included, or of those since the books were opened."""
    year, month = divmod(today.year * 12 + today.month - 12, 12)
    opened = Period.objects.aggregate(day=Min("first_day"))["day"]
    return max(dt.date(year, month + 1, 1), min(opened or today, today))


def _month(typed: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{typed}-01")
    except ValueError:
        raise forms.ValidationError("Write a month as 2026-05.") from None
