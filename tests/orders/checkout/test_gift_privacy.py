"""What is kept of a gift when its donor or its recipient asks to be forgotten, and what each of them is told."""

import json
import zipfile
from typing import Any

import pytest

from foundation.actors import Actor
from foundation.mail.actions import send_waiting
from orders.checkout import actions
from orders.checkout.models import Gift, GiftCode
from subscriptions.readers import actions as readers
from subscriptions.readers.models import PrivacyRequest, Reader
from tests.gifts import buy, code_for, given, wish
from tests.house import House, at
from tests.subscriptions.readers.everyone import follow_privacy

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "12")
NOW = at("2026-02-20")


@pytest.fixture
def line(house: House, tmp_path: Any, settings: Any) -> Any:
    """Ben has given Ana ten issues, and then took the rest back."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    house.pull_before(504)
    [line] = buy(given(wish("Ana Field", message="Happy birthday!", from_name="Uncle Ben")), now=NOW)
    send_waiting(now=NOW)
    return line


def asks(reader: Reader, kind: str) -> PrivacyRequest:
    request = readers.ask_privacy(reader_id=reader.pk, kind=kind, verified="telephone", by=CLERK, now=NOW)
    follow_privacy(NOW)
    request.refresh_from_db()
    return request


def test_a_forgotten_recipient_leaves_no_name_in_the_gift(line: Any):
    actions.cancel_term(term_id=line.term_id, reason_code="other", by=CLERK, now=NOW)

    request = asks(line.recipient, "erasure")

    assert (request.refused_because, request.state) == ("", "done")
    gift = Gift.objects.get()
    assert (gift.to_name, gift.to_town, gift.to_email, gift.message) == ("", "", "", "")


def test_a_donor_with_a_code_that_nobody_redeemed_is_not_forgotten_yet(line: Any):
    [waiting] = buy(given(code_for("Cleo Reed")), now=NOW)

    request = asks(waiting.order.payer, "erasure")

    assert GiftCode.objects.get().last4 in request.refused_because
    assert Gift.objects.get(line=waiting).from_name == "Ben Moss"


def test_a_recipient_is_told_of_the_gift_and_not_of_its_donor_or_price(line: Any):
    asks(line.recipient, "export")

    said = told()
    assert "Happy birthday!" in said
    assert "Uncle Ben" not in said
    assert "ben@donors.example" not in said
    assert "1995" not in said


def test_a_donor_is_told_what_was_given_to_whom(line: Any):
    asks(line.order.payer, "export")

    assert '"gift_to": "Ana Field"' in told()


def told() -> str:
    request = PrivacyRequest.objects.get()
    with readers.open_file(request_id=request.pk, by=CLERK) as opened, zipfile.ZipFile(opened) as whole:
        found = {name: whole.read(name).decode() for name in whole.namelist() if name.endswith(".json")}
    return json.dumps([json.loads(text) for text in found.values()])
