"""Bills as time goes by: paid ahead and now due, never paid, or for a term of which nothing is left."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from foundation.actors import system
from foundation.one_by_one import each
from orders.checkout import queries
from orders.checkout.actions.bill_letters import tell_of_unpaid
from orders.checkout.actions.bill_money import apply_paid_bill, reach_lines
from orders.checkout.actions.bills import close_bill, is_being_paid
from orders.checkout.actions.surcharges import close_move, go_on_with_fewer
from orders.checkout.models import Bill, BillLine, Order, ZoneMove
from subscriptions.catalog.models import Magazine
from subscriptions.terms.actions.reaching import Reach

BY = system("bills")
Outcome, Unpaid = ZoneMove.Outcome, Magazine.SurchargeUnpaid


def follow_bills(*, now: dt.datetime) -> int:
    """How many bills were moved on. One that cannot be is logged, and stops no other."""
    ahead = list(queries.bills_paid_ahead().values_list("pk", flat=True))
    # Somewhere it may be a day later than in UTC; `close_in_time` asks by the magazine's own day.
    tomorrow = now.date() + dt.timedelta(days=1)
    waiting = list(queries.bills_to_look_at(tomorrow).values_list("pk", flat=True))
    applied = each(ahead, lambda bill_id: apply_paid_bill(bill_id=bill_id, by=BY, now=now), failed="bill_not_applied")
    return applied + each(waiting, lambda bill_id: close_in_time(bill_id=bill_id, now=now), failed="bill_not_followed")


@transaction.atomic
def close_in_time(*, bill_id: int, now: dt.datetime) -> bool:
    """Close a bill whose terms have ended, or whose time to pay is over. One that is being paid is left alone."""
    order_id = Bill.objects.values_list("order_id", flat=True).get(pk=bill_id)
    order = Order.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=order_id).first()
    bill = queries.open_bills().filter(pk=bill_id).first() if order else None
    if bill is None or is_being_paid(bill):
        return False
    lines = list(bill.lines.select_related("term", "zone_move").order_by("pk"))
    if all(queries.has_ended(line.term) for line in lines):
        for move, _ in _due_of(lines):
            close_move(move, Outcome.WITHDRAWN, note="the term has ended", by=BY, now=now)
        close_bill(bill, state=Order.State.CANCELED, by=BY, now=now)
        return True
    if bill.due_on is None or now.astimezone(bill.subscription.magazine.zone).date() <= bill.due_on:
        return False
    return bill.if_unpaid != Unpaid.WAIT and _go_on_unpaid(bill, lines, now=now)


def _go_on_unpaid(bill: Bill, lines: Sequence[BillLine], *, now: dt.datetime) -> bool:
    """As the mail has said: fewer issues for the money, where it buys one; else the house bears it."""
    reaches = reach_lines(bill, now=now)
    next_issue = next(iter(reaches.values())).first_issue
    if bill.if_unpaid == Unpaid.CONVERT and bill.first_issue.ordinal > next_issue.ordinal:
        return False  # A move for later is not spent on the issues before it.
    converted = [_convert(move, line, bill, reaches, now=now) for move, line in _due_of(lines)]
    close_bill(bill, state=Order.State.EXPIRED, by=BY, now=now)
    tell_of_unpaid(bill=bill, converted=any(converted), now=now)
    return True


def _due_of(lines: Sequence[BillLine]) -> list[tuple[ZoneMove, BillLine]]:
    """Whatever was closed by itself meanwhile, waived say, stays as it is."""
    return [(line.zone_move, line) for line in lines if line.zone_move and line.zone_move.outcome == Outcome.DUE]


def _convert(move: ZoneMove, line: BillLine, bill: Bill, reaches: Mapping[int, Reach], *, now: dt.datetime) -> bool:
    tip = queries.chain_of(line.term)[-1]
    dearer = None
    if at := reaches.get(tip.subscription_id):
        line_id, first = tip.subscription_id, at.first_issue
        found = queries.surcharges(line_id, first=first, from_zone=move.from_zone, to_zone=move.to_zone)
        dearer = next((each for each in found if each.term.pk == tip.pk), None)
    wanted = bill.if_unpaid == Unpaid.CONVERT
    if wanted and dearer is not None and go_on_with_fewer(move, dearer, bill.order.magazine, by=BY, now=now):
        move.save(update_fields=["term", "outcome", "left_over_cents"])
        close_move(move, Outcome.CONVERTED, note="not paid in time", by=BY, now=now)
        return True
    close_move(move, Outcome.ABSORBED, note="not paid in time", by=BY, now=now)
    return False
