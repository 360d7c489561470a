"""What a person may do by hand: ask whether Stripe answers, and have a parked pointer followed again."""

import datetime as dt

from django.db import transaction

from foundation import wake
from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError, NotFound
from orders.payments.errors import StripeIsUnreachable
from orders.payments.models import WebhookEvent
from orders.payments.stripe_gateway import gateway

State = WebhookEvent.State
LOOKS_BACK = dt.timedelta(hours=1)


class KeyIsRefused(DomainError):
    code = "stripe_key_refused"


class PointerIsNotParked(DomainError):
    code = "pointer_is_not_parked"


def try_connection(*, now: dt.datetime) -> int:
    """Network. How many events of ours Stripe had in the last hour, asked with the key in force.

    :raises StripeIsNotSetUp: when there is no key
    :raises KeyIsRefused: when Stripe does not take it
    :raises StripeIsUnreachable, StripeRefused: when it does not answer, or the key lacks the right to read events
    """
    try:
        return len(gateway().list_events(since=now - LOOKS_BACK))
    except StripeIsUnreachable as silence:
        if silence.reason == "key_refused":
            raise KeyIsRefused("Stripe answers, but does not take this key. Enter it again.") from silence
        raise


@transaction.atomic
def follow_again(*, event_id: str, by: Actor, now: dt.datetime) -> WebhookEvent:
    """Put a pointer that was given up, or could not be placed, back into the inbox, with all its tries.

    :raises NotFound: when there is no such pointer
    :raises PointerIsNotParked: when it waits or is done
    """
    event = WebhookEvent.objects.select_for_update().filter(pk=event_id).first()
    if event is None:
        raise NotFound("There is no such event.")
    if event.state not in (State.DEAD, State.UNMATCHED):
        raise PointerIsNotParked(f"This event is {event.get_state_display()}; only one that is parked is tried again.")
    event.state, event.tries, event.next_try_at, event.last_error = State.NEW, 0, now, ""
    event.save(update_fields=["state", "tries", "next_try_at", "last_error"])
    audit.record(by, "webhook.followed_again", event, kind=event.kind)
    wake.wake("webhook_received")
    return event
