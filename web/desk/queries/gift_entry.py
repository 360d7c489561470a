"""What a clerk chooses from when a gift order comes in by telephone. Reads only."""

import datetime as dt
from collections.abc import Sequence

from orders.checkout.rules import money
from subscriptions.catalog.models import Issue, Offer, SourceKey
from web.gift_rows import startable


def offers_to_give(*, now: dt.datetime) -> list[Offer]:
    """What may be given today, of every magazine, public or not: gift offers first, never one that renews."""
    offers = Offer.objects.exclude(kind=Offer.Kind.RENEWAL).select_related("magazine").prefetch_related("prices")
    on_sale = [o for o in offers.order_by("magazine__name", "issues", "code") if _is_sold(o, now)]
    return sorted(on_sale, key=lambda offer: offer.kind != Offer.Kind.GIFT)


def named(offers: Sequence[Offer]) -> list[tuple[str, str]]:
    """Each with its magazine, and its price at home."""
    return [(offer.code, f"{offer.magazine.name}: {offer.name}{_price(offer)}") for offer in offers]


def keys_of_the_telephone() -> list[tuple[str, str]]:
    """Source keys in use, those of the telephone first."""
    keys = SourceKey.objects.filter(retired_on__isnull=True).exclude(channel=SourceKey.Channel.RENEWAL)
    first = {SourceKey.Channel.TELEPHONE: 0, SourceKey.Channel.WHITE_MAIL: 1, SourceKey.Channel.WEB: 2}
    ranked = sorted(keys.order_by("code"), key=lambda key: first.get(SourceKey.Channel(key.channel), 3))
    return [(key.code, f"{key.code} {key.name}") for key in ranked]


def startable_with(offers: Sequence[Offer], chosen: str, *, now: dt.datetime) -> list[Issue]:
    """The issues after the next one that a gift of the chosen offer may start with."""
    offer = next((each for each in offers if each.code == chosen), offers[0] if offers else None)
    return startable(offer.magazine_id, now=now) if offer else []


def _is_sold(offer: Offer, now: dt.datetime) -> bool:
    return offer.is_valid_on(now.astimezone(offer.magazine.zone).date())


def _price(offer: Offer) -> str:
    at_home = next((price for price in offer.prices.all() if price.zone == "us"), None)
    price = money(at_home.total_cents, offer.currency) if at_home else ""
    return f", {price}" if price and price not in offer.name else ""
