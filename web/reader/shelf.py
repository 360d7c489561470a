"""The offers as they lie before one buyer: with the prices for a country and a number of copies."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from orders.checkout import queries as checkout
from subscriptions.catalog.models import Magazine, Offer
from subscriptions.catalog.queries import NoPriceForZone
from subscriptions.catalog.rules.zones import postage_zone
from web.reader import queries
from web.reader.forms.address import layout_for


@dataclass(frozen=True, slots=True)
class Shelf:
    """`quotes` in the order in which they are shown, without those that are not sold to the country."""

    magazine: Magazine
    country: str
    copies: int
    quotes: Sequence[checkout.Quote]

    @property
    def layout(self) -> str:
        return layout_for(self.country)

    @property
    def zone(self) -> str:
        return postage_zone(self.layout)

    @property
    def is_open(self) -> bool:
        """Whether there is an offer, and an issue that it could start with."""
        return any(quote.first_issue is not None for quote in self.quotes)

    @property
    def consents(self) -> list[tuple[checkout.Quote, str]]:
        """Every text that a box may stand for, once, with the first offer that has it."""
        seen: dict[str, tuple[checkout.Quote, str]] = {}
        for quote in self.quotes:
            if quote.consent is not None:
                seen.setdefault(quote.consent.sha256, (quote, quote.consent.text))
        return list(seen.values())

    @property
    def consent_marks(self) -> str:
        """What was shown beside the box: the hashes of the texts."""
        return " ".join(quote.consent.sha256 for quote, _ in self.consents if quote.consent)

    @property
    def mark(self) -> str:
        """Says what the buyer saw: prices and the fields of the address. A form that saw another is shown again."""
        prices = {quote.offer.code: [quote.total_cents, quote.currency] for quote in self.quotes}
        seen = [self.zone, self.layout if self.layout in ("US", "CA") else "", self.copies, prices]
        return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:32]

    def quote_of(self, code: str) -> checkout.Quote | None:
        return next((quote for quote in self.quotes if quote.offer.code == code), None)


def shelf_of(
    *,
    magazine: Magazine,
    offers: Sequence[Offer],
    country: str,
    copies: int,
    now: dt.datetime,
    subscription_id: int | None = None,
    told_on: dt.date | None = None,
) -> Shelf:
    """:param subscription_id: what is renewed: the issues come behind those that it has
    :param told_on: as for `checkout.quote`
    """
    quotes: list[checkout.Quote] = []
    for offer in offers:
        try:
            quote = checkout.quote(
                offer_code=offer.code,
                country=country,
                copies=copies,
                now=now,
                subscription_id=subscription_id,
                told_on=told_on,
            )
            quotes.append(quote)
        except NoPriceForZone:
            continue  # Not sold to that country: not on the shelf.
    return Shelf(magazine=magazine, country=country, copies=copies, quotes=quotes)


def public_shelf(*, magazine: Magazine, country: str, copies: int, now: dt.datetime) -> Shelf:
    offers = list(queries.public_offers(day=now.astimezone(magazine.zone).date(), magazine_code=magazine.code))
    return shelf_of(magazine=magazine, offers=offers, country=country, copies=copies, now=now)
