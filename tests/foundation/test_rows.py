"""Rows of several tables by one statement."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from foundation import rows
from foundation.audit.models import AuditEntry
from subscriptions.readers.models import Reader

pytestmark = pytest.mark.django_db


def test_inserts_into_several_tables_by_one_statement() -> None:
    numbers = rows.take_numbers({Reader: 2})
    ana, ben = (Reader(pk=next(numbers[Reader]), name=name) for name in ("Ana Field", "Ben Cole"))
    entry = AuditEntry(actor="system:test", action="test", object_kind="x", object_id="1", detail={"cents": 1995})

    rows.insert([ana, entry, ben])

    # PostgreSQL numbers the statements of a transaction, and each row keeps the number of its own.
    with connection.cursor() as cursor:
        cursor.execute("SELECT cmin::text FROM readers_reader UNION SELECT cmin::text FROM audit_auditentry")
        assert len(cursor.fetchall()) == 1
    assert set(Reader.objects.values_list("pk", "name")) == {(ana.pk, "Ana Field"), (ben.pk, "Ben Cole")}
    assert AuditEntry.objects.get().detail == {"cents": 1995}


def test_a_row_that_was_inserted_is_known_as_saved() -> None:
    reader = Reader(pk=next(rows.take_numbers({Reader: 1})[Reader]), name="Ana Field")
    rows.insert([reader])

    reader.name = "Ana Fields"
    reader.save(update_fields=["name"])

    assert Reader.objects.get().name == "Ana Fields"


def test_numbers_are_taken_once() -> None:
    first, second = (list(rows.take_numbers({Reader: 3, AuditEntry: 0})[Reader]) for _ in range(2))

    assert len({*first, *second}) == 6
    assert Reader.objects.create(name="Ana Field").pk not in {*first, *second}


def test_a_constraint_refuses_all_of_them() -> None:
    nameless = Reader(name="")
    with pytest.raises(IntegrityError, match="reader_has_a_name"), transaction.atomic():
        rows.insert([Reader(name="Ana Field"), nameless])

    assert not Reader.objects.exists()


def test_updates_each_row_to_its_own_values(django_assert_num_queries: Any) -> None:
    ana, ben, cleo = (Reader.objects.create(name=name) for name in ("Ana", "Ben", "Cleo"))
    ana.email, ana.merged_into = "ana@readers.example", cleo
    ben.email, ben.merged_into = "", None

    with django_assert_num_queries(1):
        rows.update([ana, ben], ["email", "merged_into"])

    assert list(Reader.objects.order_by("pk").values_list("name", "email", "merged_into")) == [
        ("Ana", "ana@readers.example", cleo.pk),
        ("Ben", "", None),
        ("Cleo", "", None),
    ]


def test_updating_no_rows_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        rows.update([], ["email"])


def test_reads_a_row_as_the_orm_would() -> None:
    written = AuditEntry.objects.create(
        actor="system:test", action="test", object_kind="x", object_id="1", detail={"cents": 1995}
    )

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {rows.columns_of(AuditEntry, 'entry')}, 'more' FROM audit_auditentry entry")  # noqa: S608
        *values, more = cursor.fetchone()
    read = rows.made_of(AuditEntry, values)

    assert (read, read.at, read.detail, more) == (written, written.at, {"cents": 1995}, "more")
    assert len(values) == rows.width_of(AuditEntry)
    assert not read._state.adding
