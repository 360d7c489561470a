"""A move told after an issue went to an address that is no longer good (domain 4.22): both in one step."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from foundation.actors import Actor
from orders.checkout.actions.moving import Moved, move_to_typed
from subscriptions.fulfillment import actions as fulfillment
from subscriptions.fulfillment import queries
from subscriptions.fulfillment.actions import ClaimAnswer, CopyNeverSent
from subscriptions.readers.rules.address import TypedAddress

OLD_ADDRESS = "old_address"


@dataclass(frozen=True, slots=True)
class MovedBefore:
    moved: Moved
    claim: ClaimAnswer


@transaction.atomic
def move_and_claim_newest(
    *,
    subscription_id: int,
    typed: TypedAddress,
    source: str,
    by: Actor,
    now: dt.datetime,
    from_on: dt.date | None = None,
    from_issue_id: int | None = None,
    path: str = "",
) -> MovedBefore:
    """Move as `move_to_typed`, and claim the newest mailed issue, which went to the old address.

    By the rules for claims: from stock to the new address, else an issue at the end, else a person decides.

    :raises CopyNeverSent: when none was mailed yet
    :raises CopyIsClaimed: when that one was claimed before
    """
    moved = move_to_typed(
        subscription_id=subscription_id,
        typed=typed,
        source=source,
        by=by,
        now=now,
        from_on=from_on,
        from_issue_id=from_issue_id,
        path=path,
    )
    newest = next((copy for copy in queries.copies_of(subscription_id) if copy.mailed_on is not None), None)
    if newest is None:
        raise CopyNeverSent("No issue was mailed to the old address yet; there is nothing to send again.")
    claim = fulfillment.claim_copy(
        subscription_id=subscription_id, issue_id=newest.issue.pk, reason_code=OLD_ADDRESS, by=by, now=now
    )
    return MovedBefore(moved, claim)
