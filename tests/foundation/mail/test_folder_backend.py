import datetime as dt
import email
from collections.abc import Callable
from email import policy
from pathlib import Path

import pytest
from pytest_django import Settings

from foundation.mail import actions
from foundation.mail.models import OutgoingMail

Queue = Callable[..., OutgoingMail]
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "foundation.mail.backends.FolderBackend"
    settings.MAIL_FOLDER = tmp_path / "mail"
    return tmp_path / "mail"


def test_writes_a_mail_that_a_mail_program_can_read(queue: Queue, folder: Path) -> None:
    queued = queue()
    actions.send_waiting(now=NOON)

    [file] = folder.iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    assert file.name == f"{queued.uuid}_localhost.eml"
    assert message["Subject"] == "Your Lantern & Sail order"
    assert body is not None
    assert "Dear Ana <Field>" in body.get_content()


def test_a_repeat_after_a_crash_replaces_the_first(queue: Queue, folder: Path) -> None:
    queue()
    actions.send_waiting(now=NOON)
    OutgoingMail.objects.update(state="waiting", leased_until=None)  # the process died before it marked the row

    actions.send_waiting(now=NOON)

    assert len(list(folder.iterdir())) == 1
