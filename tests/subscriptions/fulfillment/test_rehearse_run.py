import datetime as dt

import pytest
from django.db import connection

from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import Copy, LabelRun
from subscriptions.terms.models import Pause
from tests.subscriptions.fulfillment.runs import PAT, rehearsed, released


def failed(run: LabelRun) -> list[str]:
    return [check["code"] for check in run.rehearsal["checks"] if not check["ok"]]


def test_counts_by_class_and_place_and_changes_nothing(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    house.term(house.subscription(), first=504, copy_class="gift", copies=3)
    abroad = house.reader("Cleo Roy")
    toronto = house.address(
        abroad, label_country="CANADA", label_zip5="", label_plus4="", label_state="ON", label_postcode="M5V 2T6"
    )
    house.term(house.subscription(abroad, toronto), first=504, copy_class="comp")

    run = rehearsed(house, 504)

    found = run.rehearsal
    assert (run.state, found["ok"], found["rows"], found["copies"]) == (LabelRun.State.REHEARSED, True, 3, 5)
    assert found["copies_by_class"] == {"comp": 1, "gift": 3, "paid": 1}
    assert found["copies_by_paid_code"] == {"F": 1, "P": 4}
    assert found["copies_by_country"] == {"CANADA": 1, "UNITED STATES": 4}
    assert found["copies_by_state"] == {"IL": 4, "ON": 1}
    assert not Copy.objects.exists()
    assert not Pause.objects.exists()
    assert house.issue(504).state == "planned"
    assert [name for name in connection.introspection.table_names() if "rehearsal" in name] == []


def test_says_who_is_held_and_who_cannot_be_sent(house):
    house.pull_before(504)
    gone = house.reader("Gus Moved")
    nowhere = house.address(gone, undeliverable_since=dt.date(2026, 2, 1))
    house.term(house.subscription(gone, nowhere), first=504)
    lost = house.subscription()
    house.term(lost, first=504)
    lost.ship_tos.all().delete()
    away = house.subscription()
    house.term(away, first=504)
    Pause.objects.create(
        subscription=away,
        from_issue=house.issue(504),
        until_issue=house.issue(506),
        reason="vacation",
        entered_by="system:test",
    )
    house.term(house.subscription(), first=504)

    found = rehearsed(house, 504).rehearsal

    assert (found["rows"], found["entitled"]) == (1, 3)
    assert found["skipped"] == {"no_address": 1, "undeliverable": 1}
    assert found["held"] == {"vacation": 1}


def test_compares_with_the_last_issue(house):
    house.pull_before(504)
    stays, ends, pauses = (house.subscription() for _ in range(3))
    house.term(stays, first=504)
    house.term(ends, first=504, units=1)
    house.term(pauses, first=504)
    released(house, 504)
    Pause.objects.create(
        subscription=pauses,
        from_issue=house.issue(505),
        until_issue=house.issue(506),
        reason="vacation",
        entered_by="system:test",
    )
    house.term(house.subscription(), first=505)

    last = rehearsed(house, 505).rehearsal["last_issue"]

    assert (last["issue"], last["rows"], last["change"]) == ("Apr 2026", 3, -1)
    assert (last["new"], last["lost"]) == (1, 2)
    assert last["lost_because"] == {"expired": 1, "held": 1}


def test_an_issue_out_of_order_fails(house):
    house.pull_before(503)
    house.term(house.subscription(), first=503)

    run = rehearsed(house, 504)

    assert not run.rehearsal["ok"]
    assert failed(run) == ["issue_in_order"]


def test_the_last_issue_of_the_calendar_fails(house):
    house.pull_before(540)
    house.term(house.subscription(), first=540)

    assert "calendar_goes_on" in failed(rehearsed(house, 540))


def test_a_run_for_nobody_fails_but_may_be_accepted(house):
    house.pull_before(504)

    run = rehearsed(house, 504)

    assert failed(run) == ["someone_gets_it"]
    assert [check["may_be_accepted"] for check in run.rehearsal["checks"] if not check["ok"]] == [True]


def test_a_swing_of_half_the_readers_is_looked_at(house):
    house.pull_before(504)
    for _ in range(60):
        house.term(house.subscription(house.reader(), None), first=504, units=1)
    released(house, 504)
    for _ in range(30):
        house.term(house.subscription(), first=505)

    run = rehearsed(house, 505)

    assert "usual_size" in failed(run)
    assert run.rehearsal["last_issue"]["change_percent"] == -50.0


def test_the_same_name_at_the_same_address_is_pointed_out(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    house.term(house.subscription(), first=504)

    run = rehearsed(house, 504)

    assert "same_label_twice" in failed(run)
    assert run.rehearsal["ok"]


def test_a_label_that_the_file_cannot_carry_fails(house):
    house.pull_before(504)
    reader = house.reader()
    house.term(house.subscription(reader, house.address(reader, label_name="ŁUCJA")), first=504)

    assert failed(rehearsed(house, 504)) == ["printable"]


def test_a_mailer_id_that_makes_no_barcode_fails(house):
    house.pull_before(504)
    house.magazine.mailer_id = "123456789"  # nine digits begin with a 9
    house.magazine.save(update_fields=["mailer_id"])
    house.term(house.subscription(), first=504)

    assert failed(rehearsed(house, 504)) == ["barcode"]


def test_can_be_asked_for_again_but_not_once_approved(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    run, now = rehearsed(house, 504), house.at("2026-03-10")

    actions.ask_rehearsal(run_id=run.pk, by=PAT, now=now)
    actions.work_off_runs(now=now)
    actions.approve(run_id=run.pk, by=PAT, now=now)

    with pytest.raises(actions.RunStandsElsewhere, match="only one that is Planned or Rehearsed"):
        actions.ask_rehearsal(run_id=run.pk, by=PAT, now=now)
