"""The two notices before a charge. They are rows with rendered text, hash and the proof of handing over."""

import datetime as dt

from django.db import transaction

from foundation.actors import system
from foundation.audit.actions import record
from foundation.failpoints import reached
from foundation.one_by_one import each
from orders.renewals import queries, rules
from orders.renewals.actions import letters
from orders.renewals.actions.locked import locked_cycle
from orders.renewals.actions.plan import last_call, price_again
from orders.renewals.actions.stops import stop_cycle, void_notices
from orders.renewals.models import Cycle, Notice
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Subscription

BY = system("renewals")


def send_due_notices(*, now: dt.datetime) -> int:
    """Write every notice that is due today; how many were written."""
    scheduled = queries.live_cycles().filter(
        state=Cycle.State.SCHEDULED, charge_on__lte=now.date() + dt.timedelta(days=rules.FIRST_TARGET + 1)
    )
    ids = list(scheduled.values_list("pk", flat=True))
    return each(ids, lambda cycle_id: notify(cycle_id=cycle_id, now=now), failed="notice_not_written")


@transaction.atomic
def notify(*, cycle_id: int, now: dt.datetime) -> bool:
    """Take the one step that this cycle needs today; whether a notice was written."""
    # Waits for whoever else is at this cycle: skipped, the notice would be late by a whole round.
    cycle = locked_cycle(cycle_id, among=queries.live_cycles())
    if cycle is None or cycle.state != Cycle.State.SCHEDULED:
        return False
    reached("notice.claimed")
    notices = queries.notices_of(cycle)
    if notices.bounced or notices.refused:
        _fall_back(cycle, now=now)
        return False
    zone = cycle.subscription.magazine.zone
    step = rules.next_step(
        today=now.astimezone(zone).date(),
        charge_on=cycle.charge_on,
        first=queries.told(notices.first, zone=zone),
        second=queries.told(notices.second, zone=zone),
    )
    if step is rules.Step.START_AGAIN:
        _start_again(cycle, now=now)
    if step not in (rules.Step.SEND_FIRST, rules.Step.SEND_SECOND):
        return False
    if step is rules.Step.SEND_FIRST:
        price_again(cycle)
    number = Notice.Number.FIRST if step is rules.Step.SEND_FIRST else Notice.Number.SECOND
    _write(cycle, number=number, now=now)
    return True


def _write(cycle: Cycle, *, number: Notice.Number, now: dt.datetime) -> None:
    mail = letters.renewal_notice(cycle=cycle, number=number, now=now)
    notice = Notice.objects.create(
        cycle=cycle,
        number=number,
        amount_cents=cycle.amount_cents,
        charge_on=cycle.charge_on,
        mail=mail,
        written_on=now.astimezone(cycle.subscription.magazine.zone).date(),
    )
    reached("notice.written")
    record(BY, "notice.written", notice, number=int(number), charge_on=str(cycle.charge_on), cents=cycle.amount_cents)
    transaction.on_commit(lambda: reached("notice.committed"))


def _start_again(cycle: Cycle, *, now: dt.datetime) -> None:
    """A notice missed its window: what was announced is void, and the charge waits until notice is given anew."""
    void_notices(cycle, because="outside its window", now=now)
    today = now.astimezone(cycle.subscription.magazine.zone).date()
    pull_on = last_call(cycle.subscription)
    if pull_on is None:
        return
    cycle.charge_on = max(pull_on + dt.timedelta(days=1), today + dt.timedelta(days=rules.FIRST_TARGET))
    cycle.save(update_fields=["charge_on"])
    record(BY, "cycle.moved", cycle, charge_on=str(cycle.charge_on))


def _fall_back(cycle: Cycle, *, now: dt.datetime) -> None:
    """A notice came back: no charge. The reader is asked to renew like everyone else, and the desk shows the cycle."""
    stop_cycle(cycle, because="a notice came back", by=BY, now=now)
    terms.set_renewal(subscription_id=cycle.subscription_id, renewal=Subscription.Renewal.RENEW, by=BY)
