import csv
import datetime as dt
import io

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.actors import system
from subscriptions.fulfillment import actions, queries, tasks
from subscriptions.fulfillment.models import MAIN, SUPPLEMENT, Copy, LabelRun
from subscriptions.terms.models import AwayAddress, AwayIssue, OwedCopy, Pause, ShipTo
from tests.subscriptions.fulfillment.runs import (
    PAT,
    later_run,
    mailed_later,
    owe,
    records,
    released,
    released_later,
)

ON = "2026-03-14"


@pytest.fixture
def printed(house):
    """504 has gone out to one reader; 505 is the next open issue."""
    house.pull_before(504)
    house.term(house.subscription(house.reader("Ana Field")), first=504)
    return released(house, 504)


def owed(house, name="Ben Late", number=504, **address):
    reader = house.reader(name)
    subscription = house.subscription(reader, house.address(reader, **address))
    return owe(house, subscription, number)


def test_sends_what_is_owed_and_uses_up_nothing(house, printed):
    late = owed(house)

    run = released_later(house, 504, purpose=SUPPLEMENT, on=ON)

    assert (run.state, run.rows, run.copies, run.skips) == (LabelRun.State.RELEASED, 1, 1, 0)
    copy = Copy.objects.get(run_id=run.pk)
    assert (copy.purpose, copy.sequence, copy.units, copy.copy_class, copy.paid_code) == (2, 1, 0, "paid", "P")
    assert copy.term_id == late.term_id
    late.refresh_from_db()
    assert (late.state, late.run_uuid) == ("sent", run.uuid)


def test_its_file_has_numbers_and_a_name_of_its_own(house, printed):
    late = owed(house)

    run = released_later(house, 504, purpose=SUPPLEMENT, on=ON)

    (record,) = records(run)
    assert record["rec_no"] == "0000001"
    assert record["imb_serial"] == "000002"  # the main run has used the first
    assert record["piece_id"] == f"2604-{late.subscription_id:07d}-S1"
    # Ten issues sold with 504: the last is 513, Mar 2027.
    assert record["top_line"] == f"{late.subscription.reader_id:07d}  EXP MAR27"
    assert (record["version"], record["issue_code"], record["list_code"]) == ("SUPP", "LAN2604", "SUB")
    assert run.file_name == f"label-runs/LAN_2604_supplement_{run.pk}_v1.csv"
    assert queries.manifest(run.pk)["identity"]["kind"] == "supplement"


def test_both_files_come_out_the_same_afterwards(house, printed):
    owed(house)

    run = released_later(house, 504, purpose=SUPPLEMENT, on=ON)

    assert actions.export_again(run.pk).sha256 == run.file_sha256
    assert actions.export_again(printed.pk).sha256 == printed.file_sha256
    assert (actions.export_again(printed.pk).records, actions.export_again(run.pk).records) == (1, 1)


def test_rows_that_lie_in_another_order_come_out_by_number(house, printed):
    for zip5 in ("90210", "10001", "60601"):
        owed(house, label_zip5=zip5)
    run = released_later(house, 504, purpose=SUPPLEMENT, on=ON)
    table = f"fulfillment_copy_{run.issue_id}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE moved AS SELECT * FROM {table} ORDER BY rec_no DESC")  # noqa: S608 (our own name)
        cursor.execute(f"TRUNCATE {table}")
        cursor.execute(f"INSERT INTO {table} SELECT * FROM moved")  # noqa: S608 (our own name)

    assert [record["zip5"] for record in records(run)] == ["10001", "60601", "90210"]
    assert actions.export_again(run.pk).sha256 == run.file_sha256


def test_a_second_one_finds_nobody_left(house, printed):
    owed(house)
    released_later(house, 504, purpose=SUPPLEMENT, on=ON)

    with pytest.raises(actions.NothingWaits, match="Nobody waits"):
        actions.plan_later_run(issue_id=printed.issue_id, purpose=SUPPLEMENT, by=PAT, now=house.at(ON))


def test_what_is_withdrawn_before_the_release_is_not_sent(house, printed):
    late = owed(house)
    run = later_run(house, 504, purpose=SUPPLEMENT, on=ON)
    OwedCopy.objects.filter(pk=late.pk).update(state="withdrawn")
    actions.approve(run_id=run.pk, by=PAT, now=house.at(ON))
    actions.ask_release(run_id=run.pk, by=PAT, now=house.at(ON))

    actions.work_off_runs(now=house.at(ON))

    run.refresh_from_db()
    assert (run.state, run.rows) == (LabelRun.State.RELEASED, 0)
    assert not Copy.objects.filter(purpose=SUPPLEMENT).exists()


def test_goes_to_the_address_in_force_now(house, printed):
    late = owed(house)
    new = house.address(late.subscription.reader, label_addr1="7 NEW ST")
    ShipTo.objects.filter(subscription=late.subscription).update(until_ordinal=5)  # 505 on goes to the new one
    ShipTo.objects.create(subscription=late.subscription, address=new, from_ordinal=5, entered_by="system:test")

    assert records(released_later(house, 504, purpose=SUPPLEMENT, on=ON))[0]["addr1"] == "7 NEW ST"


def test_goes_to_where_the_reader_is_away(house, printed):
    late = owed(house)
    florida = house.address(late.subscription.reader, label_addr1="1 BEACH RD")
    away = AwayAddress.objects.create(
        subscription=late.subscription, address=florida, kind="temporary", from_on=dt.date(2026, 3, 1),
        until_on=dt.date(2026, 6, 1), entered_by="system:test",
    )  # fmt: skip
    AwayIssue.objects.create(subscription=late.subscription, issue=house.issue(505), address=florida, away=away)

    assert records(released_later(house, 504, purpose=SUPPLEMENT, on=ON))[0]["addr1"] == "1 BEACH RD"


def test_held_and_undeliverable_go_on_waiting_and_the_manifest_says_why(house, printed):
    owed(house, "Cleo Here")
    gone = owed(house, "Gus Moved", undeliverable_since=dt.date(2026, 3, 1))
    held = owed(house, "Hal Away")
    Pause.objects.create(
        subscription=held.subscription, from_issue=house.issue(505), until_issue=house.issue(506),
        reason="vacation", entered_by="system:test",
    )  # fmt: skip

    run = released_later(house, 504, purpose=SUPPLEMENT, on=ON)

    assert (run.rows, run.skips) == (1, 2)
    assert run.rehearsal["skipped"] == {"held": 1, "undeliverable": 1}
    manifest = queries.manifest(run.pk)
    assert manifest["exceptions"] == {"skipped": {"held": 1, "undeliverable": 1}, "held": {}}
    assert manifest["checks"]["sentence"] == "eligible 3 = exported 1 + held 0 + skipped 2"
    assert set(OwedCopy.objects.filter(state="waiting")) == {gone, held}
    assert not Pause.objects.filter(reason="skip").exists()

    with queries.open_manifest_file(run.pk, "csv") as stored:
        rows = dict(csv.reader(io.TextIOWrapper(stored, encoding="utf-8", newline="")))
    assert rows["exceptions.skipped.held"] == "1"


def test_three_copies_of_one_reader_are_one_record(house, printed):
    subscription = house.subscription()
    owe(house, subscription, 504, term=house.term(subscription, first=505, carried=1, copies=3))

    run = released_later(house, 504, purpose=SUPPLEMENT, on=ON)

    assert (run.rows, run.copies) == (1, 3)
    assert [record["copies"] for record in records(run)] == ["3"]
    kept = Copy.objects.filter(run_id=run.pk).order_by("copy_no")
    assert [(copy.copy_no, copy.sequence, copy.units) for copy in kept] == [(1, 1, 0), (2, 1, 0), (3, 1, 0)]


def test_mailed_it_says_nothing_about_its_issue(house, printed):
    late = owed(house)

    run = mailed_later(house, released_later(house, 504, purpose=SUPPLEMENT, on=ON), on="2026-03-16")

    assert (run.state, run.mailed_on) == (LabelRun.State.MAILED, dt.date(2026, 3, 16))
    assert (house.issue(504).state, house.issue(504).mailed_on) == ("pulled", None)
    (copy,) = queries.copies_of(late.subscription_id)
    assert (copy.issue.number, copy.purpose, copy.mailed_on) == (504, SUPPLEMENT, dt.date(2026, 3, 16))


def test_voided_it_takes_its_own_copies_back_and_they_wait_again(house, printed):
    late = owed(house)
    run = released_later(house, 504, purpose=SUPPLEMENT, on=ON)

    run = actions.void(run_id=run.pk, reason="wrong wrapper", by=PAT, now=house.at(ON))

    late.refresh_from_db()
    assert (run.state, late.state, late.run_uuid) == (LabelRun.State.VOIDED, "waiting", None)
    assert [copy.purpose for copy in Copy.objects.all()] == [MAIN]
    assert house.issue(504).state == "pulled"
    again = released_later(house, 504, purpose=SUPPLEMENT, on=ON)
    assert (again.revision, again.rows) == (2, 1)
    assert records(again)[0]["imb_serial"] == "000003"


def test_not_voided_once_handed_over(house, printed):
    owed(house)
    run = released_later(house, 504, purpose=SUPPLEMENT, on=ON)
    actions.hand_over(run_id=run.pk, to="Print House", by=PAT, now=house.at(ON))

    with pytest.raises(actions.RunStandsElsewhere, match="until it is handed over"):
        actions.void(run_id=run.pk, reason="too late", by=PAT, now=house.at(ON))
    # The database says so too, whatever the code does.
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM fulfillment_copy WHERE run_id = %s", [run.pk])


def test_the_database_lets_no_main_copy_go_with_it(house, printed):
    owed(house)
    released_later(house, 504, purpose=SUPPLEMENT, on=ON)

    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM fulfillment_copy")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE fulfillment_copy SET units = 1 WHERE purpose = 2")


def test_the_main_run_is_not_voided_under_it(house, printed):
    owed(house)
    run = released_later(house, 504, purpose=SUPPLEMENT, on=ON)

    with pytest.raises(actions.IssueHasLaterRuns, match="Void the supplements"):
        actions.void(run_id=printed.pk, reason="wrong cover", by=PAT, now=house.at(ON))

    actions.void(run_id=run.pk, reason="first this one", by=PAT, now=house.at(ON))
    assert actions.void(run_id=printed.pk, reason="then that", by=PAT, now=house.at(ON)).state == "voided"


def test_only_for_an_issue_that_has_been_pulled(house, printed):
    with pytest.raises(actions.IssueIsNotPulled, match="May 2026 has not been pulled"):
        actions.plan_later_run(issue_id=house.issue(505).pk, purpose=SUPPLEMENT, by=PAT, now=house.at(ON))


def test_not_released_once_the_main_run_was_taken_back(house, printed):
    owed(house)
    run = later_run(house, 504, purpose=SUPPLEMENT, on=ON)
    actions.approve(run_id=run.pk, by=PAT, now=house.at(ON))
    actions.void(run_id=printed.pk, reason="wrong cover", by=PAT, now=house.at(ON))

    with pytest.raises(actions.IssueIsNotPulled):
        actions.ask_release(run_id=run.pk, by=PAT, now=house.at(ON))


def test_one_at_a_time(house, printed):
    owed(house)
    later_run(house, 504, purpose=SUPPLEMENT, on=ON)

    with pytest.raises(actions.IssueHasARun, match="not released yet"):
        actions.plan_later_run(issue_id=printed.issue_id, purpose=SUPPLEMENT, by=PAT, now=house.at(ON))


def test_an_issue_pulled_before_labels_were_kept_gets_its_partition(house):
    house.pull_before(505)
    owed(house, number=503)

    run = released_later(house, 503, purpose=SUPPLEMENT, on=ON)

    assert (run.rows, Copy.objects.get().issue_id) == (1, house.issue(503).pk)


def test_without_an_open_issue_no_address_is_in_force(house, printed):
    owed(house)
    house.pull_before(541)

    run = later_run(house, 504, purpose=SUPPLEMENT, on=ON)

    assert run.state == LabelRun.State.PLANNED
    assert run.last_error.startswith("No issue is open")


def test_a_label_lost_on_the_way_rolls_everything_back(house, printed, monkeypatch):
    late = owed(house)
    monkeypatch.setattr("subscriptions.terms.actions.mark_owed_sent", lambda **_: 0)

    run = released_later(house, 504, purpose=SUPPLEMENT, on=ON)

    assert (run.state, run.pulled_at) == (LabelRun.State.APPROVED, None)
    assert run.last_error.startswith("1 copies were wanted, but 1 labels were drawn")
    late.refresh_from_db()
    assert late.state == "waiting"
    assert not Copy.objects.filter(purpose=SUPPLEMENT).exists()


def test_one_click_plans_every_issue_with_something_waiting(house, printed):
    owed(house, "Ben Late", 504)
    owed(house, "Cleo Late", 503)
    owed(house, "Dan Late", 503)

    runs = actions.plan_waiting_runs(by=PAT, now=house.at(ON))

    assert [(run.issue.number, run.purpose, run.state) for run in runs] == [
        (503, SUPPLEMENT, "rehearsing"),
        (504, SUPPLEMENT, "rehearsing"),
    ]
    assert actions.plan_waiting_runs(by=PAT, now=house.at(ON)) == []
    assert [(each.issue.number, each.rows, each.run.pk) for each in queries.waiting_runs()] == [
        (503, 2, runs[0].pk),
        (504, 1, runs[1].pk),
    ]


def test_the_night_proposes_and_releases_nothing(house, printed):
    owed(house)

    tasks.propose_later_runs()
    actions.work_off_runs(now=house.at(ON))

    run = LabelRun.objects.get(purpose=SUPPLEMENT)
    assert (run.state, run.created_by) == (LabelRun.State.REHEARSED, system("nightly").reference)
    assert not Copy.objects.filter(purpose=SUPPLEMENT).exists()


def test_the_next_main_run_compares_itself_with_the_main_run_before(house, printed):
    owed(house)
    mailed_later(house, released_later(house, 504, purpose=SUPPLEMENT, on=ON), on="2026-03-16")

    last = released(house, 505).rehearsal["last_issue"]

    assert (last["issue"], last["rows"], last["new"], last["lost"]) == ("Apr 2026", 1, 1, 0)
