"""One change of address: the address is kept and the subscription is sent there, both or neither."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from subscriptions.readers import actions as readers
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms import actions as terms
from subscriptions.terms.actions import AddressChange
from subscriptions.terms.models import Subscription


@transaction.atomic
def change_to_typed(*, subscription: Subscription, typed: TypedAddress, by: Actor, now: dt.datetime) -> AddressChange:
    """:raises Invalid: when the address cannot be printed or delivered; nothing is kept then"""
    address = readers.add_address(reader_id=subscription.reader_id, typed=typed, by=by, source="clerk", now=now)
    return terms.change_address(subscription_id=subscription.pk, address_id=address.pk, by=by, now=now)
