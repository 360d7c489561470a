"""What the gifts of a donor would cost, together, as they are typed so far."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from orders.checkout import queries as checkout
from subscriptions.catalog.models import Magazine, Offer
from subscriptions.catalog.queries import NoPriceForZone
from web.reader import queries
from web.reader.countries import HOME


@dataclass(frozen=True, slots=True)
class GiftShelf:
    """`quotes` are the offers with their prices at home; `priced` each gift by the chosen one, or None."""

    magazine: Magazine
    quotes: Sequence[checkout.Quote]
    chosen: str
    priced: Sequence[checkout.Quote | None]

    @property
    def offers(self) -> list[tuple[str, str]]:
        return [(quote.offer.code, quote.offer.name) for quote in self.quotes]

    @property
    def is_open(self) -> bool:
        return any(quote.first_issue is not None or not quote.offer.issues for quote in self.quotes)

    @property
    def total_cents(self) -> int:
        return sum(quote.total_cents for quote in self.priced if quote is not None)

    @property
    def currency(self) -> str:
        return self.quotes[0].currency if self.quotes else self.magazine.currency

    @property
    def mark(self) -> str:
        """Says what the donor saw: the offer and the price of each gift."""
        prices = [quote.total_cents if quote else None for quote in self.priced]
        return hashlib.sha256(json.dumps([self.chosen, prices, self.currency]).encode()).hexdigest()[:32]


def gift_shelf(*, magazine: Magazine, chosen: str, countries: Sequence[str], now: dt.datetime) -> GiftShelf:
    """:param countries: where each gift goes"""
    quotes = [q for offer in gift_offers(magazine, now=now) if (q := _quote(offer.code, HOME, now=now)) is not None]
    codes = [quote.offer.code for quote in quotes]
    offer = chosen if chosen in codes else next(iter(codes), "")
    each = [_quote(offer, country, now=now) if offer else None for country in countries]
    together = iter(checkout.group_prices([quote for quote in each if quote is not None]))
    return GiftShelf(magazine, quotes, offer, [next(together) if quote is not None else None for quote in each])


def gift_offers(magazine: Magazine, *, now: dt.datetime) -> list[Offer]:
    """Offers for gifts; where the house has none, whatever anybody may buy."""
    day = now.astimezone(magazine.zone).date()
    public = queries.public_offers(day=day, magazine_code=magazine.code)
    # The magazine first, and digital access alone behind it.
    on_sale = sorted(public, key=lambda offer: not offer.issues)
    return [offer for offer in on_sale if offer.kind == Offer.Kind.GIFT] or on_sale


def _quote(code: str, country: str, *, now: dt.datetime) -> checkout.Quote | None:
    try:
        return checkout.quote(offer_code=code, country=country, copies=1, now=now)
    except NoPriceForZone:
        return None
