"""The charge itself: only on its day, only for the notified amount, only with both notices proven."""

import datetime as dt
from contextlib import suppress
from uuid import UUID

from django.db import transaction

from foundation.actors import system
from foundation.audit.actions import record
from foundation.failpoints import reached
from foundation.one_by_one import each
from orders.checkout.actions import place_renewal_order
from orders.payments import actions as payments
from orders.payments import queries as payment_queries
from orders.payments.models import ChargePermit
from orders.renewals import queries, rules
from orders.renewals.actions.locked import locked_cycle
from orders.renewals.actions.splits import follow_split
from orders.renewals.actions.stops import FOLLOWED, stop_cycle
from orders.renewals.models import Cycle
from subscriptions.catalog import actions as catalog
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Subscription

BY = system("renewals")


def charge_due_cycles(*, now: dt.datetime) -> int:
    """Plan a charge for every cycle whose day has come, first tries and retries; how many were planned."""
    # The database's date may be a day off the book date; each cycle is held against its own book date below.
    tomorrow = now.date() + dt.timedelta(days=1)
    due = queries.live_cycles().filter(charge_on__lte=tomorrow)
    ids = list(due.values_list("pk", flat=True))
    return each(ids, lambda cycle_id: charge(cycle_id=cycle_id, now=now), failed="charge_refused")


@transaction.atomic
def charge(*, cycle_id: int, now: dt.datetime) -> bool:
    """Plan one charge, if today is its day and nothing stands in the way; the call to Stripe follows from the row."""
    _keep_issue_open(cycle_id, now=now)
    # Waits for whoever else is at this cycle: skipped, the charge would be late by a whole round.
    cycle = locked_cycle(cycle_id, among=queries.live_cycles())
    if cycle is None:
        return False
    follow_split(cycle)
    today = now.astimezone(cycle.subscription.magazine.zone).date()
    if not _is_due(cycle, today=today) or _something_ended_it(cycle, now=now):
        return False
    permit = _permit(cycle, today=today, now=now)
    if permit is None:
        return False
    attempt = payments.plan_charge(
        permit_id=permit.pk,
        charge_on=today,
        description=f"{cycle.subscription.magazine.name}: {cycle.offer.name}",
        now=now,
    )
    cycle.state = Cycle.State.CHARGING
    cycle.next_try_on = None
    cycle.save(update_fields=["state", "next_try_on"])
    record(BY, "cycle.charging", cycle, attempt=str(attempt.uuid), cents=attempt.amount_cents)
    reached("cycle.charging")
    return True


def _keep_issue_open(cycle_id: int, *, now: dt.datetime) -> None:
    """Before the subscription, as a pull locks them: the order that is written names issues. None is pulled where none
    is planned."""
    magazine_id = Cycle.objects.filter(pk=cycle_id).values_list("subscription__magazine_id", flat=True).first()
    with suppress(catalog.CalendarIsOver):
        catalog.keep_issue_open(magazine_id=magazine_id or 0, now=now, counting=False)


def _is_due(cycle: Cycle, *, today: dt.date) -> bool:
    if cycle.state == Cycle.State.DUNNING:
        return cycle.next_try_on is not None and cycle.next_try_on <= today
    notices = queries.notices_of(cycle)
    zone = cycle.subscription.magazine.zone
    step = rules.next_step(
        today=today,
        charge_on=cycle.charge_on,
        first=queries.told(notices.first, zone=zone),
        second=queries.told(notices.second, zone=zone),
    )
    return step is rules.Step.CHARGE and not notices.bounced


def _something_ended_it(cycle: Cycle, *, now: dt.datetime) -> bool:
    """The last look before money moves: consent, flag, an early renewal, a bounce that came late."""
    reason = ""
    if cycle.consent.withdrawn_at is not None:
        reason = "consent withdrawn"
    elif cycle.subscription.renewal != Subscription.Renewal.AUTO_CHARGE:
        reason = "automatic renewal is off"
    elif queries.is_followed(cycle.after_term):
        reason = FOLLOWED
    elif queries.notices_of(cycle).bounced:
        reason = "a notice came back"
        terms.set_renewal(subscription_id=cycle.subscription_id, renewal=Subscription.Renewal.RENEW, by=BY)
    if reason:
        stop_cycle(cycle, because=reason, by=BY, now=now)
    return bool(reason)


def _permit(cycle: Cycle, *, today: dt.date, now: dt.datetime) -> ChargePermit | None:
    """The permit of this cycle: the one that stands, or a new one with its proofs. None when no card may be charged."""
    if cycle.order is not None:
        return _standing_permit(cycle, subject=cycle.order.uuid, today=today, now=now)
    method = payment_queries.active_method(cycle.consent.payer_id)
    notices = queries.notices_of(cycle)
    if method is None or notices.first is None or notices.second is None:
        stop_cycle(cycle, because="no card that may be charged", by=BY, now=now)
        terms.set_renewal(subscription_id=cycle.subscription_id, renewal=Subscription.Renewal.RENEW, by=BY)
        return None
    cycle.order = place_renewal_order(
        subscription_id=cycle.subscription_id,
        payer_id=cycle.consent.payer_id,
        offer_id=cycle.offer_id,
        copies=cycle.copies,
        magazine_cents=cycle.magazine_cents,
        postage_cents=cycle.postage_cents,
        by=BY,
        now=now,
    )
    cycle.save(update_fields=["order"])
    zone = cycle.subscription.magazine.zone
    return payments.grant_permit(
        payer_id=cycle.consent.payer_id,
        method_id=method.pk,
        subject_uuid=cycle.order.uuid,
        cap_cents=cycle.amount_cents,
        currency=cycle.currency,
        charge_on=today,
        until=today + dt.timedelta(days=rules.DAYS_TO_RETRY),
        consent_given_at=cycle.consent.given_at,
        first_notice_uuid=notices.first.uuid,
        first_notice_on=(notices.first.mail.handed_over_at or now).astimezone(zone).date(),
        second_notice_uuid=notices.second.uuid,
        second_notice_on=(notices.second.mail.handed_over_at or now).astimezone(zone).date(),
    )


def _standing_permit(cycle: Cycle, *, subject: UUID, today: dt.date, now: dt.datetime) -> ChargePermit | None:
    permit = ChargePermit.objects.filter(subject_uuid=subject, withdrawn_at__isnull=True, until__gt=today).first()
    if permit is None:
        stop_cycle(cycle, because="the time for trying again is over", by=BY, now=now, state=Cycle.State.LAPSED)
        terms.set_renewal(subscription_id=cycle.subscription_id, renewal=Subscription.Renewal.RENEW, by=BY)
    return permit
