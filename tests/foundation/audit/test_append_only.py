from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.actors import system
from foundation.audit import actions
from foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> AuditEntry:
    first = AuditEntry.objects.create(actor="system:test", action="test", object_kind="x", object_id="1")
    actions.record(system("test"), "test.recorded", first, cents=1995)
    return first


def test_records_who_did_what_to_which_row(entry: AuditEntry) -> None:
    recorded = AuditEntry.objects.get(action="test.recorded")

    assert recorded.actor == "system:test"
    assert (recorded.object_kind, recorded.object_id) == ("audit.auditentry", str(entry.pk))
    assert recorded.detail == {"cents": 1995}


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_auditentry SET actor = 'staff:2'", "DELETE FROM audit_auditentry", "TRUNCATE audit_auditentry"],
)
def test_refuses_everything_but_another_line(entry: AuditEntry, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEntry.objects.count() == 2


def test_words_that_were_typed_can_be_emptied_and_nothing_else(entry: AuditEntry) -> None:
    actions.record(system("test"), "test.typed", entry, cents=5, over_limit_because="Mrs Quill is ill", because="code")
    line = AuditEntry.objects.get(action="test.typed")

    for detail in ({"cents": 5}, {**line.detail, "because": ""}, {**line.detail, "over_limit_because": "well"}):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            AuditEntry.objects.filter(pk=line.pk).update(detail=detail)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=line.pk).update(detail={**line.detail, "over_limit_because": ""}, actor="staff:2")
    assert actions.forget_words(AuditEntry, [entry.pk]) == 1
    assert actions.forget_words(AuditEntry, [entry.pk]) == 0

    line.refresh_from_db()
    assert line.detail == {"cents": 5, "over_limit_because": "", "because": "code"}


def test_together_writes_at_the_end_in_one_statement(entry: AuditEntry, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1), actions.together():
        for cents in (1, 2, 3):
            actions.record(system("test"), "test.together", entry, cents=cents)

    written = AuditEntry.objects.filter(action="test.together").order_by("pk")
    assert [line.detail["cents"] for line in written] == [1, 2, 3]


def test_an_error_inside_together_tells_nothing(entry: AuditEntry) -> None:
    def fails() -> None:
        with actions.together():
            actions.record(system("test"), "test.together", entry)
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    actions.record(system("test"), "test.after", entry)

    assert not AuditEntry.objects.filter(action="test.together").exists()
    assert AuditEntry.objects.filter(action="test.after").count() == 1
