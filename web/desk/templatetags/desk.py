"""How the desk writes money, times, states and people."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from web.desk import words

register = template.Library()


@register.filter
def money(cents: int | None, currency: str = "usd") -> str:
    """1995 as $19.95; other currencies with their code behind."""
    if cents is None:
        return "–"
    sign, whole = ("−" if cents < 0 else ""), abs(cents)
    figure = f"{whole // 100:,}.{whole % 100:02d}"
    return f"{sign}${figure}" if currency.lower() == "usd" else f"{sign}{figure} {currency.upper()}"


@register.filter
def when(moment: dt.datetime | None) -> SafeString | str:
    """A moment in the book time zone."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    text = f"{local:%b} {local.day}, {local:%Y, %H:%M %Z}"
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.filter
def day(date: dt.date | None) -> SafeString | str:
    if date is None:
        return "–"
    if isinstance(date, dt.datetime):
        date = timezone.localtime(date).date()
    text = f"{date:%b} {date.day}, {date:%Y}"
    return format_html('<time datetime="{}">{}</time>', date.isoformat(), text)


@register.filter
def state(row: Any) -> SafeString:
    """The state of a row as a badge, in the model's own words."""
    return badge(row.state, row.get_state_display())


@register.simple_tag
def badge(code: str, text: str = "") -> SafeString:
    return format_html('<span class="badge {}">{}</span>', words.tone(code), text or code.replace("_", " "))


@register.filter
def places(criteria: Mapping[str, list[str]]) -> str:
    """Where a change for many goes: {"states": ["FL"], "zip3": []} as FL, none at all as everywhere."""
    return ", ".join(code for codes in criteria.values() for code in codes) or "everywhere"


@register.filter
def who(reference: str, names: Mapping[str, str]) -> str:
    return names.get(reference, reference)


@register.filter
def in_words(code: str, table: str) -> str:
    """A code in the words of one of the desk's tables (`classes`, `skips`, `audit`)."""
    found: Mapping[str, str] = getattr(words, table.upper())
    return found.get(code, str(code).replace("_", " "))


@register.filter
def signed(number: int) -> str:
    return f"{number:+,}".replace("-", "−")
