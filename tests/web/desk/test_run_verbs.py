import hashlib
from typing import Any

import pytest
from django.core.files.storage import default_storage

from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import LabelRun
from tests.signin import ClientFor, signed_in
from tests.subscriptions.fulfillment.runs import PAT
from tests.web.conftest import NOW, DeskHouse, move_to
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def finn(db: None) -> Any:
    return signed_in("fulfillment")


def state(run: LabelRun) -> str:
    return LabelRun.objects.values_list("state", flat=True).get(pk=run.pk)


def approved(d: DeskHouse) -> LabelRun:
    return actions.approve(run_id=d.run.pk, by=PAT, now=NOW, despite=("usual_size",), because="a small house")


def test_planning_asks_first_and_acts_on_post(finn: Any, desk_house: DeskHouse) -> None:
    at = url("plan_run", desk_house.house.issue(505).pk)

    assert "Apr" in asks(finn, at) or "May" in asks(finn, at)
    assert not LabelRun.objects.filter(issue__number=505).exists()
    assert "is planned" in does(finn, at)
    assert LabelRun.objects.get(issue__number=505).created_by.startswith("staff:")


def test_planning_twice_is_refused_in_words(finn: Any, desk_house: DeskHouse) -> None:
    assert "has its run already" in is_refused(finn, url("plan_run", desk_house.house.issue(504).pk))


def test_rehearsing_asks_first_and_acts_on_post(finn: Any, desk_house: DeskHouse) -> None:
    at = url("rehearse_run", desk_house.run.uuid)

    assert "Nothing changes for any reader" in asks(finn, at)
    assert state(desk_house.run) == "rehearsed"
    assert "Waiting for a worker" in does(finn, at)
    assert state(desk_house.run) == "rehearsing"


def test_approving_asks_first_and_acts_on_post(finn: Any, desk_house: DeskHouse) -> None:
    at = url("approve_run", desk_house.run.uuid)

    assert "1 labels with 1 copies may be released" in asks(finn, at)
    assert state(desk_house.run) == "rehearsed"
    does(finn, at)
    assert state(desk_house.run) == "approved"


def test_a_failed_check_is_accepted_only_with_its_reason(finn: Any, desk_house: DeskHouse) -> None:
    failed = {"code": "usual_size", "ok": False, "hard": True, "may_be_accepted": True, "sentence": "90 % fewer."}
    LabelRun.objects.filter(pk=desk_house.run.pk).update(rehearsal={**desk_house.run.rehearsal, "checks": [failed]})
    at = url("approve_run", desk_house.run.uuid)

    assert "90 % fewer." in asks(finn, at)
    assert "does not allow it" in is_refused(finn, at)
    assert "Say why" in is_refused(finn, at, status=400, despite="usual_size")
    does(finn, at, despite="usual_size", because="the summer issue")
    assert state(desk_house.run) == "approved"
    assert "the summer issue" in text_of(finn.get(url("run", desk_house.run.uuid)))


def test_taking_the_approval_back_asks_first_and_acts_on_post(finn: Any, desk_house: DeskHouse) -> None:
    approved(desk_house)
    at = url("unapprove_run", desk_house.run.uuid)

    asks(finn, at)
    assert state(desk_house.run) == "approved"
    does(finn, at)
    assert state(desk_house.run) == "rehearsed"


def test_releasing_before_the_cut_off_is_refused_in_words(finn: Any, desk_house: DeskHouse) -> None:
    approved(desk_house)
    at = url("release_run", desk_house.run.uuid)

    assert "about 1 labels are frozen" in asks(finn, at)
    assert "until then changes reach it" in is_refused(finn, at)
    assert state(desk_house.run) == "approved"


def test_a_calendar_that_has_changed_since_wants_another_rehearsal(finn: Any, desk_house: DeskHouse) -> None:
    from subscriptions.catalog.actions import move_pull

    approved(desk_house)
    move_pull(issue_id=desk_house.run.issue_id, pull_at=desk_house.house.at("2026-02-19"), by=PAT)

    assert "Rehearse the run again" in is_refused(finn, url("release_run", desk_house.run.uuid))


def test_voiding_asks_for_a_reason_and_acts_on_post(finn: Any, desk_house: DeskHouse) -> None:
    at = url("void_run", desk_house.run.uuid)

    asks(finn, at)
    assert "required" in is_refused(finn, at, status=400)
    assert state(desk_house.run) == "rehearsed"
    assert "The printer was wrong" in does(finn, at, reason="The printer was wrong")
    assert state(desk_house.run) == "voided"


def test_a_mailed_run_is_neither_voided_nor_handed_over_again(finn: Any, desk_house: DeskHouse) -> None:
    assert "can be voided until it is handed over" in is_refused(
        finn, url("void_run", desk_house.sent.uuid), reason="x"
    )
    assert "can be handed over" in is_refused(finn, url("hand_over_run", desk_house.sent.uuid), to="Wick & Sons")
    assert state(desk_house.sent) == "mailed"


def test_releasing_handing_over_and_mailing_ask_first_and_act_on_post(finn: Any, desk_house: DeskHouse) -> None:
    approved(desk_house)
    pull_at = desk_house.run.issue.pull_at
    move_to(pull_at)
    release, over, mailed = (url(name, desk_house.run.uuid) for name in ("release_run", "hand_over_run", "mailed_run"))

    asks(finn, release)
    assert state(desk_house.run) == "approved"
    does(finn, release)
    assert state(desk_house.run) == "releasing"
    actions.work_off_runs(now=pull_at)
    asks(finn, over)
    assert state(desk_house.run) == "released"
    assert "Wick & Sons" in does(finn, over, to="Wick & Sons")
    asks(finn, mailed)
    assert "not 2026-03-11" in is_refused(finn, mailed, mailed_on="2026-03-11")
    does(finn, mailed, mailed_on="2026-03-10")
    assert state(desk_house.run) == "mailed"


@pytest.mark.parametrize("typed", ["", "yesterday", "2026-02-30", "\x00"])
def test_a_day_that_is_none_is_said_at_its_field(typed: str, finn: Any, desk_house: DeskHouse) -> None:
    page = is_refused(finn, url("mailed_run", desk_house.sent.uuid), status=400, mailed_on=typed)

    assert "Enter a valid date" in page or "required" in page or "Null characters" in page


def test_the_page_tells_how_far_a_run_is(finn: Any, desk_house: DeskHouse) -> None:
    actions.ask_rehearsal(run_id=desk_house.run.pk, by=PAT, now=NOW)
    page = finn.get(url("run", desk_house.run.uuid)).content.decode()
    progress = finn.get(url("run_progress", desk_house.run.uuid)).json()

    assert "<progress" in page
    assert "run_progress.js" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert progress == {
        "state": "rehearsing", "busy": True, "sentence": "Waiting for a worker", "done": 0, "total": 0, "error": "",
    }  # fmt: skip


def test_the_files_are_those_that_were_stored(finn: Any, desk_house: DeskHouse) -> None:
    labels = finn.get(url("label_file", desk_house.sent.uuid))
    body = b"".join(labels.streaming_content)
    manifests = {ending: finn.get(url("manifest", desk_house.sent.uuid, ending)) for ending in ("json", "csv", "pdf")}

    assert b"ANA FIELD" in body
    assert labels.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(manifests["pdf"].streaming_content).startswith(b"%PDF")
    assert b"".join(manifests["json"].streaming_content).startswith(b"{")
    assert b"".join(manifests["csv"].streaming_content)
    assert "downloaded the label file" in text_of(finn.get(url("run", desk_house.sent.uuid)))


def test_a_lost_file_is_written_again_from_the_page_of_its_run(finn: Any, desk_house: DeskHouse) -> None:
    run = desk_house.sent
    default_storage.delete(run.file_name)
    assert finn.get(url("label_file", run.uuid)).status_code == 404

    assert "Write it again" in text_of(finn.get(url("run", run.uuid)))
    does(finn, url("write_file_again", run.uuid))

    body = b"".join(finn.get(url("label_file", run.uuid)).streaming_content)
    assert hashlib.sha256(body).hexdigest() == run.file_sha256
    assert "had the label file written again" in text_of(finn.get(url("run", run.uuid)))


@pytest.mark.parametrize("ending", ["exe", "..", "json.csv"])
def test_there_is_no_other_manifest(ending: str, finn: Any, desk_house: DeskHouse) -> None:
    assert finn.get(f"/desk/runs/{desk_house.sent.uuid}/manifest.{ending}").status_code == 404


def test_before_the_release_there_is_no_file(finn: Any, desk_house: DeskHouse) -> None:
    assert finn.get(url("label_file", desk_house.run.uuid)).status_code == 404
    assert finn.get(url("manifest", desk_house.run.uuid, "json")).status_code == 404


def test_only_the_buttons_of_its_state_are_offered(finn: Any, client_for: ClientFor, desk_house: DeskHouse) -> None:
    mine, theirs = finn.get(url("run", desk_house.run.uuid)), client_for("clerk").get(url("run", desk_house.run.uuid))

    assert [
        name for name in ("Approve", "Rehearse again", "Release", "Void") if f">{name}<" in mine.content.decode()
    ] == [
        "Approve",
        "Rehearse again",
        "Void",
    ]
    assert ">Approve<" not in theirs.content.decode()
