"""A subscription ends before its time, with what becomes of the money; and it is taken up again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.db import transaction

from foundation.actors import Actor
from foundation.errors import DomainError
from orders.checkout.actions.consents import withdraw_consent
from orders.checkout.actions.refunds import RefundIsSent, promise_back, refuse_other_payers, withdraw
from orders.checkout.models import LineRefund
from subscriptions.readers import queries as people
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries import expire

When = Literal["now", "end"]


class NotTheReader(DomainError):
    code = "not_the_reader"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The terms that ended (none when copies go on to the last paid issue), and what goes back to their payers.

    `only_of`: the files of the one payer of whose terms some ended, and nothing of anybody else; None: all of it ends.
    """

    terms: Sequence[Term]
    refunds: Sequence[LineRefund]
    only_of: Sequence[int] | None = None


@transaction.atomic
def cancel_subscription(
    *,
    subscription_id: int,
    when: When,
    reason_code: str,
    by: Actor,
    now: dt.datetime,
    money: str = LineRefund.Way.REFUND,
) -> Cancelled:
    """Stop at the end of what is paid for, or now; then what was not served goes back to whoever paid for it.

    Consent to charges ends either way. `money` is `refund`, or `credit` for a payer who would rather have it kept.
    Doors call `renewals.cancel_subscription`, which also stops what is planned, and writes.

    A payer who is not its reader ends what they have paid for, now, and nothing that is anybody else's. A gift that is
    announced later stays when its recipient cancels, who may not learn of it.

    :raises NothingToCancel, UnknownReason: as `terms.cancel_now`
    :raises NotThePayer: when a reader would end now what somebody else has paid for
    :raises NotTheReader: when a payer would let somebody else's subscription run out
    """
    subscription = Subscription.objects.select_related("magazine").get(pk=subscription_id)
    files = _files_of(by)
    if files and subscription.reader_id not in files:
        return _end_what_they_pay(subscription, files, when=when, reason_code=reason_code, by=by, now=now, money=money)
    if when == "end":
        terms.cancel_at_end(subscription_id=subscription_id, reason_code=reason_code, by=by, now=now)
        done = Cancelled((), ())
    else:
        spared = _untold(subscription, now=now) if files else []
        ended = terms.cancel_now(
            subscription_id=subscription_id, reason_code=reason_code, by=by, now=now, spared=spared
        )
        done = _money_back([one.term for one in ended], way=money, by=by, now=now)
    withdraw_consent(subscription_id=subscription_id, by=by, now=now)
    return done


@transaction.atomic
def cancel_term(
    *, term_id: int, reason_code: str, by: Actor, now: dt.datetime, money: str = LineRefund.Way.REFUND
) -> Cancelled:
    """End one term alone, such as a gift that waits behind others; its rest goes back to its payer.

    Their consent to charges ends with it when nothing else that they have paid for is left. Doors call
    `renewals.cancel_term`, which also writes.

    :raises NothingToCancel, UnknownReason, NotThePayer: as `cancel_subscription`
    """
    ended = terms.cancel_term(term_id=term_id, reason_code=reason_code, by=by, now=now)
    done = _money_back([ended.term], way=money, by=by, now=now)
    subscription_id, payers = ended.term.subscription_id, people.files_of([ended.term.payer_id])
    if expire(subscription_id, payers=payers).units_left == 0:
        withdraw_consent(subscription_id=subscription_id, by=by, now=now, payers=payers)
    return replace(done, only_of=payers)


@transaction.atomic
def reinstate_subscription(
    *, subscription_id: int, by: Actor, now: dt.datetime, back_issues: int = 0
) -> Sequence[Term]:
    """Let a cancelled subscription go on with what was left, and withdraw the refunds that were promised for it.

    :raises NothingToReinstate: when nothing was cancelled, or it was reinstated already
    :raises RefundIsSent: when the money has gone back; then only a new order starts it again
    """
    going_on = terms.reinstate(subscription_id=subscription_id, by=by, now=now, back_issues=back_issues)
    for term in going_on:
        if not term.price_cents:
            continue
        refund = LineRefund.objects.filter(term=term.split_from_id).exclude(state=LineRefund.State.WITHDRAWN).first()
        if refund is None:
            raise RefundIsSent("The money for the rest is no longer held here. A new order starts the magazine again.")
        withdraw(refund_id=refund.pk, by=by, now=now)
    return going_on


def _end_what_they_pay(
    subscription: Subscription,
    files: Sequence[int],
    *,
    when: When,
    reason_code: str,
    by: Actor,
    now: dt.datetime,
    money: str,
) -> Cancelled:
    if when == "end":
        raise NotTheReader(
            "Only whoever gets the magazine can say that it should not go on. You can end now what you have paid for."
        )
    theirs = Term.objects.filter(subscription=subscription, payer__in=files).values_list("pk", flat=True)
    ended = terms.cancel_terms(
        subscription_id=subscription.pk, term_ids=list(theirs), reason_code=reason_code, by=by, now=now
    )
    withdraw_consent(subscription_id=subscription.pk, by=by, now=now, payers=files)
    return replace(_money_back([one.term for one in ended], way=money, by=by, now=now), only_of=files)


def _files_of(by: Actor) -> list[int]:
    return people.files_of([int(by.id)]) if by.kind == "reader" else []


def _untold(subscription: Subscription, *, now: dt.datetime) -> list[int]:
    today = now.astimezone(subscription.magazine.zone).date()
    return list(Term.objects.filter(subscription=subscription, opens_on__gt=today).values_list("pk", flat=True))


def _money_back(ended: list[Term], *, way: str, by: Actor, now: dt.datetime) -> Cancelled:
    refuse_other_payers(ended, by=by)
    return Cancelled(ended, promise_back(terms=ended, way=way, by=by, now=now))
