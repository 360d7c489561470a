"""Holds by day and for many, addresses away, moves for later and surcharges: each asks first and acts on POST.

It is 20 February 2026 in the desk's house: 504 is the next to be pulled, and Ana is held from 507 until 509.
"""

import datetime as dt
from typing import Any

import pytest

from foundation.actors import system
from foundation.audit.models import AuditEntry
from orders.checkout.models import OrderLine, ZoneMove
from subscriptions.catalog.actions import mark_mailed, receive_stock
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.models import Claim
from subscriptions.terms.actions import bulk_hold
from subscriptions.terms.models import AwayAddress, BulkExtension, BulkHold, Pause, ServiceReason
from subscriptions.terms.queries import Where, ship_to
from tests.signin import signed_in
from tests.subscriptions.fulfillment.runs import PAT
from tests.web.conftest import NOW, DeskHouse
from tests.web.desk.asking import asks, does, is_refused, sure_of, text_of, url

pytestmark = pytest.mark.django_db
PORTLAND = {
    "name": "Ana Field", "line1": "118 Candle St", "city": "Portland", "region": "OR", "postcode": "97214",
    "country": "US",
}  # fmt: skip
TORONTO = {**PORTLAND, "line1": "290 Bremner Blvd", "city": "Toronto", "region": "ON", "postcode": "M5V 3L9",
           "country": "CA"}  # fmt: skip


@pytest.fixture
def cora(db: None) -> Any:
    return signed_in("clerk")


def test_holding_by_days_says_the_issues(cora: Any, desk_house: DeskHouse) -> None:
    at = url("hold_while_away", desk_house.subscription.uuid)

    assert "nothing is used up" in asks(cora, at)
    said = does(cora, at, away_from="2026-10-01", back_on="2026-11-20")
    assert "Held back: Nov/Dec 2026. Jan 2027 is the first to be sent again" in said
    assert "There is nothing to hold back" in is_refused(cora, at, away_from="2026-07-01", back_on="2026-07-20")


def test_more_than_the_limit_needs_a_reason_that_is_kept(cora: Any, desk_house: DeskHouse) -> None:
    at, magazine = url("hold_while_away", desk_house.subscription.uuid), desk_house.house.magazine
    magazine.most_held_issues = 2
    magazine.save()
    days = {"away_from": "2026-10-01", "back_on": "2026-11-20"}

    assert "A reader may hold back 2 issues of a year." in asks(cora, at)
    assert "of 2026, 0 are left" in is_refused(cora, at, **days)
    does(cora, at, **days, over_limit_because="in hospital")
    assert AuditEntry.objects.filter(detail__over_limit_because="in hospital").count() == 1


def test_a_hold_is_made_longer_and_taken_back(cora: Any, desk_house: DeskHouse) -> None:
    change, house = url("change_hold", desk_house.pause.pk), desk_house.house

    assert "Held back: Jul/Aug 2026, Sep 2026." in asks(cora, change)
    said = does(cora, change, until_issue=house.issue(511).pk)
    assert "Held back: Jul/Aug 2026, Sep 2026, Oct 2026, Nov/Dec 2026." in said
    is_refused(cora, change, 400, until_issue=house.issue(511).pk, back_on="2026-12-01")
    assert "until further notice" in does(cora, change)

    withdraw = url("withdraw_hold", desk_house.pause.pk)
    assert "as if it had never been" in asks(cora, withdraw)
    assert "taken back" in does(cora, withdraw)
    assert all(pause.until_issue_id == pause.from_issue_id for pause in Pause.objects.all())


def test_a_hold_for_many_is_counted_first_and_entered_on_the_second_yes(cora: Any, desk_house: DeskHouse) -> None:
    house = desk_house.house
    at = url("enter_bulk_hold", house.magazine.code)
    typed = {
        "reason": "strike",
        "from_issue": house.issue(505).pk,
        "until_issue": house.issue(506).pk,
        "states": "il, ga",
    }

    assert "The first that can be held is Apr 2026" in asks(cora, at)
    counted = text_of(cora.post(at, typed))
    assert "1 subscription would be held back: US IL 1." in counted
    # A yes to other places is no yes to these.
    elsewhere = sure_of(cora, at, {**typed, "states": "il"})
    assert "It is not what was counted before" in text_of(cora.post(at, {**typed, "sure": elsewhere}))
    assert not BulkHold.objects.exists()
    done = does(cora, at, **typed, sure=sure_of(cora, at, typed))
    assert "Held back for 1 subscription from May 2026 until Jun 2026, which is sent again." in done
    bulk = BulkHold.objects.get()
    assert (bulk.criteria["states"], bulk.reason.code) == (["GA", "IL"], "strike")

    end = url("end_bulk_hold", bulk.uuid)
    assert "All of them are sent May 2026 again, or the issue that you choose." in asks(cora, end)
    is_refused(cora, end, 400, until_issue=house.issue(503).pk)
    is_refused(cora, end, 400, until_issue=house.issue(506).pk)
    does(cora, end)
    assert Pause.objects.get(bulk=bulk).until_issue_id == Pause.objects.get(bulk=bulk).from_issue_id


@pytest.mark.parametrize(
    ("places", "status", "sentence"),
    [
        ({}, 400, "one of the two"),
        ({"states": "IL", "everywhere": "on"}, 400, "one of the two"),
        ({"states": "Illinois"}, 400, "two capitals"),
        ({"zip3": "60"}, 400, "first three digits"),
        ({"countries": "NZ"}, 409, "Nobody gets the first issue there"),
    ],
)
def test_a_hold_for_nobody_or_for_no_place_is_refused(
    cora: Any, desk_house: DeskHouse, places: Any, status: int, sentence: str
) -> None:
    house = desk_house.house
    at = url("enter_bulk_hold", house.magazine.code)

    assert sentence in is_refused(cora, at, status, reason="flood", from_issue=house.issue(505).pk, **places)
    assert not BulkHold.objects.exists()


def test_the_list_of_holds_for_many(cora: Any, desk_house: DeskHouse) -> None:
    house, at = desk_house.house, url("bulk_holds")
    assert "There has been none." in text_of(cora.get(at))

    enter, typed = url("enter_bulk_hold", "lantern"), {"reason": "flood", "from_issue": house.issue(505).pk}
    does(cora, enter, **typed, everywhere="on", sure=sure_of(cora, enter, {**typed, "everywhere": "on"}))

    page = text_of(cora.get(at))
    assert "Flood or storm" in page
    assert "until further notice" in page
    assert "everywhere" in page


def test_a_hold_until_further_notice_can_be_ended_however_many_are_newer(
    cora: Any, desk_house: DeskHouse, monkeypatch: Any
) -> None:
    monkeypatch.setattr("web.desk.pages.bulk.SHOWN", 1)
    issue, until = desk_house.house.issue(502), desk_house.house.issue(503)
    common = {"magazine": desk_house.house.magazine, "reason": ServiceReason.objects.get(code="strike")}
    stands = BulkHold.objects.create(from_issue=issue, **common)
    for _ in range(3):
        BulkHold.objects.create(from_issue=issue, until_issue=until, **common)

    page = cora.get(url("bulk_holds"))

    assert url("end_bulk_hold", stands.uuid) in page.content.decode()
    assert "2 more that are over" in text_of(page)


def test_the_issue_that_a_place_missed_is_chosen_however_old_it_is(
    cora: Any, desk_house: DeskHouse, monkeypatch: Any
) -> None:
    monkeypatch.setattr("web.desk.pages.bulk.OFFERED", 1)
    at, old = url("enter_bulk_extension", "lantern"), desk_house.house.issue(502)
    mark_mailed(issue_id=old.pk, mailed_on=dt.date(2026, 1, 2))

    assert f'<option value="{old.pk}" selected' in cora.get(f"{at}?issue={old.pk}").content.decode()
    unnamed = cora.get(at).content.decode()
    assert '<option value="" selected' in unnamed
    assert f'<option value="{old.pk}"' not in unnamed
    assert cora.get(f"{at}?issue=x").status_code == 200


def test_a_calendar_that_has_ended_is_said_and_not_that_none_is_sent(cora: Any, desk_house: DeskHouse) -> None:
    house = desk_house.house
    reason, first = ServiceReason.objects.get(code="strike"), house.issue(505)
    hold = BulkHold.objects.create(magazine=house.magazine, reason=reason, from_issue=first)
    Issue.objects.filter(state="planned").update(state="dropped")

    for page in (url("end_bulk_hold", hold.uuid), url("enter_bulk_hold", "lantern")):
        assert "The issue calendar ends here." in asks(cora, page)


def test_a_move_for_later_says_what_goes_where_until_then(cora: Any, desk_house: DeskHouse) -> None:
    said = does(cora, url("change_address", desk_house.subscription.uuid), **PORTLAND, from_on="2026-05-01")

    assert "Jun 2026 is the first issue to go to the new address." in said
    assert "Until then it goes to the old one: Apr 2026, May 2026." in said
    assert "is given up" not in said

    at_once = does(cora, url("change_address", desk_house.subscription.uuid), **PORTLAND | {"line1": "7 New St"})
    assert "no issue has followed yet, is given up." in at_once


def test_a_move_behind_all_that_is_due_names_no_issue_for_it(cora: Any, desk_house: DeskHouse) -> None:
    said = does(cora, url("change_address", desk_house.subscription.uuid), **PORTLAND, from_on="2028-05-01")

    assert "No issue is due to go to the new address. Whatever is sent from Jun 2028 on does." in said


def test_an_address_away_once_every_year_and_its_end(cora: Any, desk_house: DeskHouse) -> None:
    house, at = desk_house.house, url("add_stay", desk_house.subscription.uuid)

    assert "within 7 days of the end goes home" in asks(cora, at)
    said = does(cora, at, **PORTLAND, from_on="2026-04-01", until_on="2026-05-20")
    assert "Goes there: May 2026." in said
    does(cora, at, **PORTLAND, first_month="12", first_day="1", last_month="3", last_day="31")
    assert ship_to(desk_house.subscription.pk, house.issue(511).ordinal).line1 == "118 Candle St"

    page = text_of(cora.get(url("destinations", desk_house.subscription.uuid)))
    assert "away 118 Candle St, Portland OR US" in page
    assert "Every year from 12/1 to 3/31" in page
    end = url("end_stay", AwayAddress.objects.get(kind="seasonal").uuid)
    assert "nothing goes there any more" in asks(cora, end)
    said = does(cora, end)
    assert "Ended. Jan 2027 is the first to come home again. Until Thursday, December 10, 17:00 CST" in said
    assert "ended before" in is_refused(cora, end)


def test_a_stay_with_half_of_its_days_is_refused(cora: Any, desk_house: DeskHouse) -> None:
    at = url("add_stay", desk_house.subscription.uuid)

    assert "Fill in both days" in is_refused(cora, at, 400, **PORTLAND, from_on="2026-04-01")
    odd = {"first_month": "2", "first_day": "30", "last_month": "3", "last_day": "1"}
    assert "February has no day 30" in is_refused(cora, at, 400, **PORTLAND, **odd)
    assert not AwayAddress.objects.exists()


def test_a_surcharge_is_said_shown_on_the_work_list_and_closed_once(cora: Any, desk_house: DeskHouse) -> None:
    house, ben = desk_house.house, desk_house.ben
    subscription = house.subscription(ben)
    line = OrderLine.objects.create(
        order=desk_house.order, offer=house.offer, recipient=ben, address=subscription.ship_tos.get().address,
        subscription=subscription, issues=10, magazine_cents=1995,
    )  # fmt: skip
    house.term(subscription, first=504, line_uuid=line.uuid)

    said = does(cora, url("change_address", subscription.uuid), **TORONTO)

    assert "Postage there is dearer: $12.00 for 10 issues. Its payer is asked." in said
    move = ZoneMove.objects.get()
    assert ben.name in text_of(cora.get(url("surcharges")))
    assert "was asked for $12.00 for dearer postage" in text_of(cora.get(url("reader", ben.pk)))
    close, waive = url("close_surcharge", move.uuid), url("waive_surcharge", move.uuid)
    assert "owes" in asks(cora, close)
    assert cora.get(waive).status_code == 403
    fay = signed_in("finance")
    assert ben.name in text_of(fay.get(url("surcharges")))
    assert "owes $12.00" in asks(fay, waive)
    is_refused(fay, waive, 400, because=" ")
    assert "is waived" in does(fay, waive, because="a friend of the house")
    assert "Nobody owes one." in text_of(cora.get(url("surcharges")))
    assert "waived already" in is_refused(cora, close)
    assert "Dearer postage" in text_of(cora.get(url("order", move.bill_line.bill.order.number)))


def test_a_surcharge_that_was_paid_by_cheque_is_closed(cora: Any, desk_house: DeskHouse) -> None:
    house, ben = desk_house.house, desk_house.ben
    subscription = house.subscription(ben)
    line = OrderLine.objects.create(
        order=desk_house.order, offer=house.offer, recipient=ben, address=subscription.ship_tos.get().address,
        subscription=subscription, issues=10, magazine_cents=1995,
    )  # fmt: skip
    house.term(subscription, first=504, line_uuid=line.uuid)
    does(cora, url("change_address", subscription.uuid), **TORONTO)

    assert "book what was paid outside of it" in asks(cora, url("close_surcharge", ZoneMove.objects.get().uuid))
    does(cora, url("close_surcharge", ZoneMove.objects.get().uuid), note="cheque 1204")

    move = ZoneMove.objects.get()
    assert (move.outcome, move.note, move.bill_line.bill.order.state) == ("paid", "cheque 1204", "canceled")


def test_issues_on_top_for_many_are_counted_first_given_and_taken_back(cora: Any, desk_house: DeskHouse) -> None:
    house, at = desk_house.house, url("enter_bulk_extension", desk_house.house.magazine.code)
    typed = {"issue": house.issue(503).pk, "reason": "goodwill", "issues": 1, "zip3": "606"}
    assert "There has been none." in text_of(cora.get(url("bulk_extensions")))

    assert "606" in cora.get(f"{at}?issue={house.issue(503).pk}&zip3=606").content.decode()
    assert "1 subscription would get them: US IL 1." in text_of(cora.post(at, typed))
    assert not BulkExtension.objects.exists()
    assert "Done for 1 subscription." in does(cora, at, **typed, sure=sure_of(cora, at, typed))
    assert "Goodwill" in text_of(cora.get(url("bulk_extensions")))

    back = url("take_back_bulk_extension", BulkExtension.objects.get().uuid)
    assert "1 subscription got one issue on top for Mar 2026." in asks(cora, back)
    assert "Taken back from 1 subscription." in does(cora, back)
    assert "Nobody was to get that issue there." in is_refused(cora, at, 409, **{**typed, "zip3": "100"})


@pytest.mark.parametrize(
    ("stock", "said", "state"), [(1, "Another copy of Mar 2026", "replacing"), (0, "", "extended")]
)
def test_rule_4_22_the_newest_issue_is_sent_again_where_nothing_reaches_the_old_address(
    desk_house: DeskHouse, stock: int, said: str, state: str
) -> None:
    cora, at = signed_in("clerk"), url("change_address", desk_house.subscription.uuid)
    if stock:
        receive_stock(issue_id=desk_house.house.issue(503).pk, copies=1, by=PAT, now=NOW)

    answer = does(cora, at, **PORTLAND, claim_newest="on")

    claim = Claim.objects.get()
    assert (claim.issue.number, claim.reason.code, claim.state) == (503, "old_address", state)
    assert "is the first issue to go to the new address" in answer
    assert said in answer


def test_without_the_tick_nothing_is_claimed(desk_house: DeskHouse) -> None:
    does(signed_in("clerk"), url("change_address", desk_house.subscription.uuid), **PORTLAND)

    assert not Claim.objects.exists()


def test_a_hold_for_many_ends_with_the_issue_that_is_chosen(cora: Any, desk_house: DeskHouse) -> None:
    house = desk_house.house
    bulk = bulk_hold(
        from_issue_id=house.issue(505).pk, until_issue_id=None, reason_code="flood", where=Where(), by=system("test"),
        now=NOW,
    )  # fmt: skip

    page = does(cora, url("end_bulk_hold", bulk.uuid), until_issue=house.issue(507).pk)

    assert "Jul/Aug 2026 is the first issue to be sent again." in page
    assert Pause.objects.get(bulk=bulk).until_issue == house.issue(507)
