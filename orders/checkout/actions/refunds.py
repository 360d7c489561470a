"""What a term let go of is promised back to its payer, or held for them; and a promise withdrawn."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from foundation.actors import Actor
from foundation.audit.actions import record
from foundation.errors import DomainError
from orders.checkout import queries
from orders.checkout.models import LineRefund, OrderLine
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from orders.ledger.models import AccountCode, Journal
from subscriptions.readers import queries as people
from subscriptions.terms.models import AccessTerm, Term

ACCOUNT_OF = {
    LineRefund.Way.REFUND: AccountCode.REFUNDS_PAYABLE,
    LineRefund.Way.CREDIT: AccountCode.UNAPPLIED_CASH,
}


class RefundIsSent(DomainError):
    code = "refund_is_sent"


class NotThePayer(DomainError):
    code = "not_the_payer"


def refuse_other_payers(terms: Sequence[Term], *, by: Actor) -> None:
    """Money goes back to the payer only, so nobody else ends for good what a payer would have back.

    :raises NotThePayer: when a reader asks who has not paid for all of it
    """
    if by.kind != "reader":
        return
    files = people.files_of([int(by.id)])
    if any(term.payer_id not in files for term in terms if term.released_cents):
        raise NotThePayer(
            "Somebody else has paid for this, and only they can have the money back. You can hold the magazine, or let "
            "it stop with the last issue that is paid for."
        )


@transaction.atomic
def promise_back(*, terms: Sequence[Term], way: str, by: Actor, now: dt.datetime) -> list[LineRefund]:
    """One refund for each ended term that let go of money, to its payer; below the minimum it is held as a credit."""
    back = Counter[int]()
    for term in terms:
        back[term.payer_id] += term.released_cents
    return [
        promise(
            term=term,
            magazine_cents=term.released_magazine_cents,
            postage_cents=term.released_postage_cents,
            way=way if back[term.payer_id] >= settings.REFUND_MINIMUM_CENTS else LineRefund.Way.CREDIT,
            by=by,
            now=now,
        )
        for term in terms
        if term.released_cents
    ]


def promise(
    *, term: Term, magazine_cents: int, postage_cents: int, way: str, by: Actor, now: dt.datetime
) -> LineRefund:
    """So many of the cents that the term let go of are its payer's: Dr 2100, Cr 2300 or (held as a credit) 2120."""
    refund = LineRefund(
        term=term,
        order_line=queries.line_of(term),
        payer_id=term.payer_id,
        way=LineRefund.Way(way),
        magazine_cents=magazine_cents,
        postage_cents=postage_cents,
        currency=term.currency,
    )
    return _promised(refund, book_date=term.ended_on or now.date(), by=by, now=now)


@transaction.atomic
def withdraw(*, refund_id: int, by: Actor, now: dt.datetime) -> LineRefund:
    """Take a promise back, because the issues are sent after all. Its journal is reversed.

    :raises RefundIsSent: when the money has gone
    """
    refund = LineRefund.objects.select_for_update(of=("self",)).select_related("journal", "term").get(pk=refund_id)
    if refund.state != LineRefund.State.PROMISED:
        raise RefundIsSent("The money has been sent back. A new order starts the magazine again.")
    if refund.term is None:
        raise RefundIsSent("This was taken back for good. A new order starts it again.")
    today = now.astimezone(refund.term.subscription.magazine.zone).date()
    reversed_lines = [
        Posting(line.account_id, -line.cents, magazine=line.magazine, offer=line.offer, source=line.source)
        for line in refund.journal.lines.order_by("pk")
    ]
    refund.withdrawal_journal = ledger.post(
        posting_key=f"refund:{refund.uuid}:withdrawn",
        kind="refund",
        book_date=ledger.first_open_day(today),
        currency=refund.currency,
        lines=reversed_lines,
        memo="withdrawn: the subscription goes on",
        reverses_id=refund.journal_id,
    )
    refund.state, refund.withdrawn_at, refund.withdrawn_by = LineRefund.State.WITHDRAWN, now, by.reference
    refund.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawal_journal"])
    record(by, "refund.withdrawn", refund, cents=refund.cents)
    return refund


@transaction.atomic
def promise_back_code(*, line: OrderLine, by: Actor, now: dt.datetime) -> LineRefund | None:
    """The price of a gift that nobody has redeemed goes back to its donor: Dr 2105, Cr 2300. None if it was free."""
    if not line.total_cents:
        return None
    refund = LineRefund(
        order_line=line,
        payer_id=line.order.payer_id,
        way=LineRefund.Way.REFUND,
        magazine_cents=line.magazine_cents,
        postage_cents=line.postage_cents,
        currency=line.order.currency,
    )
    day = now.astimezone(line.order.magazine.zone).date()
    return _promised(refund, book_date=day, by=by, now=now, deferred=AccountCode.DEFERRED_GIFTS)


def promise_back_access(*, access: AccessTerm, way: str, by: Actor, now: dt.datetime) -> LineRefund:
    """What digital access let go of when it ended goes back to its payer: Dr 2100, Cr 2300 or 2120."""
    # What was paid for was sold, and what was sold has its line.
    lines = OrderLine.objects.select_related("offer", "order__source_key", "order__magazine")
    refund = LineRefund(
        order_line=lines.get(uuid=str(access.line_uuid)),
        payer_id=access.payer_id,
        way=LineRefund.Way(way),
        magazine_cents=access.released_cents,
        currency=access.currency,
    )
    return _promised(refund, book_date=access.ended_on or now.date(), by=by, now=now)


def _promised(
    refund: LineRefund,
    *,
    book_date: dt.date,
    by: Actor,
    now: dt.datetime,
    deferred: str = AccountCode.DEFERRED_SUBSCRIPTIONS,
) -> LineRefund:
    refund.promised_at, refund.promised_by = now, by.reference
    refund.journal = _post(refund, book_date=book_date, deferred=deferred)
    refund.save()
    record(by, "refund.promised", refund, cents=refund.cents, way=refund.way)
    return refund


def _post(refund: LineRefund, *, book_date: dt.date, deferred: str) -> Journal:
    line = refund.order_line
    magazine = refund.magazine.code if refund.magazine else ""
    offer, source = (line.offer.code, line.order.source_key.code) if line else ("", "")
    account = ACCOUNT_OF[LineRefund.Way(refund.way)]
    return ledger.post(
        posting_key=f"refund:{refund.uuid}:approved",
        kind="refund",
        book_date=ledger.first_open_day(book_date),
        currency=refund.currency,
        lines=[
            Posting(deferred, refund.cents, magazine=magazine, offer=offer, source=source),
            Posting(account, -refund.cents, magazine=magazine, offer=offer, source=source),
        ],
        memo=line.order.number if line else "",
    )
