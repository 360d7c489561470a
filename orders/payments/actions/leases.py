"""Whoever speaks with Stripe about an attempt holds a lease on it, so that no two do at once and no old answer wins."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import connection

from foundation import clock
from orders.payments.models import PaymentAttempt


def take(attempt_ids: Iterable[int]) -> dict[int, dt.datetime]:
    """Attempts that were free and are ours now, with the end of each lease (real time)."""
    now = clock.real_now()
    until = now + dt.timedelta(seconds=settings.LEASE_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payments_paymentattempt SET leased_until = %s"
            " WHERE id IN (SELECT id FROM payments_paymentattempt WHERE id = ANY(%s)"
            "  AND (leased_until IS NULL OR leased_until < %s) FOR UPDATE SKIP LOCKED)"
            " RETURNING id",
            [until, list(attempt_ids), now],
        )
        return {row[0]: until for row in cursor.fetchall()}


def take_one(attempt_id: int) -> dt.datetime | None:
    return take([attempt_id]).get(attempt_id)


def give_back(attempt_id: int, lease: dt.datetime) -> None:
    PaymentAttempt.objects.filter(pk=attempt_id, leased_until=lease).update(leased_until=None)


def lock_held(attempt_id: int, lease: dt.datetime) -> PaymentAttempt | None:
    """The locked row, if the lease is still ours; None when it ran out and somebody else has taken over."""
    return PaymentAttempt.objects.select_for_update().filter(pk=attempt_id, leased_until=lease).first()


def lock_all_held(held: Mapping[int, dt.datetime]) -> dict[int, PaymentAttempt]:
    """`lock_held` for many: those that are still ours, by id."""
    # In the order of their keys, as everyone who locks several.
    locked = PaymentAttempt.objects.select_for_update().filter(pk__in=held).order_by("pk")
    return {attempt.pk: attempt for attempt in locked if attempt.leased_until == held[attempt.pk]}
