"""GET entitlements/ and POST entitlements/lookups/: may this reader in?"""

import json
from typing import Any

import pytest

from subscriptions.fulfillment.rules.keyline import keyline, subscriber_no
from subscriptions.terms import actions
from tests.web.conftest import NOW, DeskHouse
from tests.worked_examples.press import BY

pytestmark = pytest.mark.django_db

IN = {
    "magazine": "lantern",
    "entitled": True,
    "code": "active",
    "until": "2027-05-06T05:00:00Z",
    "first_issue": "Mar 2026",
    "last_issue": "May 2027",
}


def lookup(website: Any, email: str) -> Any:
    return website.post("/api/v1/entitlements/lookups/", {"email": email}, content_type="application/json")


def test_answers_by_number_with_reason_and_expiry_and_without_a_name(desk_house: DeskHouse, api_for: Any) -> None:
    website = api_for("website")

    # Eleven issues from 503, of which 507 and 508 are held: until 515.
    answers = [
        website.get("/api/v1/entitlements/", {"subscriber_number": number})
        for number in (desk_house.ana.number, subscriber_no(desk_house.ana.pk), keyline(desk_house.ana.pk))
    ]

    for answer in answers:
        body = answer.json()
        assert body["magazines"] == [IN]
        assert {key: body[key] for key in ("entitled", "code", "until")} == {
            k: IN[k] for k in ("entitled", "code", "until")
        }
        assert not any(told in answer.content.decode() for told in ("Ana", "Field", "readers.example", "Milwaukee"))


def test_answers_by_subscription_and_by_mail_address(desk_house: DeskHouse, api_for: Any) -> None:
    website = api_for("website")

    by_line = website.get("/api/v1/entitlements/", {"subscription": str(desk_house.subscription.uuid)})
    by_mail = lookup(website, "ANA@readers.example")

    assert by_line.json()["magazines"] == by_mail.json()["magazines"] == [IN]
    assert by_mail.headers["Cache-Control"] == "no-store"
    assert by_line.headers["Cache-Control"] == "private, no-cache"


def test_somebody_unknown_is_told_like_somebody_without_a_subscription(desk_house: DeskHouse, api_for: Any) -> None:
    website = api_for("website")

    said = [
        website.get("/api/v1/entitlements/", {"subscriber_number": "9999999"}).json(),
        website.get("/api/v1/entitlements/", {"subscriber_number": desk_house.ben.number}).json(),
        lookup(website, "nobody@readers.example").json(),
    ]

    for body in said:
        assert (body["entitled"], body["code"], body["until"], body["magazines"]) == (False, "none", None, [])


def test_a_merged_number_answers_for_the_reader_in_force(desk_house: DeskHouse, api_for: Any) -> None:
    desk_house.ben.merged_into = desk_house.ana
    desk_house.ben.save(update_fields=["merged_into"])
    website = api_for("website")

    by_number = website.get("/api/v1/entitlements/", {"subscriber_number": desk_house.ben.number}).json()

    assert by_number["magazines"] == lookup(website, "ben@readers.example").json()["magazines"] == [IN]


def test_a_subscription_that_was_merged_answers_for_the_one_that_goes_on(desk_house: DeskHouse, api_for: Any) -> None:
    kept, merged = desk_house.house.subscription(desk_house.ana), desk_house.subscription
    desk_house.pause.delete()
    actions.merge_lines(kept_id=kept.pk, merged_id=merged.pk, by=BY, now=NOW)

    asked = [
        api_for("website").get("/api/v1/entitlements/", {"subscription": str(one.uuid)}).json()
        for one in (kept, merged)
    ]

    assert asked[0] == asked[1]
    assert asked[0]["code"] == "active"


def test_the_answer_may_be_kept_for_a_quarter_of_an_hour_and_is_confirmed_by_its_tag(
    desk_house: DeskHouse, api_for: Any
) -> None:
    website, asked = api_for("website"), {"subscriber_number": desk_house.ana.number}

    first = website.get("/api/v1/entitlements/", asked)
    again = website.get("/api/v1/entitlements/", asked, headers={"If-None-Match": first.headers["ETag"]})
    actions.cancel_now(subscription_id=desk_house.subscription.pk, reason_code="other", by=BY, now=NOW)
    changed = website.get("/api/v1/entitlements/", asked, headers={"If-None-Match": first.headers["ETag"]})

    # Asked at noon and some seconds in Chicago.
    assert first.json()["check_again_at"] == "2026-02-20T18:15:00Z"
    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, changed.json()["code"]) == (200, "refunded")


def test_an_unknown_subscription_is_not_there(desk_house: DeskHouse, api_for: Any) -> None:
    answer = api_for("website").get("/api/v1/entitlements/?subscription=00000000-0000-4000-8000-000000000000")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_more_questions_than_allowed_have_to_wait(desk_house: DeskHouse, api_for: Any, settings: Any) -> None:
    settings.LIMIT_ENTITLEMENTS_PER_MINUTE = 2
    website = api_for("website")

    answers = [website.get("/api/v1/entitlements/", {"subscriber_number": "1"}) for _ in range(2)]
    refused = lookup(website, "ana@readers.example")

    assert [answer.status_code for answer in answers] == [200, 200]
    assert (refused.status_code, json.loads(refused.content)["code"]) == (429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
