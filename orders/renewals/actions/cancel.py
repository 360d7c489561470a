import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from foundation.actors import Actor, system
from foundation.audit.actions import record
from orders.checkout import actions as checkout
from orders.checkout.actions import Cancelled, withdraw_consent
from orders.checkout.actions.cancelling import When
from orders.checkout.models import LineRefund
from orders.payments import queries as payment_queries
from orders.payments.models import PaymentAttempt
from orders.renewals import queries
from orders.renewals.actions import letters
from orders.renewals.actions.stops import stop_cycle
from orders.renewals.models import Cycle
from subscriptions.terms import actions as terms
from subscriptions.terms import queries as term_queries
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries.merged import in_force, merged_ones

_LIVE = (Cycle.State.SCHEDULED, Cycle.State.CHARGING, Cycle.State.DUNNING, Cycle.State.NEEDS_READER)


@dataclass(frozen=True, slots=True)
class CancelledRenewal:
    """`was_on` is False when there was nothing to cancel; `charge_under_way` when a charge had left before."""

    was_on: bool
    charge_under_way: bool


@dataclass(frozen=True, slots=True)
class CancelledSubscription:
    cancelled: Cancelled
    charge_under_way: bool


@transaction.atomic
def cancel_auto_renew(
    *, subscription_id: int, by: Actor, now: dt.datetime, because: str = "cancelled by the reader"
) -> CancelledRenewal:
    """End the automatic renewal at once, in one step. What is paid for is still sent. Twice changes nothing.

    Of what was made one with another subscription, that of the one that goes on; what was agreed for either ends.
    """
    subscription = _locked(in_force(subscription_id))
    ended_renewal = _stop_renewal(subscription, by=by, now=now, because=because)
    if ended_renewal.was_on:
        letters.renewal_cancelled(subscription=subscription, charge_under_way=ended_renewal.charge_under_way, now=now)
    return ended_renewal


@transaction.atomic
def cancel_subscription(
    *,
    subscription_id: int,
    when: When,
    reason_code: str,
    by: Actor,
    now: dt.datetime,
    money: str = LineRefund.Way.REFUND,
) -> CancelledSubscription:
    """End the subscription, now or with the last paid issue, and everything that was planned to go on with it.

    When a payer ends what they pay for somebody else, the renewal that others pay for goes on.

    Each payer is told by mail which issue is the last, and how much money comes back.

    :raises NothingToCancel, UnknownReason, NotThePayer, NotTheReader: as `checkout.cancel_subscription`
    """
    # It locks the issue and then the subscription, as a pull does: so it goes first.
    cancelled = checkout.cancel_subscription(
        subscription_id=subscription_id, when=when, reason_code=reason_code, by=by, now=now, money=money
    )
    subscription = _locked(subscription_id)
    renewal = _stop_renewal(
        subscription, by=by, now=now, because="the subscription was cancelled", only_of=cancelled.only_of
    )
    _ask_where_no_charge_can_come(subscription)
    letters.subscription_cancelled(
        subscription=subscription,
        when=when,
        cancelled=cancelled,
        charge_under_way=renewal.charge_under_way,
        now=now,
    )
    return CancelledSubscription(cancelled, charge_under_way=renewal.charge_under_way)


@transaction.atomic
def cancel_term(
    *, term_id: int, reason_code: str, by: Actor, now: dt.datetime, money: str = LineRefund.Way.REFUND
) -> CancelledSubscription:
    """End one term alone, with its rest back to its payer, who is told by mail. The others move up.

    The renewal goes on, unless its payer has paid for nothing else that is left. Where it is the last that is left, the
    subscription is cancelled.

    :raises NothingToCancel, UnknownReason, NotThePayer: as `checkout.cancel_term`
    """
    subscription_id = Term.objects.values_list("subscription_id", flat=True).get(pk=term_id)
    left = {rest.term.pk for rest in term_queries.rests(subscription_id, now) if rest.units != 0}
    if left == {term_id}:
        return cancel_subscription(
            subscription_id=subscription_id, when="now", reason_code=reason_code, by=by, now=now, money=money
        )
    cancelled = checkout.cancel_term(term_id=term_id, reason_code=reason_code, by=by, now=now, money=money)
    subscription = _locked(subscription_id)
    renewal = _stop_renewal(
        subscription, by=by, now=now, because="what its payer had paid for was cancelled", only_of=cancelled.only_of
    )
    _ask_where_no_charge_can_come(subscription)
    letters.subscription_cancelled(
        subscription=subscription,
        when="now",
        cancelled=cancelled,
        charge_under_way=renewal.charge_under_way,
        now=now,
    )
    return CancelledSubscription(cancelled, charge_under_way=renewal.charge_under_way)


def _locked(subscription_id: int) -> Subscription:
    found = Subscription.objects.select_for_update(of=("self",), no_key=True).select_related("magazine", "reader")
    return found.get(pk=subscription_id)


def _stop_renewal(
    subscription: Subscription,
    *,
    by: Actor,
    now: dt.datetime,
    because: str,
    only_of: Sequence[int] | None = None,
) -> CancelledRenewal:
    """Also what was agreed to for a subscription that was made one with it: it would count again if they were parted.

    :param only_of: leaves it as it is where it is paid for by anybody but these
    """
    if only_of is not None and not _was_theirs(subscription, only_of):
        return CancelledRenewal(was_on=False, charge_under_way=False)
    lines = merged_ones(subscription.pk)
    ended = sum(withdraw_consent(subscription_id=pk, by=by, now=now) for pk in lines)
    was_on = ended > 0 or subscription.renewal == Subscription.Renewal.AUTO_CHARGE
    under_way = False
    for cycle in (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("order")
        .filter(subscription__in=lines, state__in=_LIVE)
        .order_by("pk")
    ):
        under_way = under_way or _has_left(cycle)
        stop_cycle(cycle, because=because, by=by, now=now)
    if subscription.renewal == Subscription.Renewal.AUTO_CHARGE:
        terms.set_renewal(subscription_id=subscription.pk, renewal=Subscription.Renewal.RENEW, by=by)
    if was_on:
        record(by, "auto_renew.cancelled", subscription, because=because)
    return CancelledRenewal(was_on=was_on, charge_under_way=under_way)


def _was_theirs(subscription: Subscription, payers: Sequence[int]) -> bool:
    """Whether the renewal was agreed to by these, who have withdrawn it, and nobody else's consent stands."""
    agreed = queries.agreed_last(subscription.pk)
    return agreed is not None and agreed.pk in payers and queries.standing_consent(subscription.pk) is None


def _ask_where_no_charge_can_come(subscription: Subscription) -> None:
    """A charge was given up for a term that came behind and has ended since: a term renews once, so its reader is asked
    like everyone else."""
    given_up = Cycle.objects.filter(
        subscription=subscription, state=Cycle.State.STOPPED, after_term__ended_at__isnull=True
    )
    if subscription.renewal == Subscription.Renewal.AUTO_CHARGE and any(
        not queries.is_followed(cycle.after_term) for cycle in given_up.select_related("after_term")
    ):
        terms.set_renewal(subscription_id=subscription.pk, renewal=Subscription.Renewal.RENEW, by=system("renewals"))


def _has_left(cycle: Cycle) -> bool:
    """Whether a charge was already on its way to the bank when the cancellation came."""
    attempt = payment_queries.latest_attempt(cycle.order.uuid) if cycle.order else None
    on_its_way = (PaymentAttempt.State.SUBMITTING, PaymentAttempt.State.PENDING, PaymentAttempt.State.UNKNOWN)
    return attempt is not None and attempt.state in on_its_way
