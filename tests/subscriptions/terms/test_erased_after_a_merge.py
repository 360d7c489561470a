"""Lines that were made one with another are this reader's as before. Why two stayed two names people: it is erased with
either of the two, also after the merge was undone."""

import pytest

from subscriptions.readers.models import PrivacyRequest, ReaderMerge
from subscriptions.readers.queries import person
from subscriptions.terms.actions import follow_privacy_requests
from subscriptions.terms.actions.privacy import objection_to_erasure
from subscriptions.terms.models import MovedLine, Subscription
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


def test_what_a_line_that_was_merged_away_still_sends_stands_in_the_way(house: House) -> None:
    ana = house.reader("Ana Field")
    kept, merged = house.subscription(ana), house.subscription(ana)
    house.term(kept, first=501, units=0)
    house.term(merged, first=504, units=1)
    Subscription.objects.filter(pk=merged.pk).update(merged_into=kept)
    house.pull_before(504)

    said = objection_to_erasure(person(ana), at("2026-02-20"))

    assert said == "The Lantern still comes until Apr 2026. Cancel it first, and then ask again."
