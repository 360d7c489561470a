import json
import logging
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from foundation.errors import DomainError, Invalid, NotFound
from foundation.limits.actions import TooMany
from web.api.permissions import AllowAnonymous


class TermIsOver(DomainError):
    code = "term_is_over"


def answer_to(error: Exception) -> tuple[int, dict[str, Any], Any]:
    """Status, body and headers when a view raises `error`."""

    class Raising(APIView):
        authentication_classes = []
        permission_classes = [AllowAnonymous]

        def get(self, request: Request) -> Response:
            raise error

    response = Raising.as_view()(APIRequestFactory().get("/"))
    response.render()
    return response.status_code, json.loads(response.content), response.headers


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (TermIsOver("It ended."), 409, "term_is_over"),
        (NotFound("There is no such order."), 404, "not_found"),
        (exceptions.ParseError(), 400, "parse_error"),
        (exceptions.NotAuthenticated(), 403, "not_authenticated"),  # 401 where a scheme is offered
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (exceptions.Throttled(wait=7), 429, "throttled"),
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (RequestDataTooBig(), 413, "body_is_too_large"),
        (SuspiciousOperation("path"), 400, "parse_error"),
    ],
)
def test_every_refusal_has_one_shape(error: Exception, status: int, code: str) -> None:
    got, body, _ = answer_to(error)

    assert (got, body["code"]) == (status, code)
    assert set(body) == {"code", "detail"}
    assert body["detail"]


def test_a_refusal_says_its_own_sentence() -> None:
    assert answer_to(TermIsOver("It ended with May 2026."))[1]["detail"] == "It ended with May 2026."


def test_too_many_says_when_to_come_back() -> None:
    status, body, headers = answer_to(TooMany("Too many orders.", retry_after=90))

    assert (status, body["code"], headers["Retry-After"]) == (429, "too_many_requests", "90")


def test_a_malformed_request_lists_its_fields() -> None:
    status, body, _ = answer_to(Invalid({"ship_to.postcode": [("bad_postcode", "60647 has five digits.")]}))

    assert status == 400
    assert body == {
        "code": "invalid",
        "detail": "60647 has five digits.",
        "fields": [{"field": "ship_to.postcode", "code": "bad_postcode", "detail": "60647 has five digits."}],
    }


class Line(serializers.Serializer[Any]):
    offer = serializers.CharField()
    copies = serializers.IntegerField(min_value=1)


class Cart(serializers.Serializer[Any]):
    lines = Line(many=True)
    sources = serializers.ListField(child=serializers.CharField(max_length=3))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        raise serializers.ValidationError("These lines contradict each other.", code="contradiction")


def problems(sent: dict[str, Any]) -> list[tuple[str, str]]:
    cart = Cart(data=sent)
    with pytest.raises(exceptions.ValidationError) as refusal:
        cart.is_valid(raise_exception=True)
    status, body, _ = answer_to(refusal.value)
    assert (status, body["code"]) == (400, "invalid")
    return [(problem["field"], problem["code"]) for problem in body["fields"]]


def test_nested_problems_name_the_path_of_their_field() -> None:
    found = problems({"lines": [{"offer": "ten", "copies": 1}, {"copies": 0}], "sources": ["WEB", "LONG"]})

    assert found == [("lines.1.offer", "required"), ("lines.1.copies", "min_value"), ("sources.1", "max_length")]


def test_a_problem_of_the_whole_names_no_field() -> None:
    assert problems({"lines": [], "sources": []}) == [("", "contradiction")]


def test_what_nobody_expected_is_logged_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        status, body, _ = answer_to(RuntimeError("ana@readers.example broke it"))

    assert (status, body["code"]) == (500, "internal_error")
    assert "ana" not in str(body)
    logged = str(caplog.records[-1].msg)
    assert "RuntimeError: [email] broke it" in logged
    assert "ana@readers.example" not in logged
