"""A change of address with what it means for the money: a dearer zone in mid-term is billed, absorbed or converted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from foundation.actors import Actor
from foundation.audit import actions as audit
from orders.checkout.actions.bill_money import give_back_postage
from orders.checkout.actions.bills import bill_moves, close_for_others, lock_bills, lock_open_bills
from orders.checkout.actions.surcharges import close_move, go_on_with_fewer
from orders.checkout.models import ZoneMove
from orders.checkout.queries import Surcharge, Undone, chain_of, outcome_by_policy, surcharges, undone_by_move
from subscriptions.catalog.models import Issue
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms import actions as terms
from subscriptions.terms import queries as service
from subscriptions.terms.actions import AddressChange
from subscriptions.terms.actions.reaching import reach
from subscriptions.terms.models import Subscription, Term

Outcome = ZoneMove.Outcome


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move does: to the issues (`change`) and, in a dearer zone, to each term's money (`zone_moves`).

    With what is owed for that zone already.
    """

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
    told_on: dt.date | None = None,
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
        told_on=told_on,
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
    told_on: dt.date | None = None,
) -> Moved:
    """Send everything to another address of this reader, and settle what a dearer zone means by the magazine's policy.

    A sum below the magazine's threshold is absorbed whatever the policy. What cannot be converted (too little money for
    one issue, or a move for later) is due. The move itself is never refused for money.

    :param told_on: as for `terms.actions.change_address`: for what is told of issues. Every term's money is settled.
    :raises AddressOfSomeoneElse, CalendarIsOver, IssueIsPulled: as `terms.actions.change_address`
    """
    lock_open_bills(subscription_id)
    reach(subscription_id, now=now)
    lock_open_bills(subscription_id)  # Again: whoever moved it while this one waited may have left bills.
    home = service.home_zone(subscription_id)  # Before it changes.
    change = terms.change_address(
        subscription_id=subscription_id,
        address_id=address_id,
        by=by,
        now=now,
        from_on=from_on,
        from_issue_id=from_issue_id,
        told_on=told_on,
    )
    to_zone = Address.objects.values_list("zone", flat=True).get(pk=address_id)
    first = change.first_issue
    undone = undone_by_move(subscription_id, first=first, to_zone=to_zone)
    _take_back(undone, by=by, now=now)
    # A term that was split to give back what was paid goes on as another: the zone that it is paid for goes with it.
    paid_for = {chain_of(term)[-1].pk: undone.paid_for[term.pk] for term in Term.objects.filter(pk__in=undone.paid_for)}
    found = surcharges(subscription_id, first=first, from_zone=home, to_zone=to_zone, paid_for=paid_for)
    settled = settle_surcharges(found, first=first, at_once=change.at_once, by=by, now=now)
    return Moved(change, [*(move for move in undone.standing if move.outcome == Outcome.DUE), *settled])


def settle_surcharges(
    found: Sequence[Surcharge], *, first: Issue, at_once: bool, by: Actor, now: dt.datetime
) -> list[ZoneMove]:
    """What a dearer zone from `first` on means for each term, by the magazine's policy. What is due is billed."""
    wanted = outcome_by_policy(found, first.magazine, at_once=at_once)
    moves = [_settle(each, wanted, first=first, by=by, now=now) for each in found]
    bill_moves(moves=moves, by=by, now=now)
    return moves


def withdraw_surcharges(which: Q, *, note: str, by: Actor, now: dt.datetime) -> None:
    """What is due for an earlier move falls. Others of the same bill are billed anew."""
    which &= Q(outcome=Outcome.DUE)
    bills = lock_bills(Q(bill__lines__zone_move__in=ZoneMove.objects.filter(which)))
    # Only now, as one of them may have been paid while this waited.
    for move in ZoneMove.objects.filter(which).order_by("pk"):
        close_move(move, Outcome.WITHDRAWN, note=note, by=by, now=now)
    bill_moves(moves=close_for_others(bills, by=by, now=now), by=by, now=now)


def _take_back(undone: Undone, *, by: Actor, now: dt.datetime) -> None:
    """What is due for earlier moves falls; the issues that went out meanwhile are borne by the house.

    A move that was paid for and that no issue has seen is undone as well: its money is held for the payer.
    """
    note = "another change of address"
    withdraw_surcharges(Q(pk__in=[move.pk for move in undone.moves]), note=note, by=by, now=now)
    for move in undone.moves:
        if move.outcome == Outcome.CARD:
            give_back_postage(move, by=by, now=now)
            close_move(move, Outcome.WITHDRAWN, note=note, by=by, now=now)


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
        go_on_with_fewer(move, surcharge, first.magazine, by=by, now=now)
    move.save(force_insert=True)
    audit.record(by, "zone.moved", move, term=move.term_id, cents=move.surcharge_cents, outcome=move.outcome)
    return move
