"""A reader's service line for one magazine."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.readers import queries as readers
from subscriptions.readers.models import Address
from subscriptions.terms.models import ShipTo, Subscription
from subscriptions.terms.queries.merged import in_force


class AddressOfSomeoneElse(DomainError):
    code = "address_of_someone_else"


@transaction.atomic
def open_subscription(
    *, magazine_id: int, reader_id: int, address_id: int, by: Actor, now: dt.datetime
) -> Subscription:
    """A subscription without a term yet: it gets nothing until one starts.

    :raises AddressOfSomeoneElse: when the address is not one of this reader's
    """
    refuse_foreign_address(address_id=address_id, reader_id=reader_id)
    # For whoever goes on and starts a term: a pull that has the issue by then would wait for this subscription.
    catalog.keep_issues_open(magazine_ids=[magazine_id], now=now)
    subscription = Subscription.objects.create(magazine_id=magazine_id, reader_id=reader_id, created_at=now)
    ShipTo.objects.create(subscription=subscription, address_id=address_id, entered_at=now, entered_by=by.reference)
    audit.record(by, "subscription.opened", subscription, address=address_id)
    return subscription


@transaction.atomic
def set_renewal(*, subscription_id: int, renewal: str, by: Actor) -> Subscription:
    """Asked to renew, renewed automatically, or not to be renewed. Consent to charges is checkout's to record."""
    subscription = lock(subscription_id)
    before, subscription.renewal = subscription.renewal, Subscription.Renewal(renewal)
    if before != subscription.renewal:
        subscription.save(update_fields=["renewal"])
        audit.record(by, "subscription.renewal_set", subscription, before=before, now=subscription.renewal)
    return subscription


def lock(subscription_id: int) -> Subscription:
    """The row, locked against everyone who changes its terms, pauses or addresses.

    Lock an issue first, where one has to be kept open: a pull takes them in that order too.
    """
    return Subscription.objects.select_for_update(no_key=True).get(pk=subscription_id)


def lock_in_force(subscription_id: int) -> Subscription:
    """The subscription, or what it was merged into, locked: whoever begins service begins it where copies come from.

    No merge can move that on, or be undone, while it is locked.
    """
    while True:
        before = transaction.savepoint()
        locked = lock(in_force(subscription_id))
        if in_force(subscription_id) == locked.pk:
            transaction.savepoint_commit(before)
            return locked
        transaction.savepoint_rollback(before)  # Gives the wrong one back: two are locked in their order, or one alone.


def lock_all(subscription_ids: Collection[int]) -> None:
    """Many rows in the order of their numbers, as everyone locks several."""
    rows = Subscription.objects.filter(pk__in=subscription_ids).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk", flat=True))


def refuse_foreign_address(*, address_id: int, reader_id: int) -> None:
    if Address.objects.filter(pk=address_id, reader_id=reader_id).exists():
        return
    if not Address.objects.filter(pk=address_id, reader_id__in=readers.files_of([reader_id])).exists():
        raise AddressOfSomeoneElse("That address is not one of this reader's.")
