"""What each kind of run after the main run does to the rows that asked for its copies."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from subscriptions.fulfillment.models import SUPPLEMENT
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
}
