"""A lower price for a running term, after the fact: part of it was earned already, the rest is still deferred.

By example 5 of finance 1.5: the term is priced again as if it had cost less from the start. What has been served is
caught up on in revenue now, the rest goes on for what is left of the lower price.
"""

import datetime as dt
from dataclasses import replace

from django.conf import settings
from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError, Invalid
from orders.checkout import queries
from orders.checkout.actions.bill_money import deferred_cents
from orders.checkout.actions.concession_letters import tell_of_concession
from orders.checkout.actions.refunds import ACCOUNT_OF
from orders.checkout.models import LineRefund
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from orders.ledger.models import AccountCode, Journal
from subscriptions.terms import actions as terms
from subscriptions.terms.actions.reaching import Reach, reach
from subscriptions.terms.models import OwedCopy, Term
from subscriptions.terms.queries.life import span_of
from subscriptions.terms.rules import left_at, released_cents


class NothingToReprice(DomainError):
    code = "nothing_to_reprice"


class ConcessionIsOdd(DomainError):
    code = "concession_is_odd"


@transaction.atomic
def give_concession(
    *, subscription_id: int, cents: int, because: str, by: Actor, now: dt.datetime, money: str = LineRefund.Way.REFUND
) -> LineRefund:
    """Let the running term cost so much less, and give its payer the difference back: sent, or held as a credit.

    Less than the minimum of a refund is held. The service goes on, issue for issue.

    :raises Invalid: without a reason
    :raises NothingToReprice: when nothing that was paid for is left
    :raises ConcessionIsOdd: for no cents, or more than the magazine's part of the term costs
    """
    if not because.strip():
        raise Invalid({"because": [("required", "Say why the price is lowered.")]})
    at = reach(subscription_id, now=now)
    term = next((term for term in at.live_terms() if term.magazine_cents and term.units), None)
    if term is None:
        raise NothingToReprice("Nothing is left that was paid for, so there is no price to lower.")
    if not 0 < cents <= term.magazine_cents:
        raise ConcessionIsOdd(f"Between 1 and {term.magazine_cents} cents can be given back of what this term costs.")

    # What is still deferred of the magazine's part, and what would be if the term had cost so much less.
    left = _deferred_with_copies(term, at, price_cents=term.magazine_cents)
    lowered = _deferred_with_copies(term, at, price_cents=term.magazine_cents - cents)
    copies = left - deferred_cents(term, at, price_cents=term.magazine_cents)
    split = terms.split(
        term_id=term.pk,
        why="price_concession",
        magazine_cents=lowered - copies,  # as a split goes on with what they were sold for
        by=by,
        now=now,
    )
    way = LineRefund.Way(money) if cents >= settings.REFUND_MINIMUM_CENTS else LineRefund.Way.CREDIT
    refund = LineRefund(
        term=split.old,
        order_line=queries.line_of(split.old),
        payer_id=term.payer_id,
        way=way,
        magazine_cents=cents,
        earned_cents=cents - (left - lowered),
        because=because.strip()[:120],
        currency=term.currency,
        promised_at=now,
        promised_by=by.reference,
    )
    refund.journal = _post(refund, at)
    refund.save()
    audit.record(by, "concession.given", refund, cents=cents, earned=refund.earned_cents, way=way)
    tell_of_concession(refund=refund, now=now)
    return refund


def _deferred_with_copies(term: Term, at: Reach, *, price_cents: int) -> int:
    """As `deferred_cents`, and with the copies that wait to come from stock: nothing of them is earned either."""
    waiting = OwedCopy.objects.filter(term=term, state=OwedCopy.State.WAITING).order_by("pk").select_for_update()
    span = replace(span_of(term), carried=term.carried - sum(owed.units for owed in waiting))
    return released_cents(span, left=left_at(span, at.clock) or 0, price_cents=price_cents)


def _post(refund: LineRefund, at: Reach) -> Journal:
    line = refund.order_line
    offer, source = (line.offer.code, line.order.source_key.code) if line else ("", "")
    debits = {
        AccountCode.DEFERRED_SUBSCRIPTIONS: refund.cents - refund.earned_cents,
        AccountCode.SUBSCRIPTION_REVENUE: refund.earned_cents,
    }
    credit = {ACCOUNT_OF[LineRefund.Way(refund.way)]: -refund.cents}
    return ledger.post(
        posting_key=f"refund:{refund.uuid}:approved",
        kind="refund",
        book_date=ledger.first_open_day(at.today),
        currency=refund.currency,
        lines=[
            Posting(account, cents, magazine=at.first_issue.magazine.code, offer=offer, source=source)
            for account, cents in {**debits, **credit}.items()
            if cents
        ],
        memo=f"price concession{f', {line.order.number}' if line else ''}",
    )
