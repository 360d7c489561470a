import logging
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from config import error_pages


@pytest.mark.parametrize("status", [400, 403, 404, 500])
@pytest.mark.parametrize("path", ["/desk/nowhere", "/api/v1/nowhere/"])
def test_people_get_a_page_and_machines_get_the_apis_shape(status: int, path: str) -> None:
    request: HttpRequest = RequestFactory().get(path)
    views = {
        400: lambda: error_pages.bad_request(request, ValueError("secret detail")),
        403: lambda: error_pages.permission_denied(request, ValueError("secret detail")),
        404: lambda: error_pages.not_found(request, ValueError("secret detail")),
        500: lambda: error_pages.server_error(request),
    }

    answer = views[status]()

    text = answer.content.decode()
    assert answer.status_code == status
    assert "secret detail" not in text
    assert ('"code"' in text) == path.startswith("/api/")
    assert ("<h1>" in text) == path.startswith("/desk/")


@pytest.mark.django_db
def test_an_unknown_address_is_answered_by_our_page(client: Client) -> None:
    answer = client.get("/nowhere/at/all/")

    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()
    assert answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_of_the_api_is_answered_in_json(client: Client) -> None:
    answer = client.get("/api/v1/nowhere/")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.django_db
def test_a_form_without_its_token_is_sent_back(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/desk/sign-in/login/", {"login": "a@desk.example", "password": "x"})

    assert answer.status_code == 403
    assert "This form has lain open too long" in answer.content.decode()


@pytest.mark.django_db
def test_the_request_log_knows_routes_and_no_personal_data(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.post("/desk/sign-in/login/?next=/x/", {"login": "ana@readers.example", "password": "a secret"})

    lines: list[Any] = [record.msg for record in caplog.records if record.name == "masthead.request"]
    assert lines[-1]["route"] == "desk/sign-in/login/"
    assert lines[-1]["request_id"] == answer.headers["Request-Id"]
    assert "ana" not in str(lines)
    assert "a secret" not in str(lines)
