import datetime as dt
import smtplib
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from pytest_django import Settings

from foundation import clock
from foundation.mail import actions, queries
from foundation.mail.models import OutgoingMail
from tests.own_database import at_once

Queue = Callable[..., OutgoingMail]
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(minutes=1)


class Refusing(EmailBackend):
    """A mail server that answers with what the test says, by address."""

    answers: dict[str, Exception]
    answers = {}

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        for message in messages:
            if error := self.answers.get(message.to[0]):
                raise error
        return int(super().send_messages(messages))


class Down(BaseEmailBackend):
    def open(self) -> bool:
        raise ConnectionRefusedError("nobody listens")


def refusal(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"ana@readers.example": (code, b"no")})


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception]:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    answers: dict[str, Exception] = {}
    monkeypatch.setattr(Refusing, "answers", answers)
    return answers


@pytest.mark.django_db
def test_hands_over_and_keeps_the_proof(queue: Queue) -> None:
    queued = queue()

    assert actions.send_waiting(now=LATER) == 1

    queued.refresh_from_db()
    assert (queued.state, queued.handed_over_at, queued.tries) == ("handed_over", LATER, 1)
    assert queued.counts_as_delivered
    [sent] = outbox.outbox
    assert (sent.subject, sent.body, sent.to) == (queued.subject, queued.text, [queued.to_email])
    assert isinstance(sent, EmailMultiAlternatives)
    assert list(sent.alternatives) == [(queued.html, "text/html")]
    assert sent.extra_headers["Message-ID"] == f"<{queued.uuid}@localhost>"
    assert "List-Unsubscribe" not in sent.extra_headers


@pytest.mark.django_db
def test_sends_nothing_twice(queue: Queue) -> None:
    queue()
    actions.send_waiting(now=LATER)

    assert actions.send_waiting(now=LATER) == 0
    assert len(outbox.outbox) == 1


@pytest.mark.django_db
def test_a_one_click_address_goes_into_the_headers_of_rfc_8058(queue: Queue) -> None:
    queue(one_click_url="https://lantern.example/stop/abc")

    actions.send_waiting(now=LATER)

    headers = outbox.outbox[0].extra_headers
    assert headers["List-Unsubscribe"] == "<https://lantern.example/stop/abc>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.django_db
def test_leaves_alone_what_another_worker_has_claimed_until_its_lease_ends(queue: Queue) -> None:
    queued = queue()
    ends = clock.real_now() + dt.timedelta(seconds=60)
    OutgoingMail.objects.filter(pk=queued.pk).update(leased_until=ends)

    assert actions.send_waiting(now=LATER) == 0
    with time_machine.travel(ends + dt.timedelta(seconds=1)):
        assert actions.send_waiting(now=LATER) == 1


@pytest.mark.django_db
def test_a_mail_that_is_not_taken_now_is_tried_again_after_a_pause(queue: Queue, server: dict[str, Exception]) -> None:
    queued = queue()
    server["ana@readers.example"] = refusal(451)

    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        assert actions.send_waiting(now=NOON) == 0
        assert actions.send_waiting(now=NOON) == 0  # it rests

    queued.refresh_from_db()
    assert (queued.state, queued.tries) == ("waiting", 1)
    assert "SMTPRecipientsRefused" in queued.last_error

    server.clear()
    with time_machine.travel("2026-03-01T12:01:01Z", tick=False):
        assert actions.send_waiting(now=NOON) == 1
    queued.refresh_from_db()
    assert (queued.state, queued.tries, queued.last_error) == ("handed_over", 2, "")


@pytest.mark.django_db
def test_gives_up_after_eight_tries(queue: Queue, server: dict[str, Exception]) -> None:
    queued = queue()
    server["ana@readers.example"] = OSError("the line broke")

    for day in range(9):
        with time_machine.travel(NOON + dt.timedelta(days=day)):
            actions.send_waiting(now=NOON)

    queued.refresh_from_db()
    assert (queued.state, queued.tries) == ("refused", 8)
    assert queries.refused_count() == 1
    assert queries.oldest_waiting_at() is None


@pytest.mark.django_db
def test_an_address_refused_for_good_is_not_tried_again(queue: Queue, server: dict[str, Exception]) -> None:
    queued = queue()
    server["ana@readers.example"] = refusal(550)

    actions.send_waiting(now=NOON)

    queued.refresh_from_db()
    assert (queued.state, queued.tries) == ("refused", 1)
    assert not queued.counts_as_delivered


@pytest.mark.django_db
def test_one_bad_mail_does_not_stop_the_others(queue: Queue, server: dict[str, Exception]) -> None:
    queue(key="1")
    queue(key="2", to_email="ben@readers.example")
    server["ana@readers.example"] = ValueError("whatever")

    assert actions.send_waiting(now=NOON) == 1
    assert queries.oldest_waiting_at() == NOON


@pytest.mark.django_db
def test_a_server_that_is_down_costs_one_mail_one_try(
    queue: Queue, server: dict[str, Exception], settings: Settings
) -> None:
    for number in range(3):
        queue(key=str(number))
    settings.EMAIL_BACKEND = f"{__name__}.Down"

    assert actions.send_waiting(now=NOON) == 0
    assert sorted(OutgoingMail.objects.values_list("tries", flat=True)) == [0, 0, 1]


@pytest.mark.django_db
def test_a_bounce_that_overtakes_the_answer_stays(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    queued = queue()

    def bounce_first(name: str) -> None:
        if name == "mail.sent":
            actions.record_bounce(mail_uuid=queued.uuid, reason="no such box", now=NOON)

    monkeypatch.setattr("foundation.mail.actions.sending.reached", bounce_first)
    actions.send_waiting(now=LATER)

    queued.refresh_from_db()
    assert (queued.state, queued.handed_over_at) == ("bounced", LATER)


def test_two_workers_at_once_send_each_mail_once(queue: Queue, own_database: str) -> None:
    for number in range(20):
        queue(key=str(number))

    def work() -> Any:
        return actions.send_waiting(now=LATER)

    outcomes = at_once(work, work, work)

    assert sum(outcomes) == 20
    assert len({message.extra_headers["Message-ID"] for message in outbox.outbox}) == len(outbox.outbox) == 20
