import hashlib
from collections.abc import Callable

import pytest
from django.db import transaction

from foundation.mail import actions
from foundation.mail.models import OutgoingMail
from tests.foundation.mail.conftest import NOON
from tests.own_database import at_once

Queue = Callable[..., OutgoingMail]


@pytest.mark.django_db
def test_renders_subject_text_and_html(queue: Queue) -> None:
    mail = queue()

    assert mail.subject == "Your Lantern & Sail order"
    assert "Dear Ana <Field>,\n\nyou get ten issues: https://lantern.example/o/1?a=1&b=2" in mail.text
    assert mail.text.endswith("-- \nLantern & Sail\n")
    assert "Dear Ana &lt;Field&gt;," in mail.html
    assert "1 Press Row, Chicago" in mail.html


@pytest.mark.django_db
def test_the_proof_is_over_all_three_parts(queue: Queue) -> None:
    mail = queue()

    whole = f"{mail.subject}\0{mail.text}\0{mail.html}\0"
    assert mail.body_sha256 == hashlib.sha256(whole.encode()).hexdigest()


@pytest.mark.django_db
def test_the_same_key_is_the_same_mail_whatever_else_differs(queue: Queue) -> None:
    first = queue()
    second = queue(to_email="someone.else@readers.example")

    assert second.pk == first.pk
    assert second.to_email == "ana@readers.example"
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
def test_a_line_break_in_a_name_begins_no_second_header(queue: Queue) -> None:
    mail = queue(context={"magazine_name": "Lantern\r\nBcc: all@readers.example"})

    assert "\n" not in mail.subject
    assert "\r" not in mail.subject


@pytest.mark.django_db
def test_a_very_long_subject_is_cut(queue: Queue) -> None:
    mail = queue(context={"magazine_name": "x" * 300})

    assert len(mail.subject) == 200
    assert mail.subject.endswith("…")


def test_a_change_that_is_rolled_back_mails_nothing(queue: Queue, own_database: str) -> None:
    def queue_and_fail() -> None:
        with transaction.atomic():
            queue()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        queue_and_fail()

    assert OutgoingMail.objects.count() == 0


def test_five_at_once_write_one_mail(queue: Queue, own_database: str) -> None:
    outcomes = at_once(*[queue] * 5)

    assert len({mail.pk for mail in outcomes}) == 1
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
def test_many_at_once_leave_those_that_are_there_as_they_are(queue: Queue) -> None:
    there = queue(key="order:1:thanks")
    context = {"magazine_name": "Owl", "reader": "Ben", "url": "https://owl.example/"}
    new = [
        actions.NewMail(key=key, kind="thanks", to_email="ben@readers.example", template="sample", context=context)
        for key in ("order:1:thanks", "order:2:thanks")
    ]

    actions.queue_mails(mails=new, now=NOON)
    actions.queue_mails(mails=new, now=NOON)

    assert OutgoingMail.objects.count() == 2
    assert OutgoingMail.objects.get(key="order:1:thanks").subject == there.subject
    assert OutgoingMail.objects.get(key="order:2:thanks").subject == "Your Owl order"
