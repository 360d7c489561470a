from typing import Any

import pytest

from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import SUPPLEMENT, LabelRun
from subscriptions.terms.models import OwedCopy
from tests.signin import ClientFor, signed_in
from tests.subscriptions.fulfillment.runs import owe
from tests.web.conftest import NOW, DeskHouse
from tests.web.desk.asking import asks, does, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(desk_house: DeskHouse) -> Any:
    """Ben has bought 503 from stock, which has gone out."""
    house = desk_house.house
    subscription = house.subscription(desk_house.ben)
    return owe(house, subscription, 503)


def planned(client: Any) -> LabelRun:
    does(client, url("plan_waiting_runs"))
    actions.work_off_runs(now=NOW)
    return LabelRun.objects.get(purpose=SUPPLEMENT)


def test_what_waits_is_shown_and_planned_in_one_click(desk_house: DeskHouse, late: Any) -> None:
    finn = signed_in("fulfillment")
    assert "Mar 2026 The Lantern Supplement 1 not planned" in text_of(finn.get(url("runs")))

    assert "Supplement of Mar 2026: 1 waiting." in asks(finn, url("plan_waiting_runs"))
    assert not LabelRun.objects.filter(purpose=SUPPLEMENT).exists()
    assert "Planned: 1." in does(finn, url("plan_waiting_runs"))

    run = LabelRun.objects.get(purpose=SUPPLEMENT)
    assert (run.issue.number, run.state) == (503, "rehearsing")
    assert "Nothing waits that is not planned." in asks(finn, url("plan_waiting_runs"))


def test_it_takes_the_same_steps_as_a_main_run(desk_house: DeskHouse, late: Any) -> None:
    finn = signed_in("fulfillment")
    run = planned(finn)
    page = text_of(finn.get(url("run", run.uuid)))
    assert "No. 503, supplement" in page
    assert "Wanted 1 = labels 1 + left waiting 0." in page

    does(finn, url("approve_run", run.uuid))
    assert "No subscription uses up an issue by it." in asks(finn, url("release_run", run.uuid))
    does(finn, url("release_run", run.uuid))
    actions.work_off_runs(now=NOW)
    assert "wait for the next one" in asks(finn, url("void_run", run.uuid))
    does(finn, url("hand_over_run", run.uuid), to="Wick & Sons")
    assert "1 copies have gone out." in asks(finn, url("mailed_run", run.uuid))
    assert "Confirmed as mailed." in does(finn, url("mailed_run", run.uuid), mailed_on="2026-02-20")

    late.refresh_from_db()
    assert (late.state, late.run_uuid) == ("sent", run.uuid)


def test_a_machine_plans_a_supplement(desk_house: DeskHouse, late: Any, api_for: ClientFor) -> None:
    answer = api_for("fulfillment").post(
        "/api/v1/label-runs/",
        {"magazine": "lantern", "issue": 503, "purpose": "supplement"},
        content_type="application/json",
    )

    assert (answer.status_code, answer.json()["purpose"], answer.json()["state"]) == (201, "supplement", "rehearsing")


def test_a_copy_that_is_not_sent_after_all_is_withdrawn(desk_house: DeskHouse, late: Any) -> None:
    finn, page = signed_in("fulfillment"), url("withdraw_owed", late.pk)
    house = desk_house.house
    assert "Ben" in text_of(finn.get(url("issue_stock", house.issue(503).pk)))

    assert "one issue more comes at the end instead" in asks(finn, page)
    assert OwedCopy.objects.get(pk=late.pk).state == "waiting"
    assert "gets an issue at the end instead" in does(finn, page)

    assert OwedCopy.objects.get(pk=late.pk).state == "withdrawn"
    assert "Wait for a supplemental run" not in text_of(finn.get(url("issue_stock", house.issue(503).pk)))


def test_a_machine_finds_and_withdraws_it_once(desk_house: DeskHouse, late: Any, api_for: ClientFor) -> None:
    here = "/api/v1/magazines/lantern/issues/503/stock/owed-copies/"
    assert [copy["id"] for copy in api_for("clerk").get(here).json()] == [late.pk]

    done, again = (api_for("fulfillment").post(f"/api/v1/owed-copies/{late.pk}/withdrawals/") for _ in range(2))
    unknown = api_for("fulfillment").post("/api/v1/owed-copies/0/withdrawals/")

    assert (done.status_code, OwedCopy.objects.get(pk=late.pk).state) == (201, "withdrawn")
    assert (again.status_code, again.json()["code"], unknown.status_code) == (409, "owed_copy_is_sent", 404)
    assert api_for("clerk").get(here).json() == []


def test_none_that_is_not_owed_is_withdrawn(desk_house: DeskHouse) -> None:
    assert signed_in("fulfillment").get(url("withdraw_owed", 0)).status_code == 404
