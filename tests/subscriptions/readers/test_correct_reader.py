"""A mistyped name, mail address or telephone is put right by staff; the old mail address is told, and opens nothing."""

from typing import Any

import pytest

from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from foundation.errors import Invalid, NotFound
from foundation.mail.models import OutgoingMail
from subscriptions.readers import actions, queries
from subscriptions.readers.models import FormerDetails, PossibleDuplicate, Reader
from tests.house import House, at

pytestmark = pytest.mark.django_db
NOW, CLERK = at("2026-02-20"), Actor("staff", "1")


def corrected(reader: Reader, **said: str) -> actions.Corrected:
    return actions.correct_reader(reader_id=reader.pk, by=CLERK, now=NOW, **said)


def test_puts_right_what_is_said_and_keeps_what_stood(house: House) -> None:
    ana = house.reader("Ana Feild", "ana@raeders.example")

    done = corrected(ana, name=" Ana  Field ", email="ana@readers.example ")

    ana.refresh_from_db()
    assert (done.changed, ana.name, ana.email) == (("name", "email"), "Ana Field", "ana@readers.example")
    former = FormerDetails.objects.get(reader=ana)
    assert (former.name, former.email, former.until_at, former.by) == (
        "Ana Feild", "ana@raeders.example", NOW, "staff:1",
    )  # fmt: skip
    assert AuditEntry.objects.get(action="reader.corrected").detail == {"fields": ["name", "email"]}


def test_the_old_mail_address_is_told_in_words_that_name_nobody(house: House) -> None:
    ana = house.reader("Ana Field", "ana@raeders.example")

    corrected(ana, email="ana@readers.example")

    mail = OutgoingMail.objects.get()
    assert (mail.to_email, mail.kind) == ("ana@raeders.example", "mail_address_changed")
    for word in ("Ana", "Field", "readers.example", ana.number):
        assert word not in mail.subject + mail.text + mail.html


@pytest.mark.parametrize("said", [{"phone": "555-0100"}, {"email": "ANA@readers.example"}])
def test_nobody_is_told_where_the_mail_address_stays(house: House, said: dict[str, str]) -> None:
    corrected(house.reader("Ana Field", "ana@readers.example"), **said)

    assert not OutgoingMail.objects.exists()


def test_what_stood_so_already_changes_nothing(house: House) -> None:
    ana = house.reader("Ana Field", "ana@readers.example")

    assert corrected(ana, name="Ana Field", email="ana@readers.example").changed == ()
    assert not FormerDetails.objects.exists()


def test_a_mail_address_of_another_file_is_kept_and_asked_about(house: House) -> None:
    ben, ana = house.reader("Ben Field", "field@readers.example"), house.reader("Ana Field", "x@readers.example")

    corrected(ana, email="Field@readers.example")

    assert list(queries.readers_with_email("field@readers.example")) == [ben, ana]
    pair = PossibleDuplicate.objects.get()
    assert (pair.new_reader, pair.known_reader, pair.reason) == (ana, ben, "same_email")


def test_mail_that_was_to_go_to_the_old_address_goes_to_the_new_one(house: House) -> None:
    ana = house.reader("Ana Field", "one@readers.example")
    corrected(ana, email="two@readers.example")
    corrected(ana, email="three@readers.example")
    ana.refresh_from_db()

    went = ["One@readers.example", "two@readers.example", "office@readers.example", ""]
    assert [queries.mail_address_now(ana, email) for email in went] == [
        "three@readers.example", "three@readers.example", "office@readers.example", "",
    ]  # fmt: skip


def test_mail_to_a_file_that_was_merged_goes_where_the_one_that_was_kept_was_put_right(house: House) -> None:
    ana, again = (house.reader(name, "ana@raeders.example") for name in ("Ana Field", "A. Field"))
    actions.merge_readers(kept_id=ana.pk, merged_id=again.pk, by=CLERK, now=NOW, joins_lines=False)
    corrected(ana, email="ana@readers.example")

    assert queries.mail_address_now(Reader.objects.get(pk=again.pk), "ana@raeders.example") == "ana@readers.example"


def test_an_address_that_is_taken_off_is_told_so(house: House) -> None:
    corrected(house.reader("Ana Field", "ana@raeders.example"), email="")

    assert "has taken this mail address off our file. We write nothing more to it" in OutgoingMail.objects.get().text


@pytest.mark.parametrize(
    ("said", "field"),
    [({"name": ""}, "name"), ({"email": "ana at home"}, "email"), ({"phone": "5" * 31}, "phone")],
)
def test_refuses_what_cannot_be_a_reader(house: House, said: dict[str, str], field: str) -> None:
    ana = house.reader("Ana Field", "ana@readers.example")

    with pytest.raises(Invalid) as refusal:
        corrected(ana, **said)

    assert list(refusal.value.fields) == [field]
    assert not FormerDetails.objects.exists()


@pytest.mark.parametrize(
    ("state", "refusal"),
    [({"erased_at": NOW}, actions.ReaderIsErased), ({"merged_into": "kept"}, actions.FileIsMerged)],
)
def test_refuses_a_file_that_is_not_in_force(house: House, state: dict[str, Any], refusal: type[Exception]) -> None:
    ana, kept = house.reader("Ana Field"), house.reader("Kept Field")
    Reader.objects.filter(pk=ana.pk).update(**{k: kept if v == "kept" else v for k, v in state.items()})

    with pytest.raises(refusal):
        corrected(ana, name="Ann Field")


def test_nothing_new_comes_into_a_file_that_is_being_erased(house: House) -> None:
    ana = house.reader("Ana Field", "ana@readers.example")
    actions.ask_privacy(reader_id=ana.pk, kind="erasure", verified="letter", by=CLERK, now=NOW)

    with pytest.raises(actions.ErasureIsUnderWay):
        corrected(ana, email="new@readers.example")


def test_refuses_a_number_that_nobody_has(house: House) -> None:
    with pytest.raises(NotFound):
        actions.correct_reader(reader_id=9_999_999, name="Ann", by=CLERK, now=NOW)
