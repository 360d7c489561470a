import datetime as dt
import email
from collections.abc import Callable, Iterator
from email import policy

import pytest
from pytest_django import Settings

from foundation.actors import Actor
from foundation.errors import Invalid
from foundation.mail import actions
from foundation.mail.models import MailServer, OutgoingMail
from foundation.vault.queries import open_secret
from tests.foundation.mail.smtp_server import SmtpServer, smtp_server

Queue = Callable[..., OutgoingMail]
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ADMIN = Actor("staff", "1")

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[SmtpServer]:
    settings.EMAIL_BACKEND = "foundation.mail.backends.HouseSmtp"
    with smtp_server() as running:
        yield running


def set_up(server: SmtpServer, **changed: object) -> MailServer:
    values: dict[str, object] = {
        "sender": "The Lantern <care@lantern.example>",
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "username": "",
        "password": None,
    }
    return actions.set_mail_server(by=ADMIN, now=NOON, **{**values, **changed})


def test_mail_goes_out_through_the_server_that_was_set_up_on_the_desk(queue: Queue, server: SmtpServer) -> None:
    set_up(server)
    queued = queue(one_click_url="https://lantern.example/stop/abc")

    assert actions.send_waiting(now=NOON) == 1

    message = email.message_from_string(server.taken[0], policy=policy.default)
    assert message["From"] == "The Lantern <care@lantern.example>"
    assert message["To"] == "ana@readers.example"
    assert message["Message-ID"] == f"<{queued.uuid}@lantern.example>"
    assert message["List-Unsubscribe"] == "<https://lantern.example/stop/abc>"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_environments_server_holds_until_one_is_set_up(
    queue: Queue, server: SmtpServer, settings: Settings
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    queue()

    assert actions.send_waiting(now=NOON) == 1
    assert "From: Masthead <subscriptions@localhost>" in server.taken[0]


def test_one_connection_serves_a_sweep_and_none_is_made_for_nothing(queue: Queue, server: SmtpServer) -> None:
    set_up(server)
    assert actions.send_waiting(now=NOON) == 0
    assert server.connections == 0

    for number in range(5):
        queue(key=str(number))

    assert actions.send_waiting(now=NOON) == 5
    assert server.connections == 1


def test_the_servers_word_on_each_address_is_kept(queue: Queue, server: SmtpServer) -> None:
    set_up(server)
    server.says = {"gone@readers.example": "550 no such user", "full@readers.example": "450 mailbox full"}
    for name in ("gone", "full", "well"):
        queue(key=name, to_email=f"{name}@readers.example")

    assert actions.send_waiting(now=NOON) == 1

    states = dict(OutgoingMail.objects.values_list("key", "state"))
    assert states == {"gone": "refused", "full": "waiting", "well": "handed_over"}
    assert "no such user" in OutgoingMail.objects.get(key="gone").last_error


def test_a_test_mail_tells_that_mail_works(server: SmtpServer) -> None:
    set_up(server)

    sent = actions.send_test_mail(to_email="chief@desk.example", now=NOON)
    actions.send_waiting(now=NOON)

    sent.refresh_from_db()
    assert sent.state == "handed_over"
    assert "1 March 2026, 12:00 UTC" in sent.text


def test_the_password_stands_in_the_vault_and_stays_when_none_is_typed(server: SmtpServer) -> None:
    set_up(server, username="lantern", password="a password for mail")
    set_up(server, username="lantern", password=None)

    assert open_secret("mail_password") == "a password for mail"
    assert "a password for mail" not in str(list(MailServer.objects.values()))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sender", "The Lantern"),
        ("sender", "The Lantern <care@lantern.example>\nBcc: all@readers.example"),
        ("host", "smtp.example/path"),
        ("host", ""),
        ("port", 0),
        ("security", "some"),
    ],
)
def test_refuses_what_cannot_be(server: SmtpServer, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refusal:
        set_up(server, **{field: value})

    assert list(refusal.value.fields) == [field]
    assert not MailServer.objects.exists()
