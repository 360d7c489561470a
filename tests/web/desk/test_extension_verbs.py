from typing import Any

import pytest

from subscriptions.terms import queries
from subscriptions.terms.models import Comp, Entry, Subscription, Term
from tests.signin import signed_in
from tests.web.conftest import DeskHouse
from tests.web.desk.asking import asks, does, is_refused, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def cora(db: None) -> Any:
    return signed_in("clerk")


def last_issue(subscription: Subscription) -> int:
    issue = queries.expire(subscription.pk).issue
    assert issue is not None
    return issue.number


def test_goodwill_is_given_and_taken_back(cora: Any, desk_house: DeskHouse) -> None:
    line = desk_house.subscription
    at, before = url("extend", line.uuid), last_issue(line)

    assert "The last issue is" in asks(cora, at)
    assert "Goodwill: done." in does(cora, at, reason="goodwill", issues=2, about="sorry for the mess")
    assert last_issue(line) == before + 2
    entry = Entry.objects.get(kind="bonus")
    reader_page = cora.get(f"/desk/readers/{line.reader_id}/").content.decode()
    assert f"/desk/subscriptions/extensions/{entry.pk}/take-back/" in reader_page
    back = url("take_back_extension", entry.pk)
    assert "2 issues given for “sorry for the mess”" in asks(cora, back)
    assert "Taken back." in does(cora, back)
    assert last_issue(line) == before
    reader_page = cora.get(f"/desk/readers/{line.reader_id}/").content.decode()
    assert "take-back" not in reader_page


def test_a_copy_is_given_back_by_its_name(cora: Any, desk_house: DeskHouse) -> None:
    at, copy = url("extend", desk_house.subscription.uuid), desk_house.house.issue(503)

    assert "Say which issue did not come" in is_refused(cora, at, reason="never_came", issues=1)
    does(cora, at, reason="never_came", issues=1, copy_issue=copy.pk)
    assert "has been given back before" in is_refused(cora, at, reason="never_came", issues=1, copy_issue=copy.pk)


@pytest.mark.parametrize("typed", [{"reason": "goodwill", "issues": 0}, {"reason": "not_reading", "issues": 1}, {}])
def test_an_odd_extension_is_refused_at_its_field(cora: Any, desk_house: DeskHouse, typed: dict[str, Any]) -> None:
    is_refused(cora, url("extend", desk_house.subscription.uuid), 400, **typed)

    assert not Entry.objects.filter(kind="bonus").exists()


def test_grace_is_written_off_once(cora: Any, desk_house: DeskHouse) -> None:
    at = url("write_off_grace", desk_house.subscription.uuid)

    assert "cost of circulation" in asks(cora, at)
    assert "No copies were sent in the hope of renewal" in is_refused(cora, at)


def test_free_copies_have_an_owner_and_are_confirmed(cora: Any, desk_house: DeskHouse) -> None:
    line = desk_house.house.subscription(desk_house.ben)
    typed = {
        "copy_class": "comp", "units": "", "copies": 1, "owner": "The editor", "why": "author",
        "confirm_by": "2027-02-01",
    }  # fmt: skip

    assert "Nobody gets a magazine free" in cora.get("/desk/subscriptions/free/").content.decode()
    assert "no end" in does(cora, url("give_comp", line.uuid), **typed)
    term = Term.objects.get(subscription=line)
    page = cora.get("/desk/subscriptions/free/").content.decode()
    assert "Ben Field" in page
    assert "The editor" in page
    confirm = url("confirm_comp", term.pk)
    assert "The editor answers for it" in asks(cora, confirm)
    assert "Confirmed until March 1, 2028" in does(cora, confirm, confirm_by="2028-03-01")
    assert Comp.objects.get().confirmed_by.startswith("staff:")
    assert "a day in the future" in is_refused(cora, confirm, confirm_by="2026-01-01")


def test_free_copies_behind_those_without_an_end_are_refused_in_words(cora: Any, desk_house: DeskHouse) -> None:
    line = desk_house.house.subscription(desk_house.ben)
    typed = {"copy_class": "staff", "copies": 1, "owner": "Pat", "why": "staff", "confirm_by": "2027-02-01"}
    does(cora, url("give_comp", line.uuid), **typed)

    assert "has no end" in is_refused(cora, url("give_comp", line.uuid), **typed)
