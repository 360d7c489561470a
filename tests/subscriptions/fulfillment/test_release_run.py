import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.audit.models import AuditEntry
from subscriptions.catalog.models import Magazine
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import Copy, LabelRun
from subscriptions.terms.models import FOREVER, Pause, ShipTo
from tests.subscriptions.fulfillment.runs import records, released


def copy_of(subscription, run):
    return Copy.objects.get(issue_id=run.issue_id, subscription_id=subscription.pk, copy_no=1)


def test_a_reader_who_is_owed_the_issue_gets_one_label(house):
    house.pull_before(504)
    subscription = house.subscription()
    term = house.term(subscription, first=504)

    run = released(house, 504)

    assert (run.state, run.rows, run.copies, run.skips) == (LabelRun.State.RELEASED, 1, 1, 0)
    copy = copy_of(subscription, run)
    assert (copy.term_id, copy.x, copy.units, copy.copy_class, copy.paid_code) == (term.pk, 0, 1, "paid", "P")
    (record,) = records(run)
    assert record["name"] == "ANA FIELD"
    assert record["top_line"] == f"{subscription.reader_id:07d}  EXP MAR27"
    assert house.issue(504).state == "pulled"
    assert AuditEntry.objects.filter(action="run.released", object_id=run.pk).exists()


def test_the_file_goes_by_country_zip_street_and_number(house):
    house.pull_before(504)
    places = [
        {"label_zip5": "90210", "label_plus4": ""},
        {"label_zip5": "02116", "label_plus4": "1000", "label_addr1": "9 ELM ST"},
        {"label_zip5": "02116", "label_plus4": "1000", "label_addr1": "10 ELM ST"},
        {"label_zip5": "02116", "label_plus4": ""},
        {"label_zip5": "", "label_plus4": "", "label_state": "", "label_country": "CANADA"},
    ]
    for place in places:
        reader = house.reader()
        house.term(house.subscription(reader, house.address(reader, **place)), first=504)

    rows = records(released(house, 504))

    assert [(row["rec_no"], row["country"], row["zip5"], row["plus4"], row["addr1"]) for row in rows] == [
        ("0000001", "", "02116", "", "2040 N MILWAUKEE AVE"),
        ("0000002", "", "02116", "1000", "10 ELM ST"),
        ("0000003", "", "02116", "1000", "9 ELM ST"),
        ("0000004", "", "90210", "", "2040 N MILWAUKEE AVE"),
        ("0000005", "CANADA", "", "", "2040 N MILWAUKEE AVE"),
    ]


def test_a_change_of_address_counts_from_its_issue_on(house):
    house.pull_before(504)
    reader = house.reader()
    old, new = house.address(reader), house.address(reader, label_addr1="7 NEW ST")
    subscription = house.subscription(reader, old)
    house.term(subscription, first=504)
    ShipTo.objects.filter(subscription=subscription).update(until_ordinal=5)
    ShipTo.objects.create(
        subscription=subscription, address=new, from_ordinal=5, until_ordinal=FOREVER, entered_by="system:test"
    )

    before, after = released(house, 504), released(house, 505)

    assert records(before)[0]["addr1"] == "2040 N MILWAUKEE AVE"
    assert records(after)[0]["addr1"] == "7 NEW ST"


def test_three_copies_are_one_record_and_three_rows(house):
    house.pull_before(504)
    subscription = house.subscription()
    house.term(subscription, first=504, copies=3)

    run = released(house, 504)

    assert (run.rows, run.copies) == (1, 3)
    assert [record["copies"] for record in records(run)] == ["3"]
    kept = Copy.objects.filter(issue_id=run.issue_id).order_by("copy_no")
    assert [(copy.copy_no, copy.units) for copy in kept] == [(1, 1), (2, 0), (3, 0)]


def test_a_double_uses_two_units_and_its_shortfall_is_forgiven(house):
    house.pull_before(507)
    double = house.issue(507)
    double.weight = 2
    double.save(update_fields=["weight"])
    whole, short = house.subscription(), house.subscription()
    house.term(whole, first=507)
    house.term(short, first=507, units=1)

    run = released(house, 507)

    assert copy_of(whole, run).units == 2
    assert copy_of(short, run).units == 1


def test_a_special_uses_none(house):
    house.pull_before(507)
    special = house.issue(507)
    special.weight = 0
    special.save(update_fields=["weight"])
    subscription = house.subscription()
    house.term(subscription, first=505, units=10)

    assert copy_of(subscription, released(house, 507)).units == 0


def test_a_grace_copy_is_marked_and_uses_no_unit(house):
    house.pull_before(514)
    subscription = house.subscription()
    house.term(subscription, first=504, grace=1)

    run, following = released(house, 514), released(house, 515, despite=("someone_gets_it",))

    copy = copy_of(subscription, run)
    assert (copy.copy_class, copy.paid_code, copy.units, copy.version) == ("grace", "G", 0, "GRACE")
    assert copy.top_line.endswith("EXP MAR27")
    assert following.rows == 0


def test_the_printed_expiry_counts_a_waiting_renewal_but_no_unpaid_one(house):
    house.pull_before(504)
    renewed, unpaid = house.subscription(), house.subscription()
    for subscription, copy_class in ((renewed, "paid"), (unpaid, "credit")):
        first = house.term(subscription, first=504)
        house.term(subscription, first=514, predecessor=first, copy_class=copy_class)

    run = released(house, 504)

    assert copy_of(renewed, run).top_line.endswith("EXP MAR28")
    assert copy_of(unpaid, run).top_line.endswith("EXP MAR27")


def test_the_printed_expiry_moves_with_holds_before_and_after(house):
    house.pull_before(505)
    subscription = house.subscription()
    house.term(subscription, first=503)
    for begins, ends in ((504, 505), (506, 508)):
        Pause.objects.bulk_create(
            [
                Pause(
                    subscription=subscription,
                    from_issue=house.issue(begins),
                    until_issue=house.issue(ends),
                    reason="skip",
                    run_uuid="00000000-0000-0000-0000-000000000001",
                    entered_by="system:test",
                )
            ]
        )

    # Ten issues from 503 would end with 512; three are held back, so they end with 515, May 2027.
    assert copy_of(subscription, released(house, 505)).top_line.endswith("EXP MAY27")


def test_what_has_no_end_or_lies_beyond_the_calendar_says_so(house):
    house.pull_before(504)
    forever, long = house.subscription(), house.subscription()
    house.term(forever, first=504, units=None)
    house.term(long, first=504, units=60)

    run = released(house, 504)

    assert copy_of(forever, run).top_line == f"{forever.reader_id:07d}"
    assert copy_of(long, run).top_line.endswith("EXP AFTER NOV29")


def test_versions_say_gift_and_last(house):
    house.pull_before(504)
    wanted = {
        "MAIN": house.term(house.subscription(), first=504, units=2),
        "LAST": house.term(house.subscription(), first=504, units=1),
        "GIFT": house.term(house.subscription(), first=504, units=2, copy_class="gift"),
        "GIFTLAST": house.term(house.subscription(), first=504, units=1, copy_class="gift"),
    }

    run = released(house, 504)

    assert {name: copy_of(term.subscription, run).version for name, term in wanted.items()} == {
        name: name for name in wanted
    }


def test_a_comp_is_free_and_has_no_expiry(house):
    house.pull_before(504)
    subscription = house.subscription()
    house.term(subscription, first=504, copy_class="comp", cents=0)

    copy = copy_of(subscription, released(house, 504))

    assert (copy.copy_class, copy.paid_code, copy.top_line) == ("comp", "F", f"{subscription.reader_id:07d}")


def test_a_term_that_is_pinned_to_a_later_issue_waits(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504, pin_issue=house.issue(505))
    house.term(house.subscription(), first=504, pin_issue=house.issue(504))

    assert released(house, 504).rows == 1


def test_readers_of_another_magazine_get_nothing(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    other = house.subscription()
    house.term(other, first=504)
    other.magazine = Magazine.objects.create(code="other", label_code="OTH", name="The Other")
    other.save(update_fields=["magazine"])

    assert released(house, 504).rows == 1


def test_whoever_cannot_be_sent_is_skipped_and_keeps_the_issue(house):
    house.pull_before(504)
    reader = house.reader("Gus Moved")
    address = house.address(reader, undeliverable_since=dt.date(2026, 2, 1))
    moved = house.subscription(reader, address)
    house.term(moved, first=504, units=2)
    house.term(house.subscription(), first=504)

    run = released(house, 504)

    assert (run.rows, run.skips) == (1, 1)
    skip = Pause.objects.get(subscription=moved)
    assert (skip.reason, skip.note, skip.run_uuid) == ("skip", "undeliverable", run.uuid)
    assert (skip.from_issue.number, skip.until_issue.number) == (504, 505)

    address.undeliverable_since = None
    address.save(update_fields=["undeliverable_since"])
    later = [released(house, number) for number in (505, 506, 507)]
    assert [Copy.objects.filter(issue_id=each.issue_id, subscription_id=moved.pk).count() for each in later] == [
        1,
        1,
        0,
    ]


def test_the_first_held_issue_is_not_mailed(house):
    # The trap of the range model: a union of pauses that is still empty must not lose its subscription.
    house.pull_before(505)
    subscription = house.subscription()
    house.term(subscription, first=504)
    Pause.objects.create(
        subscription=subscription,
        from_issue=house.issue(505),
        until_issue=house.issue(507),
        reason="vacation",
        entered_by="system:test",
    )

    runs = [released(house, number, despite=("someone_gets_it",)) for number in (505, 506, 507)]

    assert [run.rows for run in runs] == [0, 0, 1]


def test_serials_go_on_from_run_to_run(house):
    house.pull_before(504)
    for _ in range(3):
        house.term(house.subscription(), first=504)

    first, second = released(house, 504), released(house, 505)

    assert [record["imb_serial"] for record in records(first)] == ["000001", "000002", "000003"]
    assert [record["imb_serial"] for record in records(second)] == ["000004", "000005", "000006"]


def test_serials_begin_again_where_their_digits_end(house):
    house.pull_before(504)
    house.magazine.next_serial = 999_999
    house.magazine.save(update_fields=["next_serial"])
    for _ in range(2):
        house.term(house.subscription(), first=504)

    assert [record["imb_serial"] for record in records(released(house, 504))] == ["000001", "000002"]


def test_without_a_mailer_id_there_are_no_serials(house):
    house.pull_before(504)
    house.magazine.mailer_id = ""
    house.magazine.save(update_fields=["mailer_id"])
    house.term(house.subscription(), first=504)

    run = released(house, 504)

    assert run.serial_first is None
    assert (records(run)[0]["imb_serial"], records(run)[0]["imb"]) == ("", "")


def test_a_label_drawn_twice_or_lost_rolls_everything_back(house, monkeypatch):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    monkeypatch.setattr("subscriptions.fulfillment.actions.pull.entitled", lambda pull: (2, 2))

    run = released(house, 504)

    assert (run.state, run.pulled_at) == (LabelRun.State.APPROVED, None)
    assert run.last_error.startswith("2 subscriptions are owed 2 copies, but 1 labels with 1 copies were drawn")
    assert house.issue(504).state == "planned"
    assert not Copy.objects.exists()


def test_copies_never_change(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    released(house, 504)

    for statement in ("UPDATE fulfillment_copy SET units = 0", "DELETE FROM fulfillment_copy"):
        with (
            pytest.raises(IntegrityError, match="frozen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_sweep_after_it_changes_nothing(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    run = released(house, 504)

    assert actions.work_off_runs(now=house.at("2026-03-11")) == 0
    assert queries.progress(run.pk).state == LabelRun.State.RELEASED
    assert Copy.objects.count() == 1
