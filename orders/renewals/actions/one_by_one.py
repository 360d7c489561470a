"""Many cycles, one after the other: one that cannot be done stops no other. And the locks of one, in their order."""

from collections.abc import Callable, Iterable
from typing import Any

import structlog
from django.db.models import QuerySet

from foundation.errors import DomainError
from orders.renewals.models import Cycle
from subscriptions.terms.actions.subscriptions import lock

log = structlog.get_logger(__name__)


def each(ids: Iterable[int], step: Callable[[int], Any], *, failed: str) -> int:
    """How many steps said yes. Each is a transaction of its own.

    :param failed: what the log calls one that could not be done
    """
    done = 0
    for one in ids:
        try:
            done += bool(step(one))
        except DomainError as refusal:
            log.warning(failed, id=one, code=refusal.code)
        except (
            Exception
        ) as error:  # A bug at one reader's must not keep the others' mail and money waiting; it is seen.
            log.exception(failed, id=one, error=type(error).__name__)
    return done


def locked_cycle(cycle_id: int, *, among: QuerySet[Cycle]) -> Cycle | None:
    """The cycle, behind the lock of its subscription: in that order a cancellation takes them, too.

    Whatever is read with it is as it stands under both locks.
    """
    subscription_id = Cycle.objects.filter(pk=cycle_id).values_list("subscription_id", flat=True).first()
    if subscription_id is None:
        return None
    lock(subscription_id)
    return among.select_for_update(of=("self",)).filter(pk=cycle_id).first()
