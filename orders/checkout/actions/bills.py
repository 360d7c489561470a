"""What a change in mid-term costs is billed: an order of its own, which its payer pays by card or not at all."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import Q

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from orders.checkout import queries, rules
from orders.checkout.actions.bill_letters import ask_for_copies, ask_for_postage
from orders.checkout.actions.copies import CopiesAreTheSame
from orders.checkout.actions.refunds import NotThePayer
from orders.checkout.actions.source_keys import own_source_key
from orders.checkout.models import Bill, BillLine, Order, ZoneMove
from orders.payments import queries as payments
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers import queries as people
from subscriptions.readers.models import Reader
from subscriptions.terms.actions.reaching import reach
from subscriptions.terms.models import Subscription
from subscriptions.terms.queries.merged import in_force, merged_ones

State = PaymentAttempt.State


class SeveralPayers(DomainError):
    code = "several_payers"


class NothingToPay(DomainError):
    code = "nothing_to_pay"


class PaymentIsUnderWay(DomainError):
    code = "payment_is_under_way"


def bill_moves(*, moves: Sequence[ZoneMove], by: Actor, now: dt.datetime) -> list[Bill]:
    """One bill for each payer of moves that are due, with a mail that says what it is for and what happens otherwise.

    The payer is asked and never charged by itself: the donor of a gift need not pay for where its recipient lives.
    What that payer may still pay for the same subscription is billed anew, together with these.
    """
    # To the line that has the term now: a move may have been made on one that was merged since.
    due = [
        (move.payer_id, in_force(queries.chain_of(move.term)[-1].subscription_id), move)
        for move in moves
        if move.outcome == ZoneMove.Outcome.DUE
    ]
    bills = []
    for (payer_id, line_id), of_both in groupby(sorted(due, key=itemgetter(0, 1)), key=itemgetter(0, 1)):
        standing = _what_stands(payer_id, line_id, by=by, now=now)
        bill = _bill_postage([*standing, *(move for _, _, move in of_both)], line_id=line_id, by=by, now=now)
        ask_for_postage(bill=bill, now=now)
        bills.append(bill)
    return bills


@transaction.atomic
def order_copies(*, subscription_id: int, copies: int, by: Actor, now: dt.datetime) -> Bill:
    """More copies of every issue left, to be paid for by card. They change when it is paid, and not before.

    The same number again gives the same bill; another number takes the place of what was not paid.

    :raises CopiesAreTheSame: when no issue is left of which another number is sent
    :raises NothingToPay: for fewer copies, and for issues that cost nothing
    :raises NotThePayer: when a reader asks for more of what somebody else has paid for
    :raises SeveralPayers: when the issues left were paid for by more than one
    :raises PaymentIsUnderWay: when an earlier wish is being paid at this moment
    """
    lock_open_bills(subscription_id)
    subscription = reach(subscription_id, now=now).subscription
    quotes = _quotes(subscription_id, copies=copies, by=by, now=now)
    payer_id = quotes[0].term.payer_id
    lines = [
        BillLine(term=quote.term, issues=quote.issues, magazine_cents=quote.more_magazine_cents,
                 postage_cents=quote.more_postage_cents)
        for quote in quotes
        if quote.more_cents
    ]  # fmt: skip
    for bill in lock_open_bills(subscription_id):  # Again: the same may have been asked for while this one waited.
        if bill.why == Bill.Why.COPIES and bill.payer_id == payer_id:
            if _asks_the_same(bill, lines, copies=copies, first_issue=quotes[0].first_issue):
                return bill
            _refuse_while_paid(bill)
            close_bill(bill, state=Order.State.CANCELED, by=by, now=now)
    bill = Bill(why=Bill.Why.COPIES, payer_id=payer_id, first_issue=quotes[0].first_issue, copies=copies)
    bill = _write(bill, lines, subscription=subscription, by=by, now=now)
    if by.kind != "reader":
        ask_for_copies(bill=bill, now=now)
    return bill


@transaction.atomic
def withdraw_copies(*, bill_id: int, by: Actor, now: dt.datetime) -> Bill:
    """The wish for more copies is taken back before it is paid. Money that comes later is held for the payer.

    :raises NothingToPay: when it is not open any more
    :raises PaymentIsUnderWay: when it is being paid at this moment
    """
    order_id = Bill.objects.values_list("order_id", flat=True).get(pk=bill_id)
    Order.objects.select_for_update().get(pk=order_id)
    bill = Bill.objects.select_related("order").get(pk=bill_id)
    if not bill.is_open or bill.why != Bill.Why.COPIES:
        raise NothingToPay("That is not waiting for payment any more.")
    _refuse_while_paid(bill)
    close_bill(bill, state=Order.State.CANCELED, by=by, now=now)
    return bill


def lock_open_bills(subscription_id: int) -> list[Bill]:
    """The bills of a subscription, of what was merged into it, and of what its terms come from, that may still be
    paid, locked."""
    lines = merged_ones(subscription_id)
    return lock_bills(Q(bill__subscription__in=lines) | Q(bill__lines__term__in=queries.pieces_of(lines)))


def lock_bills(which: Q) -> list[Bill]:
    """Open bills, their orders locked: before issue and subscription. Settling locks in that order, too."""
    orders = Order.objects.filter(which, bill__closed_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    locked = list(Order.objects.select_for_update(of=("self",)).filter(pk__in=set(orders)).order_by("pk"))
    found = Bill.objects.filter(order__in=locked, closed_at__isnull=True).select_related("order", "first_issue")
    return list(found.order_by("pk"))


def close_bill(bill: Bill, *, state: str, by: Actor, now: dt.datetime) -> None:
    """Nobody is to pay it any more. Its order is locked by the caller."""
    order = bill.order
    order.state, order.closed_at = state, now
    order.save(update_fields=["state", "closed_at"])
    bill.close(now=now)
    audit.record(by, "bill.closed", bill, order=order.number, state=state)


def close_for_others(bills: Sequence[Bill], *, by: Actor, now: dt.datetime) -> list[ZoneMove]:
    """Others take the place of these bills, which are locked; answers what is still due of them, to be billed anew."""
    for bill in bills:
        close_bill(bill, state=Order.State.CANCELED, by=by, now=now)
    staying = ZoneMove.objects.filter(bill_line__bill__in=bills, outcome=ZoneMove.Outcome.DUE)
    again = list(staying.select_related("term", "first_issue").order_by("pk"))
    BillLine.objects.filter(zone_move__in=again).update(zone_move=None)
    return again


def is_being_paid(bill: Bill) -> bool:
    """Whether money for it may be under way, or has come and is not entered yet."""
    last = payments.latest_attempt(bill.order.uuid)
    return last is not None and last.state in (*PaymentAttempt.LIVE, State.PAID)


def _refuse_while_paid(bill: Bill) -> None:
    last = payments.latest_attempt(bill.order.uuid)
    if last is not None and last.state in (State.PAID, State.PENDING, State.UNKNOWN):
        raise PaymentIsUnderWay(f"Order {bill.order.number} is being paid at this moment. Please look again shortly.")


def _quotes(subscription_id: int, *, copies: int, by: Actor, now: dt.datetime) -> list[queries.CopiesQuote]:
    quotes = queries.quote_copies(subscription_id=subscription_id, copies=copies, now=now)
    if not quotes:
        raise CopiesAreTheSame(f"No issue is left of which another number than {copies} would be sent.")
    if any(copies < quote.term.copies for quote in quotes) or not sum(quote.more_cents for quote in quotes):
        raise NothingToPay("That costs nothing more, so there is nothing to pay. Customer service changes it for you.")
    payers = {quote.term.payer_id for quote in quotes}
    if by.kind == "reader" and not payers <= set(people.files_of([int(by.id)])):
        raise NotThePayer("Somebody else has paid for this, and only they can order more copies of it.")
    if len(payers) > 1:
        raise SeveralPayers("The issues left were paid for by more than one. Change the terms of each by themselves.")
    return quotes


def _asks_the_same(bill: Bill, lines: Sequence[BillLine], *, copies: int, first_issue: Issue) -> bool:
    asked = {line.term_id: (line.issues, line.magazine_cents, line.postage_cents) for line in lines}
    there = {line.term_id: (line.issues, line.magazine_cents, line.postage_cents) for line in bill.lines.all()}
    return (bill.copies, bill.first_issue_id, there) == (copies, first_issue.pk, asked)


def _what_stands(payer_id: int, line_id: int, *, by: Actor, now: dt.datetime) -> list[ZoneMove]:
    """Of one payer and one subscription there is one open bill: a second gift there is billed with the first.
    Not with one that is being paid at this moment: that money would be held, and asked for again."""
    of_both = Q(bill__payer=payer_id, bill__subscription__in=merged_ones(line_id))
    standing = lock_bills(of_both & Q(bill__why=Bill.Why.POSTAGE))
    return close_for_others([bill for bill in standing if not is_being_paid(bill)], by=by, now=now)


def _bill_postage(moves: list[ZoneMove], *, line_id: int, by: Actor, now: dt.datetime) -> Bill:
    first = min(moves, key=lambda move: move.first_issue.ordinal)
    subscription = Subscription.objects.get(pk=line_id)
    magazine = Magazine.objects.get(pk=subscription.magazine_id)
    bill = Bill(
        why=Bill.Why.POSTAGE,
        payer_id=first.payer_id,
        first_issue=first.first_issue,
        due_on=now.astimezone(magazine.zone).date() + dt.timedelta(days=magazine.surcharge_due_days),
        if_unpaid=magazine.surcharge_unpaid,
    )
    lines = [
        BillLine(term=move.term, zone_move=move, issues=move.issues_left, postage_cents=move.surcharge_cents)
        for move in moves
    ]
    return _write(bill, lines, subscription=subscription, by=by, now=now)


def _write(bill: Bill, lines: Sequence[BillLine], *, subscription: Subscription, by: Actor, now: dt.datetime) -> Bill:
    payer = Reader.objects.get(pk=bill.payer_id)
    bill.order = Order.objects.create(
        number=rules.order_number(),
        kind=Order.Kind.POSTAGE if bill.why == Bill.Why.POSTAGE else Order.Kind.COPIES,
        magazine_id=subscription.magazine_id,
        payer=payer,
        payer_email=payer.email,
        currency=lines[0].term.currency,
        total_cents=sum(line.cents for line in lines),
        source_key=own_source_key("CHANGE", "Change in mid-term"),
        channel={"reader": "web", "staff": "desk"}.get(by.kind, "api"),
        placed_at=now,
        placed_by=by.reference,
    )
    bill.subscription, bill.billed_at = subscription, now
    bill.save(force_insert=True)
    for line in lines:
        line.bill = bill
    BillLine.objects.bulk_create(lines)
    audit.record(by, "bill.written", bill, order=bill.order.number, why=bill.why, cents=bill.order.total_cents)
    return bill
