"""What each kind of run after the main run does to the rows that asked for its copies."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from subscriptions.fulfillment.models import CLAIM, SUPPLEMENT, Claim
from subscriptions.terms import actions as terms


@dataclass(frozen=True, slots=True)
class Sender:
    """`sent` says how many rows it found waiting; `wait_again` is for a run that was voided."""

    sent: Callable[[Sequence[int], uuid.UUID], int]
    wait_again: Callable[[uuid.UUID], int]


SENDERS = {
    SUPPLEMENT: Sender(
        lambda ids, run_uuid: terms.mark_owed_sent(owed_ids=ids, run_uuid=run_uuid),
        lambda run_uuid: terms.let_owed_wait_again(run_uuid=run_uuid),
    ),
    CLAIM: Sender(
        lambda ids, run_uuid: Claim.objects.filter(pk__in=ids, state=Claim.State.REPLACING).update(
            state=Claim.State.SENT, run_uuid=run_uuid
        ),
        lambda run_uuid: Claim.objects.filter(run_uuid=run_uuid, state=Claim.State.SENT).update(
            state=Claim.State.REPLACING, run_uuid=None
        ),
    ),
}
