"""The inbox of pointers: verify, insert, answer. What they point at is looked up by `working_off`."""

import datetime as dt
from collections.abc import Iterable

import structlog
from django.db import connection

from foundation import wake
from orders.payments import safety
from orders.payments.errors import BodyIsTooLarge
from orders.payments.models import WebhookEvent
from orders.payments.rules.outcomes import Pointer
from orders.payments.rules.pointers import KINDS
from orders.payments.stripe_gateway import API_VERSION, parse_webhook

log = structlog.get_logger(__name__)
LARGEST_BODY = 1_000_000
State = WebhookEvent.State


def receive_webhook(*, body: bytes, signature: str, now: dt.datetime) -> None:
    """Keep the pointer and wake who follows it. A duplicate, and another form of the same fact, change nothing.

    :raises BodyIsTooLarge: more than one megabyte
    :raises BadSignature, MalformedEvent: the only things that Stripe should be answered 400 for
    """
    if len(body) > LARGEST_BODY:
        raise BodyIsTooLarge("A webhook has at most one megabyte.")
    pointer = parse_webhook(body, signature, secrets=safety.webhook_secrets())
    if pointer.api_version not in ("", API_VERSION):
        # No harm: the object is fetched again in our version. But somebody should set the endpoint right.
        log.warning("webhook_of_another_version", version=pointer.api_version)
    if keep([pointer], source="webhook", now=now) and not _others_wait(pointer, now=now):
        # Where others wait, somebody has been woken for them, and goes on until none is left.
        wake.wake("webhook_received")


def keep(pointers: Iterable[Pointer], *, source: str, now: dt.datetime) -> int:
    """Insert the pointers that are new. Returns how many of these have to be followed.

    Kinds that nobody acts on are stored as done; those of the other mode (live or test) as dead, for a person to see.
    """
    live = safety.is_live(safety.api_key())
    rows = [_row(pointer, source=source, live=live, now=now) for pointer in pointers]
    if not rows:
        return 0
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s, 0)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO payments_webhookevent"  # noqa: S608  (only placeholders are put together)
            " (event_id, kind, object_id, created_at_stripe, source, state, last_error, received_at, next_try_at,"
            " tries)"
            f" VALUES {values} ON CONFLICT (event_id) DO NOTHING RETURNING state",
            [value for row in rows for value in row],
        )
        return sum(state == State.NEW for (state,) in cursor.fetchall())


def _others_wait(pointer: Pointer, *, now: dt.datetime) -> bool:
    waiting = WebhookEvent.objects.filter(state=State.NEW, tries=0, next_try_at__lte=now)
    return waiting.exclude(pk=pointer.event_id).exists()


def _row(pointer: Pointer, *, source: str, live: bool, now: dt.datetime) -> list[str | dt.datetime]:
    state, error = State.NEW, ""
    if pointer.livemode != live:
        state, error = State.DEAD, "live event, test key" if pointer.livemode else "test event, live key"
        log.error("webhook_of_the_other_mode", event_id=pointer.event_id, livemode=pointer.livemode)
    elif pointer.kind not in KINDS:
        state = State.DONE
    return [
        pointer.event_id,
        pointer.kind,
        pointer.object_id,
        pointer.created_at,
        source,
        state,
        error,
        now,
        now,
    ]
