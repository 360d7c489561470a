import csv
import datetime as dt
import hashlib
import io
import json
from pathlib import Path

from django.db import connection

from subscriptions.fulfillment import queries
from subscriptions.fulfillment.exports.label_file import Written
from subscriptions.fulfillment.exports.manifest import checks_of
from subscriptions.fulfillment.queries.once import each_once
from subscriptions.fulfillment.queries.tally import tally
from subscriptions.terms.models import Pause
from tests.subscriptions.fulfillment.runs import released


def small_run(house):
    """Two paid copies to one reader, one comp abroad, one held, one undeliverable."""
    house.pull_before(504)
    house.term(house.subscription(), first=504, copies=2)
    abroad = house.reader("Cleo Roy")
    toronto = house.address(
        abroad, label_country="CANADA", label_state="ON", label_zip5="", label_plus4="", label_postcode="M5V 2T6"
    )
    house.term(house.subscription(abroad, toronto), first=504, copy_class="comp", cents=0)
    away = house.subscription()
    house.term(away, first=504)
    Pause.objects.create(
        subscription=away,
        from_issue=house.issue(504),
        until_issue=house.issue(505),
        reason="vacation",
        entered_by="system:test",
    )
    gone = house.reader("Gus Moved")
    nowhere = house.address(gone, undeliverable_since=dt.date(2026, 2, 1))
    house.term(house.subscription(gone, nowhere), first=504)
    return released(house, 504)


def test_adds_up_in_a_sentence_and_in_sums(house):
    run = small_run(house)

    manifest = queries.manifest(run.pk)

    assert manifest["checks"] == {
        "sentence": "eligible 4 = exported 2 + held 1 + skipped 1",
        "records_equal_rows": True,
        "copies_equal_rows_kept": True,
        "eligible_equals_exported_held_skipped": True,
        "each_subscription_once": True,
        "same_name_and_address": "0 labels repeat the name and address of another one.",
    }
    assert manifest["exceptions"] == {"skipped": {"undeliverable": 1}, "held": {"vacation": 1}}


def test_says_what_the_file_is_and_what_is_in_it(house):
    run = small_run(house)

    manifest = queries.manifest(run.pk)

    (stream,) = manifest["streams"]
    assert (stream["file_name"], stream["rows"], stream["copies"]) == (f"LAN_2604_main_{run.pk}_v1.csv", 2, 3)
    assert (stream["sha256"], stream["bytes"]) == (run.file_sha256, run.file_bytes)
    assert manifest["circulation"]["copies_by_paid_code"] == {"F": 1, "P": 2}
    assert manifest["circulation"]["percent_paid"] == 66.67
    assert manifest["geography"]["copies_by_country"] == {"CANADA": 1, "UNITED STATES": 2}
    assert manifest["geography"]["copies_by_zip3"] == {"606": 2}
    assert (manifest["identifiers"]["serial_first"], manifest["identifiers"]["serial_last"]) == (1, 2)
    assert manifest["cut_off"]["cut_off_local"] == "2026-03-10 17:00 America/Chicago"
    assert manifest["sign_off"]["approved_by"] == "staff:7"


def test_says_what_else_the_mail_house_and_the_post_ask_of_an_issue(house):
    """The house asks $19.95 for ten issues, and lays out ten a year."""
    run = small_run(house)

    manifest = queries.manifest(run.pk)

    assert (manifest["identity"]["issue_date"], manifest["identity"]["issues_a_year"]) == ("2026-04", 10)
    assert manifest["cut_off"]["basic_annual_price_cents"] == 19_95
    assert manifest["cut_off"]["database_snapshot"] == run.printed["snapshot"]
    assert manifest["cut_off"]["created_at"] == run.created_at.isoformat()
    assert manifest["quantities"] == {"for_the_mail": 3, "of_these_foreign": 1}
    assert manifest["circulation"]["copies_by_paid_code_and_county"] == {"F-F": 1, "P-O": 2}


def test_a_sum_that_is_wrong_is_said_to_be_wrong(house):
    """One more was owed the issue than there are labels and skips, and a label repeats a subscription."""
    run = small_run(house)
    run.printed["eligible"] += 1
    table = f"fulfillment_copy_{run.issue_id}"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # Copies are frozen.
        cursor.execute(f"UPDATE {table} SET sequence = 2 WHERE rec_no = 1")  # noqa: S608
        cursor.execute("SET LOCAL session_replication_role = origin")

    found = checks_of(run, tally=tally(table, run), skips={"undeliverable": 1}, held={"vacation": 1},
                      file=Written(Path("labels.csv"), "", 0, 2), each_once=each_once(run))  # fmt: skip

    assert found["sentence"] == "eligible 5 = exported 2 + held 1 + skipped 1"
    assert (found["eligible_equals_exported_held_skipped"], found["each_subscription_once"]) == (False, False)
    assert found["records_equal_rows"]


def test_the_stored_json_is_the_one_whose_hash_is_kept(house):
    run = small_run(house)

    with queries.open_manifest_file(run.pk) as stored:
        content = stored.read()

    assert hashlib.sha256(content).hexdigest() == run.manifest_sha256
    assert json.loads(content)["identity"]["issue_code"] == "LAN2604"


def test_the_same_as_keys_and_values(house):
    run = small_run(house)

    with queries.open_manifest_file(run.pk, "csv") as stored:
        rows = dict(csv.reader(io.TextIOWrapper(stored, encoding="utf-8", newline="")))

    assert rows["streams.1.sha256"] == run.file_sha256
    assert rows["geography.copies_by_state.IL"] == "2"


def test_and_on_one_page(house):
    run = small_run(house)

    with queries.open_manifest_file(run.pk, "pdf") as stored:
        content = stored.read()

    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 1
