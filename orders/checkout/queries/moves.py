"""What a move to another postage zone would cost each term of a subscription. Reads only."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from orders.checkout.models import OrderLine, ZoneMove
from orders.checkout.queries.chains import pieces_of, tips_of
from orders.checkout.queries.refunds import line_of
from orders.checkout.rules import Converted, convert, surcharge_cents
from subscriptions.catalog.models import Issue, Magazine, OfferPrice
from subscriptions.terms import queries as service
from subscriptions.terms.models import Term
from subscriptions.terms.queries.life import as_told, life_of
from subscriptions.terms.queries.merged import merged_ones
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


def quote_move(
    *, subscription_id: int, to_zone: str, now: dt.datetime, told_on: dt.date | None = None
) -> list[Surcharge]:
    """What a move of this moment to a zone would cost; empty where it is not dearer or nothing is left.

    :param told_on: for its reader's eyes: without gifts that are announced later than on that day
    """
    first = service.destinations(subscription_id, now)
    reach = next((each.issue for each in first if each.is_open), None)
    if reach is None:
        return []
    home = service.home_zone(subscription_id)
    undone = undone_by_move(subscription_id, first=reach, to_zone=to_zone)
    return surcharges(
        subscription_id, first=reach, from_zone=home, to_zone=to_zone, paid_for=undone.paid_for, told_on=told_on
    )


@dataclass(frozen=True, slots=True)
class Undone:
    """What another change of address undoes, the newest first; and what stands.

    `paid_for`: the zone that each term is paid for then, where that is not the one it goes to now.
    """

    moves: Sequence[ZoneMove]
    standing: Sequence[ZoneMove]
    paid_for: Mapping[int, str]


def undone_by_move(subscription_id: int, *, first: Issue, to_zone: str) -> Undone:
    """Whatever is due for earlier moves, and what was paid for a move that no issue before `first` has seen.

    But not the move that has brought a term to this zone already: whoever corrects an address owes what was owed. Each
    term by itself: two lines that were merged came from different zones.
    """
    undone, standing, paid_for = [], [], {}
    for term_id, moves in _open_moves(subscription_id, first=first).items():
        there = [move.to_zone == to_zone and move.first_issue.ordinal <= first.ordinal for move in moves]
        place = there.index(True) if any(there) else len(moves)
        undone += moves[:place]
        standing += moves[place:]
        paid_for[term_id] = to_zone if any(there) else moves[-1].from_zone
    return Undone(sorted(undone, key=lambda move: -move.pk), standing, paid_for)


def _open_moves(subscription_id: int, *, first: Issue) -> dict[int, list[ZoneMove]]:
    """What is due or may be undone, the newest first, by the last piece of its term: those that this line has now.

    A move names the piece of its moment, which may be on a line that was merged into this one, or parted from it.
    """
    open_still = Q(outcome=ZoneMove.Outcome.DUE) | Q(
        outcome=ZoneMove.Outcome.CARD, first_issue__ordinal__gte=first.ordinal
    )
    lines = merged_ones(subscription_id)
    found = ZoneMove.objects.filter(open_still, term__in=pieces_of(lines)).select_related("first_issue", "term")
    moves = list(found.order_by("-pk"))
    tips = tips_of(move.term for move in moves)
    by_tip: dict[int, list[ZoneMove]] = {}
    for move in moves:
        tip = tips[move.term_id]
        if tip.subscription_id in lines:
            by_tip.setdefault(tip.pk, []).append(move)
    return by_tip


def surcharges(
    subscription_id: int,
    *,
    first: Issue,
    from_zone: str,
    to_zone: str,
    paid_for: Mapping[int, str] | None = None,
    told_on: dt.date | None = None,
) -> list[Surcharge]:
    """One for each term with issues left from `first` on whose offer has dearer postage in `to_zone`.

    A term that no order line stands behind (a comp, a reader taken over) has no price by zone, and costs nothing more.

    :param paid_for: by term, the zone from which it is reckoned instead of `from_zone`
    :param told_on: as for `quote_move`
    """
    paid_for = paid_for or {}
    life = as_told(life_of(subscription_id), told_on)
    clock = clock_at(life.calendar, life.pauses, first.ordinal)
    found = []
    for term, span in zip(life.terms, life.spans, strict=True):
        line, left, paid = line_of(term), left_at(span, clock), paid_for.get(term.pk, from_zone)
        if line is None or not left or term.ended_at is not None or paid == to_zone:
            continue
        postage = dict(OfferPrice.objects.filter(offer=line.offer_id).values_list("zone", "postage_cents"))
        dearer = dearer_by(term, line, postage, from_zone=paid, to_zone=to_zone)
        if to_zone in postage and dearer > 0:
            left = min(left, line.issues)
            found.append(Surcharge(term, paid, to_zone, left, line.issues, dearer))
    return found


def dearer_by(term: Term, line: OrderLine, postage: Mapping[str, int], *, from_zone: str, to_zone: str) -> int:
    """Cents of postage that all issues of a line cost more there, but for what the term was paid for already: whoever
    bought it abroad, or has paid for a move there, may go home and come back."""
    more = (postage.get(to_zone, 0) - postage.get(from_zone, 0)) * term.copies
    covered = term.postage_cents * line.issues // term.units if term.units else 0
    return min(more, postage.get(to_zone, 0) * term.copies - covered)


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
