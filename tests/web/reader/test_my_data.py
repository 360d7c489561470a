"""What a signed-in reader may ask about themselves, and nobody else."""

import io
import zipfile
from typing import Any

import pytest

from subscriptions.readers.models import PrivacyRequest
from tests.subscriptions.readers.everyone import follow_privacy
from tests.web.reader.conftest import Browser, text_of

PAGE = "/lantern/my-data/"


@pytest.fixture(autouse=True)
def files(tmp_path: Any, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }


def test_a_copy_is_asked_for_with_one_button_and_fetched_from_the_page(shop: Any, signed_in: Any) -> None:
    ana = shop.reader("Ana Field")
    browser = signed_in(ana)
    assert "Get a copy" in text_of(browser.get(PAGE))

    answer = browser.send(f"{PAGE}export/")
    assert answer.headers["Location"] == PAGE
    assert "under way" in text_of(browser.get(PAGE))
    follow_privacy(shop.at("2026-02-20"))

    request = PrivacyRequest.objects.get()
    assert (request.verified, request.asked_by) == ("signed_in", f"reader:{ana.pk}")
    assert "Fetch the file until March 22, 2026" in text_of(browser.get(PAGE))
    answer = browser.get(f"{PAGE}{request.uuid}/file.zip")
    assert "no-store" in answer.headers["Cache-Control"]
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert b"Ana Field" in packed.read("reader.json")


def test_asking_twice_is_one_request(shop: Any, signed_in: Any) -> None:
    browser = signed_in(shop.reader("Ana Field"))
    browser.send(f"{PAGE}export/")

    browser.send(f"{PAGE}export/")

    assert PrivacyRequest.objects.count() == 1
    assert "under way for this reader" in text_of(browser.get(PAGE))


def test_to_be_forgotten_waits_for_a_person(shop: Any, signed_in: Any) -> None:
    browser = signed_in(shop.reader("Ana Field"))
    assert "This cannot be undone." in text_of(browser.get(f"{PAGE}erasure/"))

    browser.send(f"{PAGE}erasure/")
    follow_privacy(shop.at("2026-02-20"))

    assert PrivacyRequest.objects.get().state == "asked"
    assert "we look at it, by April 6, 2026 at the latest" in text_of(browser.get(PAGE))


def test_nobody_asks_for_or_fetches_somebody_elses(shop: Any, signed_in: Any) -> None:
    cleo = shop.reader("Cleo Reed")
    hers = signed_in(cleo)
    hers.send(f"{PAGE}export/")
    follow_privacy(shop.at("2026-02-20"))
    request = PrivacyRequest.objects.get()
    ana = signed_in(shop.reader("Ana Field"))

    assert ana.get(f"{PAGE}{request.uuid}/file.zip").status_code == 404
    assert ana.send(f"{PAGE}export/", reader=str(cleo.uuid)).status_code == 404
    assert ana.get(f"{PAGE}sale/").status_code == 404
    assert Browser().get(f"{PAGE}{request.uuid}/file.zip").headers["Location"] == "/lantern/sign-in/"
