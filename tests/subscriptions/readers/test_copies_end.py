"""A copy of everything ends with what it told of: an erasure, an undone merge, a request that is closed."""

import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage

from foundation.actors import Actor
from subscriptions.readers import actions
from subscriptions.readers.models import PrivacyRequest, Reader
from subscriptions.terms import actions as terms
from tests.house import House, at
from tests.subscriptions.readers.everyone import follow_privacy

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "1")
NOW = at("2026-02-20")


@pytest.fixture(autouse=True)
def files(tmp_path: Any, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }


def asks(reader: Reader, kind: str) -> PrivacyRequest:
    return actions.ask_privacy(reader_id=reader.pk, kind=kind, verified="letter", by=CLERK, now=NOW)


def copy_of(reader: Reader) -> PrivacyRequest:
    request = asks(reader, "export")
    follow_privacy(NOW)
    request.refresh_from_db()
    assert default_storage.exists(request.file_name)
    return request


def cannot_be_fetched(request: PrivacyRequest) -> bool:
    with pytest.raises(actions.FileIsGone):
        actions.open_file(request_id=request.pk, by=CLERK)
    return not default_storage.exists(request.file_name)


def test_an_erasure_takes_the_copy_along(house: House, django_capture_on_commit_callbacks: Any) -> None:
    ana, ben = house.reader("Ana Field", "ana@readers.example"), house.reader("Ben Moss", "ben@readers.example")
    made, other = copy_of(ana), copy_of(ben)

    asks(ana, "erasure")
    with django_capture_on_commit_callbacks(execute=True):
        follow_privacy(NOW)

    assert cannot_be_fetched(made)
    actions.open_file(request_id=other.pk, by=CLERK).close()


def test_what_could_not_be_deleted_at_once_is_in_the_night(house: House) -> None:
    made = copy_of(house.reader("Ana Field"))
    asks(made.reader, "erasure")
    follow_privacy(NOW)  # Nothing commits here, so nothing is deleted after it.

    assert actions.forget_old_files(now=NOW) == 1

    assert cannot_be_fetched(made)


def test_a_copy_of_two_files_ends_when_they_are_two_people_again(
    house: House, django_capture_on_commit_callbacks: Any
) -> None:
    kept, merged = house.reader("Ana Field", "ana@readers.example"), house.reader("Cleo Reed", "cleo@readers.example")
    merge = actions.merge_readers(kept_id=kept.pk, merged_id=merged.pk, by=CLERK, now=NOW)
    terms.follow_merges(now=NOW)
    made = copy_of(kept)
    begun = asks(kept, "export")
    actions.follow_privacy_requests(now=NOW)
    assert "Cleo Reed" in str(begun.ticks.get().told)

    with django_capture_on_commit_callbacks(execute=True):
        actions.unmerge_readers(merge_id=merge.pk, by=CLERK, now=NOW)

    assert cannot_be_fetched(made)
    # What was told of both is told anew, once nobody's lines are on their way back any more.
    follow_privacy(NOW)
    assert begun.ticks.count() == 0
    terms.follow_merges(now=NOW)
    follow_privacy(NOW)
    with actions.open_file(request_id=begun.pk, by=CLERK) as stored, zipfile.ZipFile(stored) as archive:
        told = archive.read("reader.json").decode()
    assert "Ana Field" in told
    assert "Cleo Reed" not in told


def test_a_copy_that_is_withdrawn_leaves_nothing_that_was_told(house: House) -> None:
    request = asks(house.reader("Ana Field"), "export")
    terms.follow_privacy_requests(now=NOW)
    assert request.ticks.exclude(told=None).exists()

    actions.close_request(request_id=request.pk, by=CLERK, now=NOW)

    assert not request.ticks.exclude(told=None).exists()
