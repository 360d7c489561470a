"""How a renewal ends without a charge, and how a notice loses its force. Callers hold the cycle's lock."""

import datetime as dt

from foundation.actors import Actor
from foundation.audit.actions import record
from orders.payments import actions as payments
from orders.payments.models import ChargePermit
from orders.renewals.models import Cycle

# Why a cycle ends: another term comes behind the one that it was to renew.
FOLLOWED = "renewed already"


def stop_cycle(cycle: Cycle, *, because: str, by: Actor, now: dt.datetime, state: str = Cycle.State.STOPPED) -> None:
    """End the cycle and take back its permit: nothing will be charged for it from now on."""
    void_notices(cycle, because=because, now=now)
    if cycle.order is not None:
        permit = ChargePermit.objects.filter(subject_uuid=cycle.order.uuid, withdrawn_at__isnull=True).first()
        if permit is not None:
            payments.withdraw_permit(permit_id=permit.pk, because=because, now=now)
    cycle.state = state
    cycle.ended_because = because[:80]
    cycle.next_try_on = None
    cycle.save(update_fields=["state", "ended_because", "next_try_on"])
    record(by, "cycle.stopped", cycle, because=because)


def void_notices(cycle: Cycle, *, because: str, now: dt.datetime) -> None:
    cycle.notices.filter(voided_at__isnull=True).update(voided_at=now, voided_because=because[:80])
