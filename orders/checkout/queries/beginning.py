"""What every order asks before it is written, in one statement (docs/decisions/0015)."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from foundation.rows import columns_of, made_of, width_of
from orders.payments import queries as payments
from subscriptions.catalog.models import Magazine, Offer, OfferPrice

# Each of these is one row at most, by a unique key. What does not exist is NULL.
BEGINNING = """
    SELECT {price}, {offer}, {magazine}, source.id, used.body_sha256, used.order_id, lately.declined, lately.at_most,
           ({declined_from})
    FROM ({lately}) AS lately (declined, at_most)
    LEFT JOIN (catalog_offerprice price
               JOIN catalog_offer offer ON offer.id = price.offer_id
               JOIN catalog_magazine magazine ON magazine.id = offer.magazine_id)
           ON offer.code = %s AND price.zone = %s
    LEFT JOIN catalog_sourcekey source ON source.code = %s AND source.retired_on IS NULL
    LEFT JOIN checkout_intakekey used ON used.caller = %s AND used.key = %s
"""


@dataclass(frozen=True, slots=True)
class Beginning:
    """`price` comes with its offer and magazine. `used` is the body and the order of this key, if it came before."""

    price: OfferPrice | None
    source_key_id: int | None
    used: tuple[str, int] | None
    looks_like_card_testing: bool
    declined_from_here: int


def beginning(
    *, offer_code: str, zone: str, source_key: str, caller: str, key: str, asked_from: str, now: dt.datetime
) -> Beginning:
    asked = [*payments.declined_from_parameters(asked_from, now=now), *payments.lately_parameters(now)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [*asked, offer_code, zone, source_key, caller, key])
        *priced, source_key_id, body, order_id, declined, at_most, declined_from_here = cursor.fetchone()
    return Beginning(
        price=_price(priced) if priced[0] is not None else None,
        source_key_id=source_key_id,
        used=(body, order_id) if body is not None else None,
        looks_like_card_testing=payments.looks_like_card_testing(declined, at_most, now=now),
        declined_from_here=declined_from_here,
    )


def _price(values: list[Any]) -> OfferPrice:
    until_offer = width_of(OfferPrice)
    until_magazine = until_offer + width_of(Offer)
    price = made_of(OfferPrice, values[:until_offer])
    price.offer = made_of(Offer, values[until_offer:until_magazine])
    price.offer.magazine = made_of(Magazine, values[until_magazine:])
    return price


@lru_cache
def _statement() -> str:
    return BEGINNING.format(
        price=columns_of(OfferPrice, "price"),
        offer=columns_of(Offer, "offer"),
        magazine=columns_of(Magazine, "magazine"),
        lately=payments.LATELY,
        declined_from=payments.DECLINED_FROM,
    )
