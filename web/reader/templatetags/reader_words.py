"""How pages for readers write money, offers, addresses and ledger lines."""

import re

from django import template
from django.forms import BoundField
from django.utils.translation import gettext as _

from orders.checkout import queries, rules
from orders.checkout.models import Bill
from subscriptions.catalog.models import Offer
from subscriptions.fulfillment.models import Claim
from subscriptions.readers.models import Address
from subscriptions.terms.queries import LedgerLine
from web.reader import countries

register = template.Library()

# "10 issues for $19.95": the price of the card may be another, for another country or more copies.
_PRICE_AT_THE_END = re.compile(r"\s+for\s+[^\s\d]{0,4}\s?\d[\d.,]*\s*$", re.IGNORECASE)


@register.filter
def money(cents: int, currency: str = "usd") -> str:
    return rules.money(cents, currency)


@register.filter
def in_fours(letters: str) -> str:
    """A gift code as people read it out."""
    return rules.shown_code(letters)


@register.filter
def for_whom(bill: Bill) -> str:
    """Whom its payer pays for, as they call them; empty for themselves."""
    if bill.subscription.reader_id == bill.payer_id:
        return ""
    return queries.reader_as_payer_knows(bill.subscription, payers=[bill.payer_id])


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
        "back_start": _("Back issues that are part of your order"),
        "cut": _("Issues taken back"),
        "split_out": _("Go on from here in another way"),
        "split_in": _("Go on from before"),
        "write_off": _("Copies that we sent free of charge"),
        "correction": _("A mistake in the number of issues, put right"),
        "taken_over": _("Sent to you before we took your subscription over"),
        "ended": _("Ended here"),
        "hold": _("Held: nothing is sent, and nothing is used up"),
    }
    return words.get(line.kind, line.kind)


@register.filter
def claimed(claim: Claim) -> str:
    """What has become of a copy that the reader told us about."""
    words = {
        Claim.State.OPEN: _("You told us; one of us looks into it."),
        Claim.State.REPLACING: _("You told us; another copy is on its way to you."),
        Claim.State.SENT: _("You told us; another copy was sent to you."),
        Claim.State.EXTENDED: _("You told us; you get one issue more at the end."),
        Claim.State.REFUSED: claim.answer,
    }
    return str(words.get(Claim.State(claim.state), ""))


@register.filter
def signed(units: int) -> str:
    """With its sign; a real minus, so that it is read out as one."""
    if not units:
        return "–"
    return f"+{units}" if units > 0 else f"−{-units}"


@register.filter
def title(offer: Offer) -> str:
    """What an offer is called on its card, where the price stands by itself."""
    return _PRICE_AT_THE_END.sub("", offer.name) or offer.name


@register.filter
def needs_count(offer: Offer) -> bool:
    """Whether its title leaves out how many issues there are."""
    return offer.issues > 0 and not any(ch.isdigit() for ch in title(offer))


@register.filter
def doubts(field: BoundField) -> str:
    """What looks odd about this field of an address."""
    return " ".join(getattr(field.form, "warnings", {}).get(field.name, []))
