"""What is kept of a gift when its donor or its recipient asks to be forgotten, and what each of them is told."""

import datetime as dt
import json
import zipfile
from typing import Any

import pytest

from foundation.actors import Actor
from foundation.errors import Invalid
from foundation.mail.actions import send_waiting
from foundation.mail.models import OutgoingMail
from orders.checkout import actions
from orders.checkout.models import Gift, GiftCode, LineRefund
from orders.checkout.queries import code_of, gift_book
from orders.checkout.rules import Person
from subscriptions.readers import actions as readers
from subscriptions.readers.models import PrivacyRequest, Reader
from tests.gifts import address, buy, code_for, given, pay, place, wish
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


def test_the_news_of_a_gift_is_emptied_wherever_it_was_mailed_to(line: Any):
    """Ana redeems a code that was announced to another address than the one she gives."""
    [sold] = buy(given(code_for("Cleo Reed", email="cleo@work.example", announce="mail", message="Dear Cleo")), now=NOW)
    actions.announce_gifts(now=NOW)
    done = actions.redeem_code(
        code=code_of(sold.gift_code), recipient=Person("Cleo Reed", "cleo@home.example"), address=address("Cleo Reed"),
        by=CLERK, now=NOW,
    )  # fmt: skip
    send_waiting(now=NOW)
    actions.cancel_term(term_id=done.term.pk, reason_code="other", by=CLERK, now=NOW)
    told = OutgoingMail.objects.get(to_email="cleo@work.example")
    assert "Dear Cleo" in told.text

    request = asks(done.line.recipient, "erasure")

    assert (request.refused_because, request.state) == ("", "done")
    told.refresh_from_db()
    assert (told.text, told.html, told.to_email) == ("", "", "erased@erased.invalid")
    assert not OutgoingMail.objects.filter(to_email__startswith="cleo@").exists()
    # What was written to the donor is the donor's.
    assert OutgoingMail.objects.filter(to_email="ben@donors.example", text__contains="Cleo Reed").exists()


def test_the_news_to_whoever_redeemed_a_code_is_emptied_wherever_it_was_mailed_to(line: Any):
    """Ana types another address when she redeems; it stands in no row but that mail."""
    ana = line.recipient
    actions.cancel_term(term_id=line.term_id, reason_code="other", by=CLERK, now=NOW)
    [sold] = buy(given(code_for("Ana Field", message="For her dog")), now=NOW)
    done = actions.redeem_code(
        code=code_of(sold.gift_code), recipient=Person("Ana Field", "ana@work.example"), address=address("Ana Field"),
        subscription=line.term.subscription, by=CLERK, now=NOW,
    )  # fmt: skip
    send_waiting(now=NOW)
    actions.cancel_term(term_id=done.term.pk, reason_code="other", by=CLERK, now=NOW)
    assert "For her dog" in OutgoingMail.objects.get(to_email="ana@work.example").text

    request = asks(ana, "erasure")

    assert (request.refused_because, request.state) == ("", "done")
    assert not OutgoingMail.objects.filter(to_email="ana@work.example").exists()
    assert not OutgoingMail.objects.filter(text__contains="For her dog", to_email__startswith="erased").exists()


def test_a_mail_address_that_somebody_else_is_on_file_with_keeps_its_mails(line: Any, house: House):
    house.reader("Dan Hope", email="shared@home.example")
    [sold] = buy(given(wish("Cleo Reed", email="shared@home.example", announce="mail")), now=NOW)
    actions.announce_gifts(now=NOW)
    Reader.objects.filter(pk=sold.recipient_id).update(email="cleo@home.example")
    actions.cancel_term(term_id=sold.term_id, reason_code="other", by=CLERK, now=NOW)
    send_waiting(now=NOW)

    asks(sold.recipient, "erasure")

    assert OutgoingMail.objects.get(kind="gift_announcement").text != ""


def test_a_donor_who_is_forgotten_takes_along_whom_nobody_else_knows(line: Any):
    [sold] = buy(given(code_for("Max Folio", email="max@work.example", announce="mail", message="Hi")), now=NOW)
    actions.take_back_code(code_id=sold.gift_code.pk, by=CLERK, now=NOW)
    LineRefund.objects.update(state="sent", sent_at=NOW)
    send_waiting(now=NOW)

    request = asks(sold.order.payer, "erasure")

    assert (request.refused_because, request.state) == ("", "done")
    gift = Gift.objects.get(line=sold)
    assert (gift.to_name, gift.to_email, gift.from_name, gift.message) == ("", "", "", "")


def test_a_donor_finds_a_forgotten_recipient_without_a_name_and_cannot_give_again(line: Any):
    actions.cancel_term(term_id=line.term_id, reason_code="other", by=CLERK, now=NOW)
    asks(line.recipient, "erasure")
    donor = line.order.payer

    [seen] = gift_book([donor.pk], magazine_id=line.order.magazine_id, now=NOW)

    assert (seen.name, seen.may_repeat) == ("", False)
    again = given(wish("Ana Field", ship_to=None, repeats=str(line.uuid)))
    with pytest.raises(Invalid, match="no such gift of yours"):
        place(again, now=NOW, donors=[donor], by=CLERK)


def test_whom_an_unpaid_gift_is_for_is_not_forgotten_yet_and_not_told_of_it(line: Any):
    order = place(given(wish("Cleo Reed", announce_on=dt.date(2026, 3, 5))), now=NOW)
    recipient = order.lines.get().recipient

    request = asks(recipient, "erasure")

    recipient.refresh_from_db()
    assert (request.state, recipient.erased_at) == ("refused", None)
    for secret in ("gift", order.number, "Ben", "order", "paid"):
        assert secret not in request.refused_because


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
    assert "_cents" not in said


def test_a_donor_is_told_what_was_given_to_whom(line: Any):
    asks(line.order.payer, "export")

    said = told()
    assert '"gift_to": "Ana Field"' in said
    assert '"total_cents": 1995' in said


def told() -> str:
    request = PrivacyRequest.objects.get()
    with readers.open_file(request_id=request.pk, by=CLERK) as opened, zipfile.ZipFile(opened) as whole:
        found = {name: whole.read(name).decode() for name in whole.namelist() if name.endswith(".json")}
    return json.dumps([json.loads(text) for text in found.values()])


@pytest.mark.parametrize("paid", [True, False])
def test_a_copy_of_everything_has_no_word_of_a_gift_that_is_a_secret(line: Any, paid: bool):
    request = given(wish("Cleo Reed", announce_on=dt.date(2026, 3, 5), message="Surprise!"))
    order = place(request, now=NOW)
    if paid:
        pay(order, now=NOW)
    recipient = Reader.objects.get(name="Cleo Reed")

    asks(recipient, "export")

    said = told()
    assert "Surprise!" not in said
    assert order.number not in said
    assert "Lantern" not in said
