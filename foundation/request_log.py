"""One line per request: route, status, milliseconds and an id that the answer carries too, never query or body.

The same three are counted for Prometheus; `counted` gives the counts of all processes of this server.
"""

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

log = structlog.get_logger("masthead.request")
SHARED = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if SHARED:
    # The counters below open their files in it; of several processes that start at once any may be the first.
    Path(SHARED).mkdir(parents=True, exist_ok=True)

# The route, not the path: a path would make one series per order, and tell who looked at what.
REQUESTS = Counter("masthead_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("masthead_request_seconds", "Time until the answer", ["route"])
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Answer = Callable[[HttpRequest], HttpResponse]


class RequestLog:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=request_id)
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        self._note(request, response, request_id=request_id, seconds=time.perf_counter() - begun)
        response.headers["Request-Id"] = request_id
        return response

    def _note(self, request: HttpRequest, response: HttpResponse, *, request_id: str, seconds: float) -> None:
        route = request.resolver_match.route if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(seconds)
        log.info(
            "request",
            request_id=request_id,
            method=method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )


def counted() -> bytes:
    """The counts in Prometheus' text format: of all processes that share PROMETHEUS_MULTIPROC_DIR, else of this one."""
    if not SHARED:
        return generate_latest(REGISTRY)
    all_processes = CollectorRegistry()
    MultiProcessCollector(all_processes)  # type: ignore[no-untyped-call]  # it has no types
    return generate_latest(all_processes)
