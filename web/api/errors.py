"""How the API says no: `{"code", "detail", "fields": [{"field", "code", "detail"}]}`, always in JSON."""

from collections.abc import Iterator
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from foundation.errors import DomainError, Invalid, NotFound
from foundation.limits.actions import TooMany

log = structlog.get_logger(__name__)

INVALID = "The request is not valid; see the fields."


def answer(exc: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: every refusal in one shape; anything unexpected is logged and tells nothing."""
    set_rollback()
    if isinstance(exc, DomainError):
        return _refused(exc)
    if isinstance(exc, exceptions.ValidationError):
        problems = list(_problems(exc.get_full_details()))
        return Response({"code": "invalid", "detail": INVALID, "fields": problems}, status=400)
    translated = _as_http(exc)
    if translated is None:
        log.exception("unexpected", view=type(context.get("view")).__name__, error=type(exc).__name__)
        return Response(
            {"code": "internal_error", "detail": "Something went wrong here; nothing was changed."}, status=500
        )
    return _said_by_http(translated)


def _refused(refusal: DomainError) -> Response:
    """400 malformed, 404 not there, 429 too often, 409 for every other state that stands in the way."""
    body: dict[str, Any] = {"code": refusal.code, "detail": refusal.sentence}
    if isinstance(refusal, Invalid):
        body["fields"] = [
            {"field": field, "code": code, "detail": sentence}
            for field, problems in refusal.fields.items()
            for code, sentence in problems
        ]
        return Response(body, status=400)
    if isinstance(refusal, TooMany):
        return Response(body, status=429, headers={"Retry-After": str(refusal.retry_after)})
    return Response(body, status=404 if isinstance(refusal, NotFound) else 409)


def _as_http(exc: Exception) -> exceptions.APIException | None:
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, RequestDataTooBig):
        return BodyIsTooLarge()
    if isinstance(exc, SuspiciousOperation | UnreadablePostError):
        return exceptions.ParseError()
    return None


class BodyIsTooLarge(exceptions.APIException):
    status_code = 413
    default_detail = "The request is larger than one megabyte."
    default_code = "body_is_too_large"


def _said_by_http(error: exceptions.APIException) -> Response:
    headers: dict[str, str] = {}
    if authenticate := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    detail = error.get_full_details()
    said = (
        detail if isinstance(detail, dict) and "code" in detail else {"code": error.default_code, "message": str(error)}
    )
    return Response({"code": said["code"], "detail": said["message"]}, status=error.status_code, headers=headers)


def _problems(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested details as one flat list, each with the dotted path of its field ("lines.0.copies")."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"field": path, "code": str(details["code"]), "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _problems(inner, _below(path, str(name)))
    elif _is_per_item(details):
        for place, inner in enumerate(details):
            yield from _problems(inner, _below(path, str(place)))
    else:
        for inner in details:
            yield from _problems(inner, path)


def _is_per_item(details: Any) -> bool:
    """A list field answers one entry per item, empty where the item is well; any other list is of problems."""
    return any(isinstance(inner, dict) and set(inner) != {"message", "code"} for inner in details)


def _below(path: str, name: str) -> str:
    if name == "non_field_errors":
        return path
    return f"{path}.{name}" if path else name
