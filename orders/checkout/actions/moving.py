"""A change of address with what it means for the money: a dearer zone in mid-term is billed, absorbed or converted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from orders.checkout.models import ZoneMove
from orders.checkout.queries import Surcharge, converted, outcome_by_policy, surcharges
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms import actions as terms
from subscriptions.terms import queries as service
from subscriptions.terms.actions import AddressChange
from subscriptions.terms.models import Subscription, Term

Outcome = ZoneMove.Outcome


class SurchargeIsClosed(DomainError):
    code = "surcharge_is_closed"


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move does: to the issues (`change`) and, in a dearer zone, to each term's money (`zone_moves`)."""

    change: AddressChange
    zone_moves: Sequence[ZoneMove]

    @property
    def due_cents(self) -> int:
        return sum(move.surcharge_cents for move in self.zone_moves if move.outcome == Outcome.DUE)


@transaction.atomic
def move_to_typed(
    *,
    subscription_id: int,
    typed: TypedAddress,
    source: str,
    by: Actor,
    now: dt.datetime,
    from_on: dt.date | None = None,
    from_issue_id: int | None = None,
    path: str = "",
) -> Moved:
    """Keep an address as it was typed and send the subscription there, both or neither.

    :param path: stands before the field names of a refusal
    :raises Invalid: when the address cannot be printed or delivered; else as `move_house`
    """
    reader_id = Subscription.objects.values_list("reader_id", flat=True).get(pk=subscription_id)
    address = readers.add_address(reader_id=reader_id, typed=typed, by=by, source=source, now=now, path=path)
    return move_house(
        subscription_id=subscription_id,
        address_id=address.pk,
        by=by,
        now=now,
        from_on=from_on,
        from_issue_id=from_issue_id,
    )


@transaction.atomic
def move_house(
    *,
    subscription_id: int,
    address_id: int,
    by: Actor,
    now: dt.datetime,
    from_on: dt.date | None = None,
    from_issue_id: int | None = None,
) -> Moved:
    """Send everything to another address of this reader, and settle what a dearer zone means by the magazine's policy.

    A sum below the magazine's threshold is absorbed whatever the policy. What cannot be converted (too little money for
    one issue, or a move for later) is due. The move itself is never refused for money.

    :raises AddressOfSomeoneElse, CalendarIsOver, IssueIsPulled: as `terms.actions.change_address`
    """
    before = service.home_zone(subscription_id)
    change = terms.change_address(
        subscription_id=subscription_id,
        address_id=address_id,
        by=by,
        now=now,
        from_on=from_on,
        from_issue_id=from_issue_id,
    )
    to_zone = Address.objects.values_list("zone", flat=True).get(pk=address_id)
    before = _take_back(subscription_id, change.first_issue, from_zone=before, by=by, now=now)
    found = surcharges(subscription_id, first=change.first_issue, from_zone=before, to_zone=to_zone)
    at_once = not change.meanwhile
    return Moved(change, settle_surcharges(found, first=change.first_issue, at_once=at_once, by=by, now=now))


def settle_surcharges(
    found: Sequence[Surcharge], *, first: Issue, at_once: bool, by: Actor, now: dt.datetime
) -> list[ZoneMove]:
    """What a dearer zone from `first` on means for each term, by the magazine's policy."""
    wanted = outcome_by_policy(found, first.magazine, at_once=at_once)
    return [_settle(each, wanted, first=first, by=by, now=now) for each in found]


@transaction.atomic
def close_surcharge(*, zone_move_id: int, outcome: str, note: str, by: Actor, now: dt.datetime) -> ZoneMove:
    """A clerk has been paid a surcharge by other means, or waives it.

    :raises SurchargeIsClosed: when it is not due any more
    """
    move = ZoneMove.objects.select_for_update().get(pk=zone_move_id)
    if move.outcome != Outcome.DUE:
        raise SurchargeIsClosed(f"This surcharge is {move.get_outcome_display()} already.")
    if outcome not in (Outcome.PAID, Outcome.WAIVED):
        raise SurchargeIsClosed("A surcharge is closed as paid or as waived.")
    _close(move, outcome, note=note, by=by, now=now)
    return move


def _take_back(subscription_id: int, first: Issue, *, from_zone: str, by: Actor, now: dt.datetime) -> str:
    """Surcharges for a move that no issue has seen yet fall with it; answers the zone that it was to be left for."""
    unseen = Q(term__subscription=subscription_id, first_issue__ordinal__gte=first.ordinal)
    return withdraw_surcharges(unseen, from_zone=from_zone, note="another change of address", by=by, now=now)


def withdraw_surcharges(which: Q, *, from_zone: str, note: str, by: Actor, now: dt.datetime) -> str:
    """What is due for an earlier move falls; answers the zone that is paid for, `from_zone` where nothing was due."""
    for move in ZoneMove.objects.filter(which, outcome=Outcome.DUE).order_by("-pk"):
        from_zone = move.from_zone
        _close(move, Outcome.WITHDRAWN, note=note, by=by, now=now)
    return from_zone


def _settle(surcharge: Surcharge, wanted: str, *, first: Issue, by: Actor, now: dt.datetime) -> ZoneMove:
    move = ZoneMove(
        term=surcharge.term,
        payer_id=surcharge.term.payer_id,
        first_issue=first,
        from_zone=surcharge.from_zone,
        to_zone=surcharge.to_zone,
        issues_left=surcharge.left,
        surcharge_cents=surcharge.cents,
        currency=surcharge.term.currency,
        outcome=Outcome.ABSORBED if wanted == Outcome.ABSORBED else Outcome.DUE,
        entered_at=now,
        entered_by=by.reference,
    )
    if wanted == Outcome.CONVERTED:
        _convert(move, surcharge, first.magazine, by=by, now=now)
    move.save(force_insert=True)
    audit.record(by, "zone.moved", move, term=move.term_id, cents=move.surcharge_cents, outcome=move.outcome)
    return move


def _convert(move: ZoneMove, surcharge: Surcharge, magazine: Magazine, *, by: Actor, now: dt.datetime) -> None:
    """Go on with fewer issues; what does not buy one stays due."""
    bought = converted(surcharge, service.what_is_left(surcharge.term.pk, now))
    if bought is None:
        return
    split = terms.split(
        term_id=surcharge.term.pk,
        why="dearer_zone",
        units=bought.issues,
        magazine_cents=bought.magazine_cents,
        postage_cents=bought.postage_cents,
        link=f"move:{move.uuid}",
        by=by,
        now=now,
    )
    move.outcome, move.left_over_cents = Outcome.CONVERTED, bought.left_over_cents
    if bought.left_over_cents:
        _hold_for_payer(move, split.new, magazine, now=now)


def _hold_for_payer(move: ZoneMove, term: Term, magazine: Magazine, *, now: dt.datetime) -> None:
    ledger.post(
        posting_key=f"zone:{move.uuid}",
        kind="zone_move",
        book_date=ledger.first_open_day(now.astimezone(magazine.zone).date()),
        currency=term.currency,
        lines=[
            Posting(account="2100", cents=move.left_over_cents, magazine=magazine.code),
            Posting(account="2120", cents=-move.left_over_cents, magazine=magazine.code),
        ],
        memo=f"term {term.pk}",
    )


def _close(move: ZoneMove, outcome: str, *, note: str, by: Actor, now: dt.datetime) -> None:
    move.outcome, move.note, move.closed_at, move.closed_by = outcome, note[:120], now, by.reference
    move.save(update_fields=["outcome", "note", "closed_at", "closed_by"])
    audit.record(by, "zone.closed", move, outcome=outcome, cents=move.surcharge_cents)
