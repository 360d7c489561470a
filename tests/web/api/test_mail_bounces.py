import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from foundation.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

TOKEN = "the bounce token"
URL = "/api/v1/mail/bounces/"
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def mail(settings: Settings) -> OutgoingMail:
    settings.MAIL_BOUNCE_TOKEN = TOKEN
    return OutgoingMail.objects.create(
        key="1", kind="notice", to_email="ana@readers.example", subject="s", text="t", html="h", body_sha256="0" * 64,
        state="handed_over", handed_over_at=NOON, created_at=NOON, provider_id="prov-1",
    )  # fmt: skip


def report(body: Any, token: str = TOKEN) -> Any:
    return Client().post(
        URL, body if isinstance(body, str) else json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip


@pytest.mark.parametrize("named_by", ["mail_uuid", "message_id", "provider"])
def test_takes_a_bounce_however_the_mail_is_named(mail: OutgoingMail, named_by: str) -> None:
    names = {
        "mail_uuid": {"mail_uuid": str(mail.uuid)},
        "message_id": {"message_id": f"<{mail.uuid}@lantern.example>"},
        "provider": {"message_id": "prov-1"},
    }

    answer = report({**names[named_by], "reason": "550 no such user"})

    mail.refresh_from_db()
    assert answer.status_code == 202
    assert (mail.state, mail.bounce_reason) == ("bounced", "550 no such user")


def test_reported_again_it_is_taken_again(mail: OutgoingMail) -> None:
    for _ in range(2):
        assert report({"mail_uuid": str(mail.uuid), "reason": "gone"}).status_code == 202


@pytest.mark.parametrize("token", ["", "another token", "the bounce tokex"])
def test_refuses_who_does_not_know_the_token(mail: OutgoingMail, token: str) -> None:
    answer = report({"mail_uuid": str(mail.uuid), "reason": "gone"}, token=token)

    mail.refresh_from_db()
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")
    assert mail.state == "handed_over"


def test_without_a_token_set_the_door_is_shut(mail: OutgoingMail, settings: Settings) -> None:
    settings.MAIL_BOUNCE_TOKEN = ""

    assert report({"mail_uuid": str(mail.uuid), "reason": "gone"}, token="").status_code == 401


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"mail_uuid": str(uuid.uuid4())}, "reason", "required"),
        ({"reason": "gone"}, "", "name_the_mail"),
        ({"reason": "gone", "mail_uuid": str(uuid.uuid4()), "message_id": "x"}, "", "name_the_mail"),
        ({"reason": "gone", "mail_uuid": "7"}, "mail_uuid", "invalid"),
        ({"reason": "gone", "message_id": "x" * 301}, "message_id", "max_length"),
        ({"reason": "go\0ne", "message_id": "x"}, "reason", "null_characters_not_allowed"),
        ({"reason": "gone", "message_id": "x", "resend": True}, "resend", "unknown_field"),
        ([], "", "invalid"),
    ],
)
def test_a_malformed_report_says_where(mail: OutgoingMail, body: Any, field: str, code: str) -> None:
    answer = report(body)

    assert answer.status_code == 400
    assert [(problem["field"], problem["code"]) for problem in answer.json()["fields"]] == [(field, code)]


@pytest.mark.parametrize(("body", "status"), [("{", 400), ("NaN", 400), ("", 400)])
def test_what_is_no_json_is_refused(mail: OutgoingMail, body: str, status: int) -> None:
    assert report(body).status_code == status


def test_an_unknown_mail_is_not_found(mail: OutgoingMail) -> None:
    answer = report({"message_id": "<else@where.example>", "reason": "gone"})

    assert (answer.status_code, answer.json()["code"]) == (404, "mail_is_unknown")
