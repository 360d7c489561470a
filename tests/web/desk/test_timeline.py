from typing import Any

import pytest

from foundation.actors import Actor
from subscriptions.terms import actions as terms
from tests.house import at
from tests.signin import signed_in
from tests.web.conftest import DeskHouse
from web.desk.queries.one_reader import reader_file
from web.desk.queries.timeline import timeline

pytestmark = pytest.mark.django_db
NOW = at("2026-02-20")


def test_what_happened_stands_in_one_list_the_latest_first(desk_house: DeskHouse) -> None:
    terms.extend(
        subscription_id=desk_house.subscription.pk, issues=1, reason_code="goodwill", about="sorry",
        by=Actor("staff", str(desk_house.clerk.pk)), now=NOW,
    )  # fmt: skip

    events = timeline(reader_file(desk_house.ana, now=NOW))

    days = [event.day for event in events]
    assert days == sorted(days, reverse=True)
    said = {event.what: event.by for event in events}
    assert said["The Lantern: bonus +1 (sorry)"] == f"staff:{desk_house.clerk.pk}"
    assert "The Lantern: Mar 2026 mailed to ANA FIELD, 2040 N MILWAUKEE AVE" in said
    assert any(what.startswith("Address on file: 2040 N Milwaukee Ave") for what in said)


def test_the_one_reader_screen_shows_it(desk_house: DeskHouse) -> None:
    clerk: Any = signed_in("clerk")

    page = clerk.get(f"/desk/readers/{desk_house.ana.pk}/").content.decode()

    assert "Everything that happened, the latest first" in page
    assert "Mar 2026 mailed to ANA FIELD" in page
