"""A copy of everything, and erasure, at the desk."""

import io
import zipfile
from typing import Any

import pytest

from subscriptions.readers import actions
from subscriptions.readers.models import PrivacyRequest, Reader
from tests.signin import signed_in
from tests.subscriptions.readers.everyone import follow_privacy
from tests.web.conftest import NOW, DeskHouse
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def cora(db: None) -> Any:
    return signed_in("clerk")


def test_a_copy_is_made_and_fetched_by_whoever_may_change_readers(cora: Any, desk_house: DeskHouse) -> None:
    ana = desk_house.ana
    assert "It can be fetched for thirty days" in asks(cora, url("ask_copy", ana.pk))
    does(cora, url("ask_copy", ana.pk), verified="telephone")
    is_refused(cora, url("ask_copy", ana.pk), verified="letter")
    request = PrivacyRequest.objects.get()
    assert cora.get(url("privacy_file", request.pk)).status_code == 409

    follow_privacy(NOW)

    assert "Fetch the file" in text_of(cora.get(url("reader", ana.pk)))
    answer = cora.get(url("privacy_file", request.pk))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="reader-{ana.number}.zip"'
    content = b"".join(answer.streaming_content)
    assert set(zipfile.ZipFile(io.BytesIO(content)).namelist()) == {"reader.json", "index.html"}
    assert signed_in("finance").get(url("privacy_file", request.pk)).status_code == 403


def test_an_erasure_says_beforehand_what_stands_in_its_way_and_is_refused_with_it(
    cora: Any, desk_house: DeskHouse
) -> None:
    page = asks(cora, url("ask_erasure", desk_house.ana.pk))
    assert "It will be refused as things stand: The Lantern still comes until" in page
    does(cora, url("ask_erasure", desk_house.ana.pk), verified="letter")

    follow_privacy(NOW)

    page = text_of(cora.get(url("privacy")))
    assert "Refused" in page
    assert "Cancel it first, and then ask again." in page
    assert Reader.objects.get(pk=desk_house.ana.pk).name == "Ana Field"


def test_what_a_reader_asked_for_is_carried_out_or_closed_by_a_clerk(cora: Any, desk_house: DeskHouse) -> None:
    ben = desk_house.ben
    assert "Nobody has asked yet." in text_of(cora.get(url("privacy")))
    request = actions.ask_privacy(reader_id=ben.pk, kind="erasure", verified="signed_in", by=ben_himself(ben), now=NOW)
    page = text_of(cora.get(url("privacy")))
    assert "1 open" in page
    assert "Carry it out · Close it" in page

    asks(cora, url("close_privacy_request", request.pk))
    does(cora, url("close_privacy_request", request.pk), refused_because="We cannot tell that it was you.")
    assert "We cannot tell that it was you." in text_of(cora.get(url("reader", ben.pk)))
    is_refused(cora, url("close_privacy_request", request.pk))

    again = actions.ask_privacy(reader_id=ben.pk, kind="erasure", verified="signed_in", by=ben_himself(ben), now=NOW)
    asks(cora, url("start_erasure", again.pk))
    does(cora, url("start_erasure", again.pk))
    is_refused(cora, url("start_erasure", again.pk))
    follow_privacy(NOW)

    page = text_of(cora.get(url("reader", ben.pk)))
    assert "Erased reader" in page
    assert "Make a copy of everything" not in page
    assert cora.get(url("start_erasure", 999_999)).status_code == 404


def ben_himself(ben: Any) -> Any:
    from foundation.actors import Actor

    return Actor("reader", str(ben.pk))


def test_the_list_goes_on_on_a_second_page(cora: Any, desk_house: DeskHouse) -> None:
    for number in range(51):
        reader = desk_house.house.reader(f"Reader {number}", "")
        actions.ask_privacy(reader_id=reader.pk, kind="export", verified="letter", by=desk_house.clerk.actor, now=NOW)

    assert "Page 1 of 2 Older" in text_of(cora.get(url("privacy")))
    assert "Newer Page 2 of 2" in text_of(cora.get(url("privacy") + "?page=2"))
