"""What one person's request meets keeps no other person's waiting."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage

from foundation.actors import Actor
from subscriptions.readers import actions
from subscriptions.readers.actions import copies_of_everything
from subscriptions.readers.exports.personal_file import personal_file
from subscriptions.readers.models import PrivacyRequest
from subscriptions.readers.queries.privacy import Person
from tests.house import House
from tests.subscriptions.readers.everyone import follow_privacy

CLERK = Actor("staff", "1")


@pytest.fixture
def asked(house: House, tmp_path: Any, settings: Any) -> Iterator[tuple[PrivacyRequest, PrivacyRequest]]:
    """Two people who want a copy of everything."""
    now = house.at("2026-04-01")
    first, second = (
        actions.ask_privacy(reader_id=house.reader(name).pk, kind="export", verified="letter", by=CLERK, now=now)
        for name in ("Ana Field", "Ben Ash")
    )
    yield first, second
    for made in PrivacyRequest.objects.exclude(file_name=""):
        default_storage.delete(made.file_name)


def test_one_that_an_app_cannot_tell_of_keeps_no_other_waiting(house: House, asked: Any) -> None:
    bad, good = asked

    def tell(person: Person, _: Any) -> dict[str, str]:
        if person.reader == bad.reader:
            raise ValueError("something nobody thought of")
        return {"told": "all"}

    part = actions.Part("terms", lambda *_: "", tell, lambda *_: {})
    assert actions.follow(part, now=house.at("2026-04-02")) == 2

    assert (bad.ticks.count(), good.ticks.get().told) == (0, {"told": "all"})


def test_a_file_that_cannot_be_made_keeps_no_other_waiting(
    house: House, asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = asked

    def breaks(told: Any, *, title: str) -> bytes:
        if title.endswith(bad.reader.number):
            raise ValueError("something nobody thought of")
        return personal_file(told, title=title)

    monkeypatch.setattr(copies_of_everything, "personal_file", breaks)
    follow_privacy(house.at("2026-04-02"))

    for request in asked:
        request.refresh_from_db()
    assert (bad.state, good.state) == (PrivacyRequest.State.WAITING, PrivacyRequest.State.DONE)
