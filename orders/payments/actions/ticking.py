"""How following a pointer ends: done, again soon, again later, or given up for a person to see."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet

from foundation.redaction import redacted
from orders.payments.models import WebhookEvent

log = structlog.get_logger(__name__)
State = WebhookEvent.State
BATCH = 60
MOST_TRIES = 8
UNMATCHED_HOURS = 72
BUSY_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Claim:
    """A pointer that is ours to follow until its lease ends."""

    event_id: str
    kind: str
    object_id: str
    received_at: dt.datetime
    tries: int


def claim(*, now: dt.datetime) -> list[Claim]:
    """Take due rows. The try is counted at once, so that a row that kills its worker is given up as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payments_webhookevent SET next_try_at = %s, tries = tries + 1 WHERE event_id IN ("
            " SELECT event_id FROM payments_webhookevent WHERE state IN ('new', 'unmatched') AND next_try_at <= %s"
            " ORDER BY next_try_at LIMIT %s FOR UPDATE SKIP LOCKED)"
            " RETURNING event_id, kind, object_id, received_at, tries",
            [now + dt.timedelta(seconds=settings.LEASE_SECONDS), now, BATCH],
        )
        return [Claim(*row) for row in cursor.fetchall()]


def done(claims: Sequence[Claim], *, now: dt.datetime) -> None:
    if claims:
        _rows(claims).update(state=State.DONE, handled_at=now, last_error="")


def wait(claims: Sequence[Claim], *, now: dt.datetime) -> None:
    """Somebody else speaks with Stripe about the same attempt: again in a moment, and the try does not count."""
    if claims:
        _rows(claims).update(next_try_at=now + dt.timedelta(seconds=BUSY_SECONDS), tries=F("tries") - 1)


def postpone(claims: Sequence[Claim], reason: str, *, now: dt.datetime) -> None:
    """Stripe cannot be reached: that is no fault of the pointer's, so the try does not count."""
    pause = dt.timedelta(seconds=settings.LEASE_SECONDS)
    _rows(claims).update(next_try_at=now + pause, tries=F("tries") - 1, last_error=reason[:200])


def fail(claims: Sequence[Claim], error: Exception, *, now: dt.datetime) -> None:
    """Something of ours went wrong: back off, and after eight tries leave it to a person."""
    reason = redacted(f"{type(error).__name__}: {error}")[:200]
    for one in claims:
        if one.tries >= MOST_TRIES:
            _give_up(one, reason, now=now)
        else:
            _rows([one]).update(next_try_at=now + dt.timedelta(seconds=15 * 2**one.tries), last_error=reason)


def leave_unmatched(claims: Sequence[Claim], *, now: dt.datetime) -> None:
    """Nobody's here, or not yet: our row may still come, within three days."""
    for one in claims:
        if now - one.received_at >= dt.timedelta(hours=UNMATCHED_HOURS):
            _give_up(one, "no attempt of ours within 72 hours", now=now)
        else:
            pause = dt.timedelta(minutes=min(2 ** min(one.tries, 8), 120))
            _rows([one]).update(state=State.UNMATCHED, next_try_at=now + pause)


def _give_up(one: Claim, reason: str, *, now: dt.datetime) -> None:
    _rows([one]).update(state=State.DEAD, handled_at=now, last_error=reason)
    log.error("pointer_given_up", event_id=one.event_id, kind=one.kind, reason=reason)


def _rows(claims: Sequence[Claim]) -> "QuerySet[WebhookEvent]":
    return WebhookEvent.objects.filter(pk__in=[one.event_id for one in claims])
