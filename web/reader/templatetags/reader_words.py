"""How pages for readers write money, countries and ledger lines."""

from django import template
from django.utils.translation import gettext as _

from orders.checkout import rules
from subscriptions.readers.models import Address
from subscriptions.terms.queries import LedgerLine
from web.reader import countries

register = template.Library()


@register.filter
def money(cents: int, currency: str = "usd") -> str:
    return rules.money(cents, currency)


@register.filter
def lines(address: Address) -> list[str]:
    """An address as its reader typed it, line by line; the country only where it is not the home country."""
    place = " ".join(part for part in (address.region, address.postcode) if part)
    city = ", ".join(part for part in (address.city, place) if part)
    country = "" if address.country == countries.HOME else countries.name_of(address.country)
    parts = (address.name, address.company, address.attention, address.line1, address.line2, city, country)
    return [part for part in parts if part]


@register.filter
def in_words(line: LedgerLine) -> str:
    """What a line of the expire ledger means for the reader."""
    words = {
        "bought": _("Issues ordered and paid for"),
        "bonus": _("A bonus from us"),
        "credit": _("For a copy that did not reach you"),
        "recoup": _("Copies we had already sent you in the hope that you would renew"),
        "cut": _("Issues taken back"),
        "correction": _("A correction"),
        "hold": _("Held: nothing is sent, and nothing is used up"),
    }
    return words.get(line.kind, line.kind)


@register.filter
def signed(units: int) -> str:
    """With its sign; a real minus, so that it is read out as one."""
    if not units:
        return "–"
    return f"+{units}" if units > 0 else f"−{-units}"
