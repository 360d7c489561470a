"""Label files name every reader: they are deleted when their magazine keeps them no longer. The manifest stays."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError

from foundation.audit.models import AuditEntry
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import LabelRun
from tests.subscriptions.fulfillment.runs import PAT, asked, released

MAILED_ON = dt.date(2026, 3, 20)


@pytest.fixture
def run(house: Any) -> LabelRun:
    """The run of 504 went out with Ana's label on 20 March 2026. Label files are kept for 100 days."""
    house.magazine.keep_label_files_days = 100
    house.magazine.save(update_fields=["keep_label_files_days"])
    house.term(house.subscription(), first=504)
    house.pull_before(504)
    run = released(house, 504)
    actions.hand_over(run_id=run.pk, to="The mail house", by=PAT, now=house.at("2026-03-12"))
    actions.confirm_mailed(run_id=run.pk, mailed_on=MAILED_ON, by=PAT, now=house.at("2026-03-21"))
    run.refresh_from_db()
    return run


def forget(house: Any, day: str) -> int:
    return actions.forget_old_label_files(now=house.at(day))


def test_it_is_kept_until_the_last_day_and_then_deleted_with_its_manifest_kept(house: Any, run: LabelRun) -> None:
    with queries.open_label_file(run.pk) as stored:
        assert b"ANA FIELD" in stored.read()

    assert forget(house, "2026-06-28") == 0
    assert default_storage.exists(run.file_name)
    assert forget(house, "2026-06-29") == 1

    run.refresh_from_db()
    assert run.file_deleted_at == house.at("2026-06-29")
    assert not default_storage.exists(run.file_name)
    assert run.file_sha256 in json.dumps(queries.manifest(run.pk))
    assert AuditEntry.objects.filter(action="run.file_deleted").count() == 1


def test_it_is_deleted_once(house: Any, run: LabelRun) -> None:
    assert forget(house, "2026-07-10") == 1
    assert forget(house, "2026-07-11") == 0


def test_whoever_asks_for_it_later_is_told(house: Any, run: LabelRun) -> None:
    forget(house, "2026-07-10")

    with pytest.raises(queries.LabelFileIsGone):
        queries.open_label_file(run.pk)


def test_the_file_of_a_voided_run_goes_too(house: Any) -> None:
    house.term(house.subscription(), first=504)
    house.pull_before(504)
    run = released(house, 504)
    actions.void(run_id=run.pk, reason="the calendar was wrong", by=PAT, now=house.at("2026-03-11"))

    assert forget(house, "2027-03-10") == 0
    assert forget(house, "2027-03-12") == 1
    assert not default_storage.exists(run.file_name)


def test_one_that_cannot_be_deleted_keeps_no_other_and_comes_round_again(
    house: Any, run: LabelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(default_storage, "delete", refuse)
        assert forget(house, "2026-07-10") == 0
    run.refresh_from_db()
    assert run.file_deleted_at is None

    assert forget(house, "2026-07-11") == 1


def refuse(name: str) -> None:
    raise OSError(f"{name} cannot be deleted")


def test_the_file_of_a_run_that_is_still_needed_is_never_said_to_be_gone(house: Any) -> None:
    house.term(house.subscription(), first=504)
    house.pull_before(504)
    run = released(house, 504)

    with pytest.raises(IntegrityError, match="only_a_finished_run_loses_its_file"):
        LabelRun.objects.filter(pk=run.pk).update(file_deleted_at=house.at("2026-03-11"))


def test_the_file_of_a_run_that_was_voided_before_its_worker_said_so_goes_too(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.term(house.subscription(), first=504)
    house.pull_before(504)
    run = asked(house, 504)
    with monkeypatch.context() as killed:
        killed.setattr("foundation.failpoints.reached", stop_with_the_file_stored)
        actions.work_off_runs(now=house.issue(504).pull_at)
    LabelRun.objects.filter(pk=run.pk).update(leased_until=None)
    [stored] = default_storage.listdir("label-runs")[1]

    actions.void(run_id=run.pk, reason="the calendar was wrong", by=PAT, now=house.at("2026-03-11"))

    assert forget(house, "2027-03-12") == 1
    assert not default_storage.exists(f"label-runs/{stored}")


def stop_with_the_file_stored(name: str) -> None:
    if name == "release.file_written":
        raise RuntimeError("the machine went down")


def test_of_two_workers_one_writes_the_deletion_down(
    house: Any, run: LabelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have found it; the other was faster."""
    found = [run]
    monkeypatch.setattr("subscriptions.fulfillment.actions.keeping_files.label_files_past_keeping", lambda now: found)

    assert [forget(house, "2026-07-10"), forget(house, "2026-07-11")] == [1, 0]

    run.refresh_from_db()
    assert run.file_deleted_at == house.at("2026-07-10")
    assert AuditEntry.objects.filter(action="run.file_deleted").count() == 1


def test_no_magazine_keeps_them_for_less_than_a_month(house: Any) -> None:
    house.magazine.keep_label_files_days = 29

    with pytest.raises(IntegrityError, match="label_files_are_kept_a_month"):
        house.magazine.save(update_fields=["keep_label_files_days"])
