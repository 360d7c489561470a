import hashlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from psycopg import sql

from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.rules import imb, keyline
from subscriptions.readers.models import Address
from tests.subscriptions.fulfillment.runs import PAT, asked, records, released

HEADER = (
    '"rec_no","piece_id","subscriber_no","keyline","acs_code","mid","stid","imb_serial","imb","top_line","name","company",'
    '"attn","addr1","addr2","urb","city","state","zip5","plus4","dpc","postcode","country","carrier_route","copies",'
    '"paid_code","county_code","version","issue_code","list_code"'
)


def one_label(house, **address):
    house.pull_before(504)
    reader = house.reader()
    subscription = house.subscription(reader, house.address(reader, **address))
    house.term(subscription, first=504)
    return subscription, released(house, 504)


def stored(run) -> bytes:
    with queries.open_label_file(run.pk) as file:
        return file.read()


def test_thirty_columns_every_field_quoted_and_crlf(house):
    subscription, run = one_label(house, label_company='FIELD & SONS "THE" CO')
    number = keyline.subscriber_no(subscription.reader_id)

    lines = stored(run).decode("ascii").split("\r\n")

    assert lines[0] == HEADER
    assert lines[1] == ",".join(
        f'"{value}"'
        for value in (
            "0000001", f"2604-{subscription.pk:07d}-1", number, f"#{number[:4]} {number[4:]}#", "", "901234567", "045",
            "000001", "", f"{subscription.reader_id:07d}  EXP MAR27", "ANA FIELD", 'FIELD & SONS ""THE"" CO', "",
            "2040 N MILWAUKEE AVE", "", "", "CHICAGO", "IL", "60647", "4002", "", "", "", "", "1", "P", "O", "MAIN",
            "LAN2604", "SUB",
        )
    )  # fmt: skip
    assert lines[2:] == [""]


def test_its_name_hash_and_size_are_kept_with_the_run(house):
    _, run = one_label(house)

    content = stored(run)

    assert run.file_name == f"label-runs/LAN_2604_main_{run.pk}_v1.csv"
    assert (run.file_sha256, run.file_bytes) == (hashlib.sha256(content).hexdigest(), len(content))


def test_a_barcode_only_where_zip4_and_delivery_point_are_known(house):
    _, run = one_label(house, label_dpc="40")

    (record,) = records(run)

    assert record["imb"] == imb.encode(
        barcode_id="00", service_type="045", mailer_id="901234567", serial="000001", routing="60647400240"
    )


def test_it_comes_out_the_same_whatever_has_changed_since(house):
    subscription, run = one_label(house, label_dpc="40")
    before = stored(run)
    Address.objects.update(label_name="SOMEONE ELSE", label_addr1="ELSEWHERE 1")
    subscription.terms.update(bonus=3)
    house.magazine.label_code, house.magazine.mailer_id, house.magazine.service_type = "NEW", "", ""
    house.magazine.save(update_fields=["label_code", "mailer_id", "service_type"])

    again = actions.export_again(run.pk)

    assert (again.sha256, again.size) == (run.file_sha256, len(before))


def test_one_that_comes_out_differently_is_refused(house):
    _, run = one_label(house)
    LabelRun.objects.filter(pk=run.pk).update(file_sha256="0" * 64)

    with pytest.raises(actions.FileIsNotTheSame):
        actions.export_again(run.pk)


@pytest.mark.parametrize("state", ["lost", "spoiled", "whole"])
def test_a_lost_or_spoiled_file_is_written_again_byte_for_byte(house, state):
    _, run = one_label(house)
    before = stored(run)
    if state != "whole":
        default_storage.delete(run.file_name)
    if state == "spoiled":
        default_storage.save(run.file_name, ContentFile(before[:-9]))
    if state == "lost":
        with pytest.raises(queries.FileIsLost):
            queries.open_label_file(run.pk)

    actions.write_file_again(run_id=run.pk, by=PAT, now=run.released_at)

    assert stored(run) == before
    own = [name for name in default_storage.listdir("label-runs")[1] if f"_{run.pk}_v1" in name]
    assert len(own) == 4  # The label file, and the manifest in three forms.


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"file_sha256": "0" * 64}, actions.FileIsNotTheSame),
        ({"redacted_at": "2026-04-01T00:00Z"}, actions.RunIsRedacted),
        ({"state": "voided"}, actions.RunStandsElsewhere),
        ({"state": "mailed", "mailed_on": "2026-03-20", "file_deleted_at": "2026-09-01T00:00Z"},
         queries.LabelFileIsGone),
        ({"state": "releasing", "file_sha256": ""}, queries.NoFileYet),
    ],
    ids=["another", "redacted", "voided", "deleted", "unwritten"],
)  # fmt: skip
def test_only_what_was_released_and_is_kept_is_written_again(house, change, refusal):
    _, run = one_label(house)
    default_storage.delete(run.file_name)
    LabelRun.objects.filter(pk=run.pk).update(**change)

    with pytest.raises(refusal):
        actions.write_file_again(run_id=run.pk, by=PAT, now=run.released_at)

    assert not default_storage.exists(run.file_name)


def test_a_part_left_by_a_crash_is_replaced(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    run = asked(house, 504)
    name = f"label-runs/LAN_2604_main_{run.pk}_v1.csv"
    default_storage.save(name, ContentFile(b'"rec_no","pie'))

    actions.work_off_runs(now=house.issue(504).pull_at)

    run.refresh_from_db()
    assert run.file_name == name
    assert hashlib.sha256(stored(run)).hexdigest() == run.file_sha256


def test_there_is_no_file_before_the_release(house):
    run = actions.plan_run(issue_id=house.issue(504).pk, by=PAT, now=house.at("2026-03-01"))

    with pytest.raises(queries.NoFileYet):
        queries.open_label_file(run.pk)
    with pytest.raises(queries.NoFileYet):
        queries.manifest(run.pk)


@pytest.mark.django_db
def test_the_check_digit_in_sql_is_the_one_of_the_rules():
    numbers = [1, 7, 42_317, 1_234_567, 9_999_999, *range(999, 9_999_999, 98_765)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lpad(n::text, 7, '0') || fulfillment_check_digit(n) FROM unnest(%s::bigint[]) n", [numbers]
        )
        counted = [row[0] for row in cursor.fetchall()]

    assert counted == [keyline.subscriber_no(number) for number in numbers]


def test_rows_that_were_moved_by_hand_still_come_out_in_order(house):
    house.pull_before(504)
    for name in ("Ana", "Ben", "Cleo"):
        house.term(house.subscription(house.reader(name)), first=504)
    run = released(house, 504)
    table = sql.Identifier(f"fulfillment_copy_{run.issue_id}")
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TEMP TABLE moved AS SELECT * FROM {} ORDER BY rec_no DESC").format(table))
        cursor.execute(sql.SQL("TRUNCATE {}").format(table))
        cursor.execute(sql.SQL("INSERT INTO {} SELECT * FROM moved").format(table))

    assert actions.export_again(run.pk).sha256 == run.file_sha256
