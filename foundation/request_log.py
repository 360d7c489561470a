"""One line per request: route, status, milliseconds and an id that the answer carries too, never query or body."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("masthead.request")

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
        route = request.resolver_match.route if request.resolver_match else "none"
        log.info(
            "request",
            request_id=request_id,
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round((time.perf_counter() - begun) * 1000, 1),
        )
        response.headers["Request-Id"] = request_id
        return response
