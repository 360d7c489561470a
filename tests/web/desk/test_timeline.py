import datetime as dt
from typing import Any

import pytest

from foundation.actors import Actor
from subscriptions.readers import actions as readers
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

    events, older = timeline(reader_file(desk_house.ana, now=NOW))

    assert older is None
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


def test_what_people_changed_stands_in_it_too(desk_house: DeskHouse) -> None:
    by, line, house = Actor("staff", str(desk_house.clerk.pk)), desk_house.subscription, desk_house.house
    at_sea = house.address(desk_house.ana, line1="1 Pier Rd", city="Duluth").pk
    common: dict[str, Any] = {"subscription_id": line.pk, "by": by, "now": NOW}
    terms.change_address(address_id=at_sea, **common)
    terms.end_hold(pause_id=desk_house.pause.pk, by=by, now=NOW, until_issue_id=house.issue(508).pk)
    terms.stay_away(address_id=at_sea, from_on=dt.date(2026, 6, 20), until_on=dt.date(2026, 9, 20), **common)
    terms.cancel_at_end(reason_code="too_dear", **common)
    readers.merge_readers(kept_id=desk_house.ana.pk, merged_id=desk_house.ben.pk, by=by, now=NOW)

    events, _ = timeline(reader_file(desk_house.ana, now=NOW))

    said = [event.what for event in events if event.by == by.reference]
    for words in (
        "from Apr 2026 on to 1 Pier Rd, Duluth", "comes again", "address away (once), 1 Pier Rd, Duluth",
        "cancelled with the last issue", f"File {desk_house.ben.number} merged into {desk_house.ana.number}",
    ):  # fmt: skip
        assert [what for what in said if words in what], (words, said)


def test_a_long_list_goes_on_on_another_page(desk_house: DeskHouse, monkeypatch: Any) -> None:
    monkeypatch.setattr("web.desk.queries.timeline.A_PAGE", 1)
    clerk, page = signed_in("clerk"), f"/desk/readers/{desk_house.ana.pk}/"

    asked = ("", "?after=1", "?after=x", f"?after={'9' * 5000}")
    first, second, odd, endless = (clerk.get(f"{page}{query}").content.decode() for query in asked)

    assert '?after=1#timeline">Older' in first
    assert '?after=2#timeline">Older' in second
    assert '?after=1#timeline">Older' in odd
    assert '?after=1#timeline">Older' in endless
