"""What became of a charge: renewed, tried again by the table of declines, or handed to the reader."""

import datetime as dt

from django.db import transaction

from foundation.actors import system
from foundation.audit.actions import record
from foundation.failpoints import reached
from foundation.one_by_one import each
from foundation.wake import wake
from orders.checkout.models import Order
from orders.payments import queries as payment_queries
from orders.payments.models import PaymentAttempt
from orders.renewals import queries
from orders.renewals.actions import letters
from orders.renewals.actions.cancel import cancel_auto_renew
from orders.renewals.actions.locked import locked_cycle
from orders.renewals.actions.splits import follow_split
from orders.renewals.actions.stops import stop_cycle
from orders.renewals.models import Cycle
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Subscription

BY = system("renewals")


def follow_up_charges(*, now: dt.datetime) -> int:
    """Look after every cycle whose charge has an outcome; how many moved on."""
    ids = queries.awaiting_follow_up()
    return each(ids, lambda cycle_id: follow_up(cycle_id=cycle_id, now=now), failed="follow_up_refused")


@transaction.atomic
def follow_up(*, cycle_id: int, now: dt.datetime) -> bool:
    """Whatever else became of a cycle: once its order is paid it is renewed, and the payer gets the receipt."""
    waiting = Cycle.objects.filter(queries.CHARGED | queries.GIVEN_UP_BUT_PAID).select_related(
        "subscription__magazine", "subscription__reader", "order", "offer", "consent__payer", "after_term"
    )
    cycle = locked_cycle(cycle_id, among=waiting)
    if cycle is None or cycle.order is None:
        return False
    follow_split(cycle)
    is_followed = queries.is_followed(cycle.after_term)
    # Asked after the terms: what came behind this one may be what this very charge has paid for, a moment ago.
    if Order.objects.filter(pk=cycle.order.pk, state=Order.State.PAID).exists():
        _renewed(cycle, now=now)
        return True
    if is_followed:
        stop_cycle(cycle, because="renewed by the reader", by=BY, now=now)
        return True
    if (
        cycle.state == Cycle.State.NEEDS_READER
        and Order.objects.filter(pk=cycle.order.pk, state=Order.State.EXPIRED).exists()
    ):
        stop_cycle(cycle, because="nobody came to pay", by=BY, now=now, state=Cycle.State.LAPSED)
        return True
    attempt = payment_queries.latest_attempt(cycle.order.uuid)
    if cycle.state != Cycle.State.CHARGING or attempt is None:
        return False
    return _judge(cycle, attempt, now=now)


def _renewed(cycle: Cycle, *, now: dt.datetime) -> None:
    cycle.state = Cycle.State.RENEWED
    cycle.ended_because = ""
    cycle.next_try_on = None
    cycle.save(update_fields=["state", "ended_because", "next_try_on"])
    letters.receipt(cycle=cycle, now=now)
    record(BY, "cycle.renewed", cycle)
    reached("renewal.followed")
    wake("order_settled")


def _judge(cycle: Cycle, attempt: PaymentAttempt, *, now: dt.datetime) -> bool:
    """Nothing is done while the outcome is open: unknown is looked up by payments before anything else happens. Nor
    where an earlier try turns out to have been paid: it is settled in a moment."""
    if PaymentAttempt.objects.filter(subject_uuid=attempt.subject_uuid, state=PaymentAttempt.State.PAID).exists():
        return False
    if attempt.state == PaymentAttempt.State.DECLINED:
        _declined(cycle, attempt, now=now)
    elif attempt.state == PaymentAttempt.State.NEEDS_CUSTOMER:
        _ask_reader(cycle, attempt, now=now)
    elif attempt.state in (PaymentAttempt.State.REJECTED, PaymentAttempt.State.CANCELED):
        stop_cycle(cycle, because=f"the charge was {attempt.state}", by=BY, now=now)
        terms.set_renewal(subscription_id=cycle.subscription_id, renewal=Subscription.Renewal.RENEW, by=BY)
    elif attempt.state == PaymentAttempt.State.NEVER_SENT:
        _try_again(cycle, on=now.astimezone(cycle.subscription.magazine.zone).date())
    else:
        return False
    return True


def _declined(cycle: Cycle, attempt: PaymentAttempt, *, now: dt.datetime) -> None:
    """By the table of declines: try again on a day, or ask the reader; a revocation ends the consent."""
    next_try_on = payment_queries.next_try_on(attempt.subject_uuid)
    letters.payment_failed(cycle=cycle, attempt=attempt, next_try_on=next_try_on, now=now)
    if payment_queries.decline_revokes_consent(attempt):
        cancel_auto_renew(subscription_id=cycle.subscription_id, by=BY, now=now, because="consent revoked at the bank")
    elif next_try_on is None:
        _needs_reader(cycle, because=attempt.decline_class)
    else:
        _try_again(cycle, on=next_try_on)


def _try_again(cycle: Cycle, *, on: dt.date) -> None:
    cycle.state = Cycle.State.DUNNING
    cycle.next_try_on = on
    cycle.save(update_fields=["state", "next_try_on"])
    record(BY, "cycle.dunning", cycle, next_try_on=str(on))


def _ask_reader(cycle: Cycle, attempt: PaymentAttempt, *, now: dt.datetime) -> None:
    letters.payment_failed(cycle=cycle, attempt=attempt, next_try_on=None, now=now)
    _needs_reader(cycle, because="the bank asks the reader to confirm")


def _needs_reader(cycle: Cycle, *, because: str) -> None:
    cycle.state = Cycle.State.NEEDS_READER
    cycle.ended_because = because[:80]
    cycle.next_try_on = None
    cycle.save(update_fields=["state", "ended_because", "next_try_on"])
    terms.set_renewal(subscription_id=cycle.subscription_id, renewal=Subscription.Renewal.RENEW, by=BY)
    record(BY, "cycle.needs_reader", cycle)
