"""What the money of a bill does: it makes the rest of each term dearer, pays for what has gone out, or is held.

By the rule of every change in mid-term it is a split: the term ends at the first issue within reach, and its
continuation costs what was released and what was paid on top (docs/decisions/0014).
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.failpoints import reached
from foundation.shares import earned_cents
from orders.checkout import queries, rules
from orders.checkout.actions.bill_letters import thank_for_bill
from orders.checkout.actions.refunds import promise
from orders.checkout.actions.surcharges import close_move
from orders.checkout.models import Bill, BillLine, LineRefund, Order, ZoneMove
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from subscriptions.terms import actions as terms
from subscriptions.terms import queries as service
from subscriptions.terms.actions.reaching import Reach, reach
from subscriptions.terms.models import Term
from subscriptions.terms.queries.life import span_of
from subscriptions.terms.queries.merged import in_force
from subscriptions.terms.rules import clock_at, released_cents


def settle_bill(order: Order, *, by: Actor, now: dt.datetime) -> list[Posting]:
    """What a paid bill's money is credited to. In the transaction that settles its order, which is locked.

    Postage for issues further ahead waits on 2120 until the first of them is next (`apply_paid_bill`).
    """
    bill = _bill_of(order)
    reaches = reach_lines(bill, now=now)
    at, lines = next(iter(reaches.values())), _lines_of(bill)
    waits = bill.why == Bill.Why.POSTAGE and bill.first_issue.ordinal > at.first_issue.ordinal
    for line in lines:
        if line.zone_move is not None:
            close_move(line.zone_move, ZoneMove.Outcome.CARD, note=f"order {order.number}", by=by, now=now)
        if not waits:
            _apply(line, bill, reaches, by=by, now=now)
    bill.close(now=now)
    audit.record(by, "bill.paid", bill, order=order.number, cents=order.total_cents)
    thank_for_bill(bill=bill, lines=lines, waits=waits, now=now)
    reached("settle.bill_applied")
    code = order.magazine.code
    if waits:
        return [Posting(account="2120", cents=-order.total_cents, magazine=code)]
    return [posting for line in lines for posting in _credits(line, magazine=code)]


@transaction.atomic
def apply_paid_bill(*, bill_id: int, by: Actor, now: dt.datetime) -> bool:
    """Postage that was paid ahead goes to its issues, once the first of them is the next. False when it is not yet."""
    order_id = Bill.objects.values_list("order_id", flat=True).get(pk=bill_id)
    order = Order.objects.select_for_update(of=("self",)).select_related("magazine", "payer").get(pk=order_id)
    bill = _bill_of(order)
    reaches = reach_lines(bill, now=now)
    at = next(iter(reaches.values()))
    # Not before: a move that is taken back while this waits holds its money for the payer.
    lines = [line for line in _lines_of(bill) if line.applied_at is None]
    if not lines or order.state != Order.State.PAID or bill.first_issue.ordinal > at.first_issue.ordinal:
        return False
    for line in lines:
        _apply(line, bill, reaches, by=by, now=now)
        if line.held_cents < line.cents:
            line.journal = ledger.post(
                posting_key=f"bill:{line.uuid}:applied",
                kind="sale",
                book_date=ledger.first_open_day(at.today),
                currency=order.currency,
                lines=[
                    Posting(account="2120", cents=line.cents - line.held_cents, magazine=order.magazine.code),
                    *(each for each in _credits(line, magazine=order.magazine.code) if each.account != "2120"),
                ],
                memo=order.number,
            )
            line.save(update_fields=["journal"])
    return True


def reach_lines(bill: Bill, *, now: dt.datetime) -> dict[int, Reach]:
    """Each subscription that has a term of a bill now, held still: several only where a merge was undone since."""
    reaches: dict[int, Reach] = {}
    while missing := _lines_now(bill) - reaches.keys():  # Again, as they may be merged or parted while this waits.
        reaches |= {pk: reach(pk, now=now) for pk in sorted(missing)}
    return reaches


def _lines_now(bill: Bill) -> set[int]:
    chains = [queries.chain_of(line.term) for line in _lines_of(bill)]
    stayed = {chain[-1].subscription_id for chain in chains if not queries.went_to_somebody_else(chain)}
    return {in_force(pk) for pk in stayed or {bill.subscription_id}}


def give_back_postage(move: ZoneMove, *, by: Actor, now: dt.datetime) -> None:
    """The move that it was paid for is taken back before any issue has seen it: the payer has it as a credit."""
    line = BillLine.objects.select_related("term", "split_term").filter(zone_move=move).first()
    if line is None:
        return
    if line.applied_at is None:
        line.held_cents, line.applied_at = line.cents, now  # It is on 2120 already, and stays there.
        line.save(update_fields=["held_cents", "applied_at"])
        return
    tip = queries.chain_of(line.term)[-1]
    rest = service.what_is_left(tip.pk, now) if tip.ended_at is None else None
    back = min(line.deferred_postage_cents, rest.postage_cents) if rest and rest.units else 0
    if rest is None or not back:
        return
    split = terms.split(
        term_id=tip.pk,
        why="move_taken_back",
        magazine_cents=rest.magazine_cents,
        postage_cents=rest.postage_cents - back,
        link=f"move:{move.uuid}",
        by=by,
        now=now,
    )
    promise(term=split.old, magazine_cents=0, postage_cents=back, way=LineRefund.Way.CREDIT, by=by, now=now)


def _bill_of(order: Order) -> Bill:
    return Bill.objects.select_related(
        "order__magazine", "order__payer", "first_issue__magazine", "subscription__reader", "subscription__magazine"
    ).get(order=order)


def _lines_of(bill: Bill) -> list[BillLine]:
    return list(bill.lines.select_related("term", "zone_move").order_by("pk"))


def _apply(line: BillLine, bill: Bill, reaches: Mapping[int, Reach], *, by: Actor, now: dt.datetime) -> None:
    chain = queries.chain_of(line.term)
    tip = chain[-1]
    at = reaches.get(in_force(tip.subscription_id))
    # Without it, it goes to somebody else now, at another address.
    magazine, postage, line.earned_cents = _taken(line, bill, chain, at) if at else (0, 0, 0)
    line.held_cents = line.cents - magazine - postage - line.earned_cents
    if at and (magazine or postage):
        released = _released(tip, at)
        split = terms.split(
            term_id=tip.pk,
            why="more_copies" if bill.why == Bill.Why.COPIES else "dearer_postage",
            copies=bill.copies,
            magazine_cents=released[0] + magazine,
            postage_cents=released[1] + postage,
            link=f"order:{bill.order.number}",
            by=by,
            now=now,
        )
        line.split_term, line.deferred_magazine_cents, line.deferred_postage_cents = split.old, magazine, postage
    line.applied_at = now
    line.save(
        update_fields=[
            "earned_cents", "held_cents", "split_term", "deferred_magazine_cents", "deferred_postage_cents",
            "applied_at",
        ]
    )  # fmt: skip


def _taken(line: BillLine, bill: Bill, chain: Sequence[Term], at: Reach) -> tuple[int, int, int]:
    """Of the money of a line: magazine and postage for the issues left, and what has gone out. The rest is held."""
    tip = chain[-1]
    goes_on = tip.ended_at is None and tip.subscription_id == at.subscription.pk  # Else its own line had served it.
    left = (at.units_left(tip) or 0) if goes_on else 0
    if bill.copies is not None:
        return (*_price_of_more(line, tip, at, copies=bill.copies), 0) if left else (0, 0, 0)
    sent = min(line.issues, _sent_since(chain, at, bill))
    earned = earned_cents(line.postage_cents, line.issues, sent)
    return 0, (line.postage_cents - earned) if left else 0, earned


def _price_of_more(line: BillLine, tip: Term, at: Reach, *, copies: int) -> tuple[int, int]:
    """An issue that went out before the payment came went out with the old number: its share is not taken."""
    if tip.copies >= copies:
        return 0, 0
    now = [rules.more_copies_cents(part, before=tip.copies, after=copies) for part in _released(tip, at)]
    return min(line.magazine_cents, now[0]), min(line.postage_cents, now[1])


def _sent_since(chain: Sequence[Term], at: Reach, bill: Bill) -> int:
    """The units, of the term and of whatever went on from it, that are out of reach by now and went to the new zone."""
    return sum(_sent_of(term, at, bill) for term in chain)


def _sent_of(term: Term, at: Reach, bill: Bill) -> int:
    # What was merged into another subscription has run on its own clock before.
    life = at.life if term.subscription_id == at.subscription.pk else service.life_of(term.subscription_id)
    since, now = (clock_at(life.calendar, life.pauses, issue.ordinal) for issue in (bill.first_issue, at.first_issue))
    end = now if term.c_to is None else min(term.c_to, now)
    return max(0, end - max(term.c_from, since))


def _released(term: Term, at: Reach) -> tuple[int, int]:
    return (
        deferred_cents(term, at, price_cents=term.magazine_cents),
        deferred_cents(term, at, price_cents=term.postage_cents),
    )


def deferred_cents(term: Term, at: Reach, *, price_cents: int) -> int:
    """What a change of this moment would release of a term, or of a part of it, that had cost so much."""
    return released_cents(span_of(term), left=at.units_left(term) or 0, price_cents=price_cents)


def _credits(line: BillLine, *, magazine: str) -> list[Posting]:
    origin = queries.line_of(line.term)
    offer, source = (origin.offer.code, origin.order.source_key.code) if origin else ("", "")
    credited = {"2100": line.deferred_cents, "4110": line.earned_cents, "2120": line.held_cents}
    return [
        Posting(account=account, cents=-cents, magazine=magazine, offer=offer, source=source)
        for account, cents in credited.items()
        if cents
    ]
