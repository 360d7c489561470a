"""What must not be done twice comes with a key, which is spent together with it: a form pressed again, a call repeated.

It is for changes that are as good as new the second time (one more $5 off, one more issue on top). Where the state of
things refuses the second time by itself, no key is needed.
"""

import datetime as dt
import hashlib

from django.db import transaction

from foundation import clock
from foundation.actors import Actor
from foundation.errors import DomainError
from foundation.limits.models import SpentKey

KEPT = dt.timedelta(days=31)


class AlreadyDone(DomainError):
    code = "already_done"


class KeyUsedForSomethingElse(DomainError):
    code = "idempotency_key_reused"


def spend_key(*, key: str, body: str, by: Actor) -> None:
    """Say within the transaction of a change that it is made under this key; rolled back, it was not.

    Another request with this key at the same time waits here until that is known. `body` stands for what is asked for.

    :raises AlreadyDone: when the change was made
    :raises KeyUsedForSomethingElse: when another one was made under this key
    :raises RuntimeError: outside of a transaction, where the key would be spent even if the change failed
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A key is spent in the transaction of what it stands for.")
    body_sha256 = hashlib.sha256(body.encode()).hexdigest()
    spent, is_new = SpentKey.objects.get_or_create(
        by=by.reference, key=key, defaults={"body_sha256": body_sha256, "spent_at": clock.real_now()}
    )
    if is_new:
        return
    if spent.body_sha256 != body_sha256:
        raise KeyUsedForSomethingElse("This key was used for something else. Send a new one.")
    raise AlreadyDone("That is done already; nothing was done a second time.")


def is_spent(*, key: str, by: Actor) -> bool:
    return SpentKey.objects.filter(by=by.reference, key=key).exists()


def forget_old_keys() -> int:
    """Delete the keys that were spent so long ago that nobody sends them again; answers how many."""
    deleted, _ = SpentKey.objects.filter(spent_at__lt=clock.real_now() - KEPT).delete()
    return deleted
