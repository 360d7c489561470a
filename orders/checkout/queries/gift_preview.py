"""Gifts as staff enters them, before anything is saved: what each costs, brings and means, and whose it may be."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from foundation.errors import Invalid
from orders.checkout import rules
from orders.checkout.queries.gift_lines import WantedGift, gifts_wanted
from orders.checkout.queries.gift_outcome import GiftOutcome, gift_outcome
from subscriptions.readers import queries as people
from subscriptions.readers.models import Reader
from subscriptions.readers.rules.address import check
from subscriptions.terms import queries as terms


@dataclass(frozen=True, slots=True)
class GiftPreview:
    """`outcome` is None for a code, which begins when it is redeemed, and for digital access alone.

    `look_alikes`: readers on file who may be the recipient, where none was named. `neighbours`: others who get the
    magazine at that door. Both are for the staff's eyes only.
    """

    gift: WantedGift
    outcome: GiftOutcome | None
    look_alikes: Sequence[Reader]
    neighbours: Sequence[terms.Neighbour] = ()


def preview_gifts(request: rules.OrderRequest, *, now: dt.datetime, donors: Collection[int] = ()) -> list[GiftPreview]:
    """Every gift of the order, as `place_order` would take it. Writes nothing.

    :raises Invalid: and the others, as `gifts_wanted`
    """
    wanted = gifts_wanted(request, now=now, donors=donors)
    _refuse_bad_addresses(wanted)
    return [_preview(gift, donors=donors, now=now) for gift in wanted]


def _refuse_bad_addresses(wanted: Sequence[WantedGift]) -> None:
    problems = {
        f"gifts.{place}.ship_to.{field}": [(problem.code, problem.sentence) for problem in found]
        for place, gift in enumerate(wanted)
        if gift.wish.ship_to is not None
        for field, found in check(gift.wish.ship_to).errors.items()
    }
    if problems:
        raise Invalid(problems)


def _preview(gift: WantedGift, *, donors: Collection[int], now: dt.datetime) -> GiftPreview:
    offer, wish = gift.quote.offer, gift.wish
    if gift.address is None and wish.ship_to is None:
        return GiftPreview(gift, None, [])
    outcome = None
    if offer.issues:
        outcome = gift_outcome(
            magazine_id=offer.magazine_id,
            issues=offer.issues,
            now=now,
            subscription_id=gift.held.pk if gift.held else gift.subscription.pk if gift.subscription else None,
            meets=wish.meets,
            start_issue_id=gift.start.pk if gift.start else None,
        )
    alike: list[Reader] = []
    near: list[terms.Neighbour] = []
    if gift.reader is None and wish.ship_to is not None:
        found = people.readers_like(typed=wish.ship_to, email=wish.recipient.email)
        alike = [reader for reader in found if reader.pk not in donors]
        there = terms.neighbours_of_typed(typed=wish.ship_to, magazine_id=offer.magazine_id)
        near = [one for one in there if one.reader.pk not in {reader.pk for reader in alike}]
    return GiftPreview(gift, outcome, alike, near)
