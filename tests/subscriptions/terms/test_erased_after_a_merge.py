"""Why two lines stayed two names people: it is erased with either of the two, also after the merge was undone."""

import pytest

from subscriptions.readers.models import PrivacyRequest, ReaderMerge
from subscriptions.terms.actions import follow_privacy_requests
from subscriptions.terms.models import MovedLine
from tests.house import House, at

NOW = at("2026-05-20")


@pytest.mark.parametrize("erased", ["Ana Field", "Dora Quill"])
def test_what_kept_two_lines_apart_goes_with_either_of_the_two(house: House, erased: str) -> None:
    readers = {name: house.reader(name) for name in ("Ana Field", "Dora Quill")}
    merge = ReaderMerge.objects.create(
        kept=readers["Ana Field"], merged=readers["Dora Quill"], by="staff:1", undo_until=NOW, undone_at=NOW
    )
    move = MovedLine.objects.create(
        merge=merge, subscription=house.subscription(readers["Dora Quill"]), from_reader=readers["Dora Quill"],
        stayed_because="Dora Quill's subscription is on hold. End the hold, and then merge.",
    )  # fmt: skip
    PrivacyRequest.objects.create(
        reader=readers[erased], kind="erasure", state="waiting", verified="letter", asked_by="staff:1",
        due_on=NOW.date(),
    )  # fmt: skip

    assert follow_privacy_requests(now=NOW) == 1

    move.refresh_from_db()
    assert move.stayed_because == ""
