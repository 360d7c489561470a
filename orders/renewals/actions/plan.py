"""Planning the automatic renewals from the issue calendar, and keeping the plan true when the calendar moves."""

import datetime as dt
from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import Q

from foundation import clock
from foundation.actors import system
from foundation.audit.actions import record
from foundation.errors import DomainError
from foundation.one_by_one import each
from orders.payments import queries as payments
from orders.renewals import queries, rules
from orders.renewals.actions.splits import follow_split
from orders.renewals.actions.stops import FOLLOWED, stop_cycle, void_notices
from orders.renewals.models import Cycle
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Magazine
from subscriptions.terms import queries as terms
from subscriptions.terms.actions import set_renewal
from subscriptions.terms.actions.subscriptions import lock
from subscriptions.terms.models import Subscription, Term

log = structlog.get_logger(__name__)
BY = system("renewals")
# Every term that runs out is looked at by the timetable more often than this.
LOOKED_BACK = dt.timedelta(minutes=15)


def plan_cycles(*, now: dt.datetime) -> int:
    """Plan a cycle for every automatic renewal that comes near; how many were planned."""
    return _plan(now=now)


def follow_shifted_service(*, now: dt.datetime) -> int:
    """Plan, and hold the plan true, for subscriptions whose end was moved since they were looked at; how many cycles.

    The two sweeps over everything find the same, later: nothing is missed when this is.
    """
    shifted_since = clock.real_now() - LOOKED_BACK
    _plan(now=now, only=Q(subscription__shifted_at__gte=shifted_since))
    return _keep(list(queries.shifted_cycles().values_list("pk", flat=True)), now=now)


def keep_cycles_true(*, now: dt.datetime) -> None:
    """Move the planned cycles with the calendar, and end those whose reader renewed or cancelled."""
    _keep(list(queries.live_cycles().filter(state=Cycle.State.SCHEDULED).values_list("pk", flat=True)), now=now)


def _keep(ids: Sequence[int], *, now: dt.datetime) -> int:
    return each(ids, lambda cycle_id: keep_true(cycle_id=cycle_id, now=now), failed="cycle_not_kept")


def _plan(*, now: dt.datetime, only: Q | None = None) -> int:
    planned = 0
    for magazine in Magazine.objects.all():
        terms_ending = queries.running_out(magazine=magazine, renewal=Subscription.Renewal.AUTO_CHARGE)
        ids = terms_ending.filter(only or Q(), cycle__isnull=True).values_list("pk", flat=True)
        planned += each(
            ids.iterator(chunk_size=500), lambda pk: plan_cycle(term_id=pk, now=now), failed="cycle_not_planned"
        )
    return planned


@transaction.atomic
def plan_cycle(*, term_id: int, now: dt.datetime) -> bool:
    """One cycle for the term, once. False when it cannot be planned yet (an open hold) or nothing allows a charge."""
    lock(Term.objects.values_list("subscription_id", flat=True).get(pk=term_id))
    # A cycle that was planned for what this term goes on from is this term's; it is locked before the term, as ever.
    for begun in queries.open_cycles().select_for_update(of=("self",)).filter(subscription__terms=term_id):
        follow_split(begun)
    term = Term.objects.select_for_update(of=("self",)).select_related("subscription__magazine").get(pk=term_id)
    subscription = term.subscription
    consent = queries.standing_consent(subscription.pk)
    pull_on = last_call(subscription)
    if pull_on is None or Cycle.objects.filter(after_term=term).exists():
        return False
    today = now.astimezone(subscription.magazine.zone).date()
    charge_on = rules.charge_day(pull_on=pull_on, today=today)
    if consent is None:
        _ask_instead(subscription, "no agreement", charge_on, today=today)
        return False
    offer = consent.line.offer.renews_with
    if payments.active_method(consent.payer_id) is None or offer is None:
        _ask_instead(subscription, "no card that may be charged" if offer else "no offer", charge_on, today=today)
        return False
    cycle = Cycle(
        subscription=subscription,
        after_term=term,
        consent=consent,
        offer=offer,
        currency=offer.currency,
        charge_on=charge_on,
        kept_for=subscription.shifted_at,
        created_at=now,
    )
    try:
        _price(cycle)
    except DomainError as refusal:
        _ask_instead(subscription, f"no price: {refusal.code}", charge_on, today=today)
        return False
    cycle.save()
    record(BY, "cycle.planned", cycle, charge_on=str(cycle.charge_on), cents=cycle.amount_cents)
    return True


def _ask_instead(subscription: Subscription, because: str, charge_on: dt.date, *, today: dt.date) -> None:
    """What cannot be charged is not left to lapse without a word: from the day of the first notice on its reader is
    asked like everyone else. Until then it may be put right."""
    if charge_on - today > dt.timedelta(days=rules.FIRST_TARGET):
        return
    set_renewal(subscription_id=subscription.pk, renewal=Subscription.Renewal.RENEW, by=BY)
    record(BY, "auto_renew.not_possible", subscription, because=because)


def price_again(cycle: Cycle) -> None:
    """What a cycle costs that nobody has been told of: as many copies as its payer has now, to where they go now.

    Needs the cycle's lock. What is not sold to where they go now keeps its price.
    """
    try:
        _price(cycle)
    except DomainError as refusal:
        log.warning("cycle_not_priced", cycle=cycle.pk, code=refusal.code)
        return
    cycle.save(update_fields=["copies", "magazine_cents", "postage_cents"])


def _price(cycle: Cycle) -> None:
    # Whoever has moved pays the postage of where the copies go now; the notices say so.
    price = catalog.price_of(offer_id=cycle.offer_id, zone=terms.home_zone(cycle.subscription_id))
    cycle.copies = queries.copies_to_renew(cycle.after_term, payer_id=cycle.consent.payer_id)
    cycle.magazine_cents = price.magazine_cents * cycle.copies
    cycle.postage_cents = price.postage_cents * cycle.copies


def last_call(subscription: Subscription) -> dt.date | None:
    """The book date of the pull that leaves the agreed number of issues; None while no date can be told."""
    magazine = subscription.magazine
    issue = terms.issue_that_leaves(subscription_id=subscription.pk, units=magazine.renew_at_issues_left)
    return issue.pull_at.astimezone(magazine.zone).date() if issue else None


@transaction.atomic
def keep_true(*, cycle_id: int, now: dt.datetime) -> bool:
    """Hold a scheduled cycle against today's calendar, terms and consent; whether it was there to be held.

    Before the first notice the date and the price simply follow. After it they are a promise: a charge that would now
    come too early makes the notices void.
    """
    cycle = queries.live_cycles().select_for_update(of=("self",), skip_locked=True).filter(pk=cycle_id).first()
    if cycle is None or cycle.state != Cycle.State.SCHEDULED:
        return False
    if cycle.kept_for != cycle.subscription.shifted_at:
        # As it was read with the lock: whatever commits after that is another shift.
        cycle.kept_for = cycle.subscription.shifted_at
        cycle.save(update_fields=["kept_for"])
    _hold_true(cycle, now=now)
    return True


def _hold_true(cycle: Cycle, *, now: dt.datetime) -> None:
    follow_split(cycle)
    if reason := _why_it_ends(cycle):
        stop_cycle(cycle, because=reason, by=BY, now=now)
        return
    today = now.astimezone(cycle.subscription.magazine.zone).date()
    pull_on = last_call(cycle.subscription)
    if pull_on is None:
        void_notices(cycle, because="the subscription is on hold", now=now)
        return
    wanted = pull_on + dt.timedelta(days=1)
    if not cycle.notices.filter(voided_at__isnull=True).exists():
        price_again(cycle)
        _move(
            cycle, charge_on=max(wanted, min(cycle.charge_on, wanted), rules.charge_day(pull_on=pull_on, today=today))
        )
    elif wanted > cycle.charge_on:
        void_notices(cycle, because=f"the issue calendar moved the charge to {wanted}", now=now)
        _move(cycle, charge_on=rules.charge_day(pull_on=pull_on, today=today))


def _move(cycle: Cycle, *, charge_on: dt.date) -> None:
    if charge_on != cycle.charge_on:
        cycle.charge_on = charge_on
        cycle.save(update_fields=["charge_on"])


def _why_it_ends(cycle: Cycle) -> str:
    if cycle.consent.withdrawn_at is not None:
        return "consent withdrawn"
    if cycle.subscription.renewal != Subscription.Renewal.AUTO_CHARGE:
        return "automatic renewal is off"
    if queries.is_followed(cycle.after_term):
        return FOLLOWED
    return ""
