"""The same for the steps of a label run, its files, automatic renewals and the nightly check (see test_bad_input)."""

import json
from typing import Any
from uuid import UUID

import pytest

from subscriptions.fulfillment.models import LabelRun
from tests.shop import Shop

pytestmark = pytest.mark.django_db

NOBODYS = UUID(int=0)
# Of a run that is planned: a good body is out of turn (409), so that 400 is the body's own.
STEPS: dict[str, tuple[str, str, Any, int]] = {
    "an approval despite what nobody explains": ("POST", "approval", {"despite": ["usual_size"]}, 400),
    "an approval despite a word": ("POST", "approval", {"despite": "usual_size"}, 400),
    "an approval for a long reason": ("POST", "approval", {"because": "A" * 201}, 400),
    "an approval with an unknown field": ("POST", "approval", {"anyway": True}, 400),
    "a void without a word why": ("POST", "voids", {}, 400),
    "a void for an empty reason": ("POST", "voids", {"reason": " "}, 400),
    "a void for a long reason": ("POST", "voids", {"reason": "A" * 201}, 400),
    "a void for two reasons": ("POST", "voids", {"reason": ["a", "b"]}, 400),
    "a void with a zero byte": ("POST", "voids", {"reason": "a\x00b"}, 400),
    "a void with an unknown field": ("POST", "voids", {"reason": "a wrong insert", "copies": 3}, 400),
    "a void that is a list": ("POST", "voids", [], 400),
    "a hand-over to nobody": ("POST", "hand-overs", {}, 400),
    "a hand-over to an empty name": ("POST", "hand-overs", {"to": ""}, 400),
    "a hand-over to a long name": ("POST", "hand-overs", {"to": "A" * 81}, 400),
    "a hand-over with a day": ("POST", "hand-overs", {"to": "the mail house", "on": "2026-03-12"}, 400),
    "a mailing without its day": ("POST", "mailings", {}, 400),
    "a mailing of yesterday": ("POST", "mailings", {"mailed_on": "yesterday"}, 400),
    "a mailing on February 30": ("POST", "mailings", {"mailed_on": "2026-02-30"}, 400),
    "a mailing at a time": ("POST", "mailings", {"mailed_on": "2026-03-20T12:00"}, 400),
    "a mailing by its number": ("POST", "mailings", {"mailed_on": 20260320}, 400),
    "a mailing of nothing": ("POST", "mailings", {"mailed_on": None}, 400),
    "a mailing before anything was pulled": ("POST", "mailings", {"mailed_on": "0001-01-01"}, 409),
    "an approval taken back that was not given": ("DELETE", "approval", {}, 409),
    "a label file that is not written": ("GET", "label-file", {}, 404),
    "a label file written again that never was": ("POST", "label-file", {}, 404),
    "a manifest that is not written": ("GET", "manifest", {}, 404),
}
VERBS = ["rehearsals", "approval", "releases", "voids", "hand-overs", "mailings", "label-file"]
GOOD = {"voids": {"reason": "a wrong insert"}, "hand-overs": {"to": "us"}, "mailings": {"mailed_on": "2026-03-20"}}


@pytest.fixture
def planned(shop: Shop, api_for: Any) -> LabelRun:
    api_for("fulfillment").post(
        "/api/v1/label-runs/", {"magazine": "lantern", "issue": 504}, content_type="application/json"
    )
    run: LabelRun = LabelRun.objects.get()
    return run


@pytest.mark.parametrize("case", STEPS)
def test_a_bad_step_is_refused_and_changes_nothing(planned: LabelRun, api_for: Any, case: str) -> None:
    method, verb, body, status = STEPS[case]

    answer = api_for("fulfillment").generic(
        method, f"/api/v1/label-runs/{planned.uuid}/{verb}/", json.dumps(body), content_type="application/json"
    )

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    assert LabelRun.objects.filter(state="planned", voided_at=None, handed_over_at=None, mailed_on=None).exists()


@pytest.mark.parametrize("verb", VERBS)
def test_a_step_of_no_run_is_refused(shop: Shop, api_for: Any, verb: str) -> None:
    answer = api_for("fulfillment").post(
        f"/api/v1/label-runs/{NOBODYS}/{verb}/", GOOD.get(verb, {}), content_type="application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_rehearsal_that_is_under_way_is_not_asked_for_again(planned: LabelRun, api_for: Any) -> None:
    asked = [api_for("fulfillment").post(f"/api/v1/label-runs/{planned.uuid}/rehearsals/") for _ in range(2)]

    assert [answer.status_code for answer in asked] == [202, 409]
    assert asked[1].json()["code"] == "run_in_other_state"


@pytest.mark.parametrize(
    ("role", "asked", "status"),
    [
        ("finance", "GET renewals/?after=%00", 400),
        ("finance", "GET renewals/?after=last", 400),
        ("finance", "GET renewals/?state=dunning", 400),
        ("finance", f"GET subscriptions/{NOBODYS}/renewals/", 404),
        ("finance", "GET subscriptions/7/renewals/", 404),
        ("finance", "POST renewals/", 405),
        ("clerk", f"DELETE subscriptions/{NOBODYS}/auto-renew/", 404),
        ("clerk", "DELETE subscriptions/7/auto-renew/", 404),
        ("clerk", f"POST subscriptions/{NOBODYS}/auto-renew/", 405),
        ("finance", "GET checks/?after=%00", 400),
        ("finance", "GET checks/?ok=false", 400),
        ("finance", "POST checks/", 405),
        ("fulfillment", f"GET label-runs/{NOBODYS}/label-file/", 404),
        ("fulfillment", f"GET label-runs/{NOBODYS}/manifest/", 404),
        ("fulfillment", "GET label-runs/504/manifest/", 404),
        ("fulfillment", f"DELETE label-runs/{NOBODYS}/label-file/", 405),
    ],
)
def test_an_odd_question_is_refused(shop: Shop, api_for: Any, role: str, asked: str, status: int) -> None:
    method, _, path = asked.partition(" ")

    answer = api_for(role).generic(method, f"/api/v1/{path}")

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
