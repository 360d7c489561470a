"""For whoever keeps the machines: alive, ready, and in numbers. Plain views, which need neither session nor API."""

from collections.abc import Iterator
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from foundation import clock, request_log
from foundation.mail import queries as mail
from orders.payments.queries import breaker_is_open
from web.api.queue_ages import ages, given_up

log = structlog.get_logger(__name__)

LOOPBACK = ("127.0.0.1", "::1")


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """200 while this process answers at all; restarting it helps when it does not."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served: the database answers and its migrations are applied. The rest is information.

    A broker that is away makes nothing unready: rows are the queue, and the sweep finds them.
    """
    try:
        state: dict[str, Any] = {"database": True, "migrations": _are_migrations_applied()}
        if state["migrations"]:
            state["oldest_waiting_seconds"] = {queue: round(age) for queue, age in ages(now=clock.now()).items()}
    except DatabaseError as error:
        log.warning("not_ready", error=type(error).__name__)
        state = {"database": False, "migrations": False}
    ready = state["database"] and state["migrations"]
    return JsonResponse({"ready": ready, **state, "broker": _answers_broker()}, status=200 if ready else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for the bearer of METRICS_TOKEN; where none is set, for this machine only."""
    if not _may_measure(request):
        return HttpResponse("Not for you.\n", status=403, content_type="text/plain")
    queues = CollectorRegistry()
    queues.register(QueueCollector())
    return HttpResponse(request_log.counted() + generate_latest(queues), content_type=CONTENT_TYPE_LATEST)


class QueueCollector:
    """Reads the queues when it is asked, so that a process that does nothing still tells the truth."""

    def collect(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily(
            "masthead_oldest_waiting_seconds", "Age of the oldest waiting row", labels=["queue"]
        )
        for queue, seconds in ages(now=clock.now()).items():
            waiting.add_metric([queue], seconds)
        yield waiting
        dead = GaugeMetricFamily("masthead_given_up_rows", "Rows that no sweep takes up again", labels=["queue"])
        for queue, rows in given_up().items():
            dead.add_metric([queue], rows)
        yield dead
        yield GaugeMetricFamily("masthead_bounced_mails", "Mails that came back", value=mail.bounced_count())
        paused = GaugeMetricFamily("masthead_checkouts_paused", "1 while the breaker against card testing is open")
        paused.add_metric([], float(breaker_is_open(clock.now())))
        yield paused


def _may_measure(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
    # Behind a proxy on this machine everybody comes from the loopback; the header that it adds gives it away.
    return request.META.get("REMOTE_ADDR") in LOOPBACK and "X-Forwarded-For" not in request.headers


def _are_migrations_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _answers_broker() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=0, timeout=1)
    except Exception as error:  # Each transport has errors of its own, and none may make this page fail.
        log.warning("broker_away", error=type(error).__name__)
        return False
    return True
