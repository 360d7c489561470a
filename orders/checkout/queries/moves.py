"""What a move to another postage zone would cost each term of a subscription. Reads only."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from orders.checkout.models import ZoneMove
from orders.checkout.queries.refunds import line_of
from orders.checkout.rules import Converted, convert, surcharge_cents
from subscriptions.catalog.models import Issue, Magazine, OfferPrice
from subscriptions.terms import queries as service
from subscriptions.terms.models import Term
from subscriptions.terms.queries.life import life_of
from subscriptions.terms.rules import clock_at, left_at


@dataclass(frozen=True, slots=True)
class Surcharge:
    """One term: `left` of its issues go to the dearer zone, whose postage for `issues` is `dearer_by_cents` more."""

    term: Term
    from_zone: str
    to_zone: str
    left: int
    issues: int
    dearer_by_cents: int

    @property
    def cents(self) -> int:
        return surcharge_cents(dearer_by_cents=self.dearer_by_cents, issues=self.issues, left=self.left)


def quote_move(*, subscription_id: int, to_zone: str, now: dt.datetime) -> list[Surcharge]:
    """What a move of this moment to a zone would cost; empty where it is not dearer or nothing is left."""
    first = service.destinations(subscription_id, now)
    reach = next((each.issue for each in first if each.is_open), None)
    if reach is None:
        return []
    home = service.home_zone(subscription_id)
    undone = undone_by_move(subscription_id, first=reach, home=home, to_zone=to_zone)
    return surcharges(subscription_id, first=reach, from_zone=undone.from_zone, to_zone=to_zone)


@dataclass(frozen=True, slots=True)
class Undone:
    """What another change of address undoes, the newest first; what stands; and the zone that is paid for then."""

    moves: Sequence[ZoneMove]
    standing: Sequence[ZoneMove]
    from_zone: str


def undone_by_move(subscription_id: int, *, first: Issue, home: str, to_zone: str) -> Undone:
    """Whatever is due for earlier moves, and what was paid for a move that no issue before `first` has seen.

    But not the move that has brought the reader to this zone already: whoever corrects an address owes what was owed.
    """
    open_still = Q(outcome=ZoneMove.Outcome.DUE) | Q(
        outcome=ZoneMove.Outcome.CARD, first_issue__ordinal__gte=first.ordinal
    )
    found = ZoneMove.objects.filter(open_still, term__subscription=subscription_id).select_related("first_issue")
    moves = list(found.order_by("-pk"))
    is_there = [move.to_zone == to_zone and move.first_issue.ordinal <= first.ordinal for move in moves]
    if any(is_there):
        place = is_there.index(True)
        return Undone(moves[:place], moves[place:], to_zone)
    return Undone(moves, [], moves[-1].from_zone if moves else home)


def surcharges(subscription_id: int, *, first: Issue, from_zone: str, to_zone: str) -> list[Surcharge]:
    """One for each term with issues left from `first` on whose offer has dearer postage in `to_zone`.

    A term that no order line stands behind (a comp, a reader taken over) has no price by zone, and costs nothing more.
    """
    if from_zone == to_zone:
        return []
    life = life_of(subscription_id)
    clock = clock_at(life.calendar, life.pauses, first.ordinal)
    found = []
    for term, span in zip(life.terms, life.spans, strict=True):
        line, left = line_of(term), left_at(span, clock)
        if line is None or not left or term.ended_at is not None:
            continue
        postage = dict(OfferPrice.objects.filter(offer=line.offer_id).values_list("zone", "postage_cents"))
        dearer = (postage.get(to_zone, 0) - postage.get(from_zone, 0)) * term.copies
        if to_zone in postage and dearer > 0:
            left = min(left, line.issues)
            found.append(Surcharge(term, from_zone, to_zone, left, line.issues, dearer))
    return found


def outcome_by_policy(found: Sequence[Surcharge], magazine: Magazine, *, at_once: bool) -> ZoneMove.Outcome:
    """What is made of these: absorbed by policy or below the threshold, converted where it can be, or due."""
    total = sum(each.cents for each in found)
    if magazine.zone_change == Magazine.ZoneChange.ABSORB or total < magazine.absorb_below_cents:
        return ZoneMove.Outcome.ABSORBED
    converts = magazine.zone_change == Magazine.ZoneChange.CONVERT and at_once
    return ZoneMove.Outcome.CONVERTED if converts else ZoneMove.Outcome.DUE


def converted(surcharge: Surcharge, rest: service.Rest) -> Converted | None:
    """How many issues the money left buys in the dearer zone; None when it buys none, and the surcharge stays due."""
    return convert(
        magazine_cents=rest.magazine_cents,
        postage_cents=rest.postage_cents,
        left=rest.units or 0,
        dearer_by_cents=surcharge.dearer_by_cents,
        issues=surcharge.issues,
    )


def surcharges_due() -> QuerySet[ZoneMove]:
    """For the desk: what payers owe for moves, the oldest first."""
    return (
        ZoneMove.objects.filter(outcome=ZoneMove.Outcome.DUE)
        .select_related("term__subscription__reader", "term__subscription__magazine", "payer", "first_issue")
        .select_related("bill_line__bill__order")
        .order_by("pk")
    )
