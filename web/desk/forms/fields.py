"""Fields that let people type what the rows keep in another form."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from subscriptions.catalog.rules.calendar import MONTH_NAMES

_MONTH = re.compile(r"[a-z]{3,9}|\d{1,2}", re.IGNORECASE)


class DollarsField(forms.DecimalField):
    """Cents in the row, 19.95 on the page."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {name: kwargs[name] for name in ("label", "help_text", "required", "initial") if name in kwargs}
        widget = UnfoldAdminDecimalFieldWidget(attrs={"inputmode": "decimal"})
        super().__init__(min_value=Decimal(0), max_digits=9, decimal_places=2, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(self.prepare_value(initial)), data)


class CoversField(forms.CharField):
    """`[[1], [7, 8]]` in the row, `Jan, Jul/Aug` on the page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextInputWidget(), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return ", ".join("/".join(MONTH_NAMES[month - 1] for month in months) for months in value)

    def to_python(self, value: Any) -> Any:
        covers = [cover for cover in str(value or "").split(",") if cover.strip()]
        return [[_month(word) for word in re.split(r"[/+-]", cover)] for cover in covers]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class NumbersField(forms.CharField):
    """`[3, 1, 0]` in the row, `3, 1, 0` on the page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextInputWidget(), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = [word.strip() for word in str(value or "").split(",") if word.strip()]
        if not all(word.isdecimal() and int(word) <= 24 for word in words):
            raise forms.ValidationError("Write numbers of issues from 0 to 24 with commas between: 3, 1, 0.")
        return sorted({int(word) for word in words}, reverse=True)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


def _month(word: str) -> int:
    word = word.strip()
    if not _MONTH.fullmatch(word):
        raise forms.ValidationError(f"“{word}” is no month. Write the covers as Jan, Feb, Jul/Aug.")
    if word.isdecimal():
        return int(word)
    for number, name in enumerate(MONTH_NAMES, start=1):
        if word[:3].lower() == name.lower():
            return number
    raise forms.ValidationError(f"“{word}” is no month. Write the covers as Jan, Feb, Jul/Aug.")
