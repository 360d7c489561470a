"""What a supplemental run does to the copies that are owed. Their money follows the entry, when the run is mailed."""

import uuid
from collections.abc import Sequence

from subscriptions.terms.models import OwedCopy

State = OwedCopy.State


def mark_owed_sent(*, owed_ids: Sequence[int], run_uuid: uuid.UUID) -> int:
    """These are in the run; how many. Those that no longer wait are left alone, so count what comes back."""
    waiting = OwedCopy.objects.filter(pk__in=owed_ids, state=State.WAITING)
    return waiting.update(state=State.SENT, run_uuid=run_uuid)


def let_owed_wait_again(*, run_uuid: uuid.UUID) -> int:
    """The run was voided: what it held waits for the next one."""
    return OwedCopy.objects.filter(run_uuid=run_uuid, state=State.SENT).update(state=State.WAITING, run_uuid=None)
