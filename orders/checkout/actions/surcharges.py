"""A surcharge for a dearer zone is closed: paid by other means, waived, converted or borne by the house."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError, Invalid
from orders.checkout.actions.bills import close_bill, is_being_paid
from orders.checkout.models import Bill, Order, ZoneMove
from orders.checkout.queries import Surcharge, converted
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from subscriptions.catalog.models import Magazine
from subscriptions.terms import actions as terms
from subscriptions.terms import queries as service
from subscriptions.terms.models import Term

Outcome = ZoneMove.Outcome


class SurchargeIsClosed(DomainError):
    code = "surcharge_is_closed"


class SurchargeIsBeingPaid(DomainError):
    code = "surcharge_is_being_paid"


@transaction.atomic
def mark_surcharge_paid(*, zone_move_id: int, note: str, by: Actor, now: dt.datetime) -> ZoneMove:
    """A clerk has been paid by other means. With the others of the same bill. Nothing is posted: see docs/money.md.

    :raises SurchargeIsClosed: when it is not due any more
    :raises SurchargeIsBeingPaid: while its payment page is open
    """
    return _close_by_hand(zone_move_id, Outcome.PAID, note=note, by=by, now=now)


@transaction.atomic
def waive_surcharge(*, zone_move_id: int, because: str, by: Actor, now: dt.datetime) -> ZoneMove:
    """The house lets the payer off, and says why. With the others of the same bill.

    :raises Invalid: without a reason
    :raises SurchargeIsClosed, SurchargeIsBeingPaid: as `mark_surcharge_paid`
    """
    if not because.strip():
        raise Invalid({"because": [("required", "Say why the house lets them off.")]})
    return _close_by_hand(zone_move_id, Outcome.WAIVED, note=because.strip(), by=by, now=now)


def close_move(move: ZoneMove, outcome: str, *, note: str, by: Actor, now: dt.datetime) -> None:
    move.outcome, move.note, move.closed_at, move.closed_by = outcome, note[:120], now, by.reference
    move.save(update_fields=["outcome", "note", "closed_at", "closed_by"])
    audit.record(by, "zone.closed", move, outcome=outcome, cents=move.surcharge_cents)


def go_on_with_fewer(move: ZoneMove, surcharge: Surcharge, magazine: Magazine, *, by: Actor, now: dt.datetime) -> bool:
    """Spend what is left at the dearer postage, and hold what is over for the payer. False when it buys no issue.

    The caller writes the move.
    """
    bought = converted(surcharge, service.what_is_left(surcharge.term.pk, now))
    if bought is None:
        return False
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
    # The term that ends here may have gone on from the one that was billed.
    move.term, move.outcome, move.left_over_cents = split.old, Outcome.CONVERTED, bought.left_over_cents
    if bought.left_over_cents:
        _hold_for_payer(move, split.new, magazine, now=now)
    return True


def _close_by_hand(zone_move_id: int, outcome: str, *, note: str, by: Actor, now: dt.datetime) -> ZoneMove:
    order = _lock_order_of(zone_move_id)  # First, as settling does.
    move = ZoneMove.objects.select_for_update().get(pk=zone_move_id)
    if move.outcome != Outcome.DUE:
        raise SurchargeIsClosed(f"This surcharge is {move.get_outcome_display()} already.")
    bill = Bill.objects.select_related("order").get(order=order) if order else None
    if bill is not None:
        if is_being_paid(bill):
            raise SurchargeIsBeingPaid("Its payment page is open, or its payment has come. Look again within the hour.")
        close_bill(bill, state=Order.State.CANCELED, by=by, now=now)
        for other in ZoneMove.objects.filter(bill_line__bill=bill, outcome=Outcome.DUE).exclude(pk=move.pk):
            close_move(other, outcome, note=note, by=by, now=now)
    close_move(move, outcome, note=note, by=by, now=now)
    return move


def _lock_order_of(zone_move_id: int) -> Order | None:
    """Of the bill that it is on. While this waits the bill may be written anew, as another order: then that one."""
    order: Order | None = None
    while (found := Order.objects.filter(bill__lines__zone_move=zone_move_id).first()) != order:
        order = Order.objects.select_for_update().get(pk=found.pk) if found else None
    return order


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
