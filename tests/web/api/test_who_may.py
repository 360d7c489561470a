import json

import pytest
from django.http import HttpRequest, HttpResponseBase
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.accounts import actions
from foundation.accounts.models import ApiToken
from tests.signin import ClientFor, member
from web.api.callers import actor
from web.api.permissions import AllowAnonymous, May

pytestmark = pytest.mark.django_db


class Forgotten(APIView):
    """A view whose author thought of no permission."""

    def get(self, request: Request) -> Response:
        return Response({"by": actor(request).reference})


class Money(Forgotten):
    permission_classes = [May("see_money")]


class Open(Forgotten):
    permission_classes = [AllowAnonymous]


def ask(view: type[APIView], *, authorization: str = "") -> tuple[int, dict[str, str], HttpResponseBase]:
    headers = {"Authorization": authorization} if authorization else {}
    request: HttpRequest = RequestFactory().get("/", headers=headers)
    response = view.as_view()(request)
    response.render()
    return response.status_code, json.loads(response.content), response


def bearer(role: str) -> str:
    return f"Bearer {ApiToken.issue(user=member(role), label='test')}"


@pytest.mark.parametrize("role", ["clerk", "fulfillment", "finance", "admin", "website"])
def test_a_view_without_a_permission_lets_nobody_in(role: str) -> None:
    assert ask(Forgotten, authorization=bearer(role))[0] == 403
    assert ask(Forgotten)[0] == 401


@pytest.mark.parametrize(
    ("role", "status"), [("clerk", 403), ("fulfillment", 403), ("finance", 200), ("admin", 200), ("website", 403)]
)
def test_a_capability_is_asked_of_the_role(role: str, status: int) -> None:
    got, body, _ = ask(Money, authorization=bearer(role))

    assert got == status
    assert body.get("by", f"staff:{member(role).pk}") == f"staff:{member(role).pk}"


def test_an_unknown_capability_stops_the_house_from_starting() -> None:
    with pytest.raises(KeyError):
        May("see_mony")


def test_nobody_is_told_how_to_get_in() -> None:
    status, body, response = ask(Money)

    assert (status, body["code"]) == (401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer mh_made_up", "Bearer", "Basic YTpi", "mh_made_up", "Bearer a b"])
def test_a_bad_token_is_refused_even_where_anyone_may(header: str) -> None:
    status, body, _ = ask(Open, authorization=header)

    assert (status, body["code"]) == (401, "authentication_failed")


def test_without_a_token_one_is_anonymous() -> None:
    assert ask(Open)[1] == {"by": "anonymous:web"}


def test_a_machine_is_named_as_one() -> None:
    assert ask(Open, authorization=bearer("website"))[1] == {"by": f"machine:{member('website').pk}"}


def test_staff_without_a_second_factor_are_refused() -> None:
    token = bearer("finance")
    actions.forget_second_factor(user_id=member("finance").pk, by=member("finance").actor)

    assert ask(Money, authorization=token)[0] == 401


def test_a_desk_session_opens_nothing_at_the_api(client_for: ClientFor) -> None:
    """Sessions are not looked at, so that no page elsewhere can make a browser act here."""
    answer = client_for("admin").post("/api/v1/mail/bounces/", {}, content_type="application/json")

    assert answer.status_code == 401
