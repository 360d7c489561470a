import pytest

from foundation.actors import ANONYMOUS
from foundation.errors import Invalid
from subscriptions.readers import actions, queries
from subscriptions.readers.models import Reader
from tests.house import at

pytestmark = pytest.mark.django_db
NOW = at("2026-02-20")


def test_files_a_person_with_tidy_spaces() -> None:
    reader = actions.file_reader(name=" Ana  Field ", email=" Ana@readers.example ", by=ANONYMOUS, now=NOW)

    assert (reader.name, reader.email, reader.created_at) == ("Ana Field", "Ana@readers.example", NOW)


def test_never_overwrites_whoever_is_on_file() -> None:
    known = actions.file_reader(name="Ana Field", email="ana@readers.example", phone="1", by=ANONYMOUS, now=NOW)

    again = actions.file_reader(name="A. Field", email="ANA@readers.example", by=ANONYMOUS, now=NOW)

    assert again.pk != known.pk
    assert Reader.objects.get(pk=known.pk).name == "Ana Field"
    assert list(queries.readers_with_email("ana@Readers.example")) == [known, again]


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"name": "  "}, "name", "required"),
        ({"name": "x" * 81}, "name", "too_long"),
        ({"name": "Ana", "email": "not a mail"}, "email", "invalid_email"),
        ({"name": "Ana", "email": "a@" + "b" * 260 + ".example"}, "email", "too_long"),
        ({"name": "Ana", "phone": "1" * 31}, "phone", "too_long"),
    ],
)
def test_refuses_what_cannot_be_a_reader(fields: dict[str, str], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.file_reader(**fields, by=ANONYMOUS, now=NOW)

    assert [problem for problem, _ in refusal.value.fields[field]] == [code]
    assert not Reader.objects.exists()


def test_a_merged_reader_stands_for_the_one_in_force() -> None:
    first, second, third = (actions.file_reader(name=n, by=ANONYMOUS, now=NOW) for n in ("One", "Two", "Three"))
    first.merged_into, second.merged_into = second, third

    assert queries.reader_in_force(first) == third
    assert queries.reader_in_force(third) == third
