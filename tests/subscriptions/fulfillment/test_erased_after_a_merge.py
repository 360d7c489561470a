"""A merge that was undone gives lines back, and no copy that went out while it stood: an erasure reaches those, too."""

import datetime as dt
from typing import Any

import pytest

from foundation.actors import Actor
from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import Copy
from subscriptions.readers import actions as readers
from subscriptions.readers.models import PrivacyRequest
from subscriptions.terms import actions as terms
from tests.house import House, at
from tests.subscriptions.fulfillment.runs import released

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "1")
BEFORE, AFTER = at("2026-02-25"), at("2026-03-25")


def subscriber(house: House, name: str, **address: Any) -> Any:
    reader = house.reader(name)
    line = house.subscription(reader, house.address(reader, **address))
    house.term(line, first=504, sold_on=dt.date(2026, 2, 20))
    return reader


def is_mailed(house: House, number: int) -> None:
    run, issue = released(house, number), house.issue(number)
    actions.hand_over(run_id=run.pk, to="Wick & Sons", by=CLERK, now=issue.pull_at)
    actions.confirm_mailed(run_id=run.pk, mailed_on=issue.mail_on, by=CLERK, now=at(issue.mail_on.isoformat()))


@pytest.mark.parametrize(
    ("erased", "joins_lines", "left"),
    [
        ("Dora Quill", False, ["ANA FIELD"]),
        ("Dora Quill", True, []),
        ("Ana Field", False, ["DORA QUILL"]),
        ("Ana Field", True, []),  # It was her line and her copy, whatever was printed.
    ],
)
def test_a_copy_that_went_out_while_the_merge_stood_loses_its_name(
    house: House, erased: str, joins_lines: bool, left: list[str]
) -> None:
    ana = subscriber(house, "Ana Field", entered_at=at("2026-01-01"))
    dora = subscriber(house, "Dora Quill", entered_at=at("2026-02-01"), label_addr1="77 PLUME ST")
    house.pull_before(504)
    merge = readers.merge_readers(kept_id=ana.pk, merged_id=dora.pk, by=CLERK, now=BEFORE, joins_lines=joins_lines)
    terms.follow_merges(now=BEFORE)
    is_mailed(house, 504)
    printed = sorted(Copy.objects.values_list("name", flat=True))
    readers.unmerge_readers(merge_id=merge.pk, by=CLERK, now=AFTER)
    terms.follow_merges(now=AFTER)
    reader = ana if erased == ana.name else dora
    PrivacyRequest.objects.create(
        reader=reader, kind="erasure", state="waiting", verified="letter", asked_by="staff:1", due_on=AFTER.date()
    )

    assert actions.follow_privacy_requests(now=AFTER) == 1

    assert printed == (["DORA QUILL"] if joins_lines else ["ANA FIELD", "DORA QUILL"])
    assert list(Copy.objects.exclude(name="ERASED READER").values_list("name", flat=True)) == left


def test_whoever_has_the_same_name_keeps_the_copies_of_before_and_after_the_wrong_merge(house: House) -> None:
    kept = subscriber(house, "John Smith", entered_at=at("2026-01-01"))
    other = subscriber(house, "John Smith", entered_at=at("2026-02-01"), label_addr1="77 PLUME ST")
    house.pull_before(504)
    is_mailed(house, 504)
    merge = readers.merge_readers(kept_id=kept.pk, merged_id=other.pk, by=CLERK, now=AFTER, joins_lines=True)
    terms.follow_merges(now=AFTER)
    readers.unmerge_readers(merge_id=merge.pk, by=CLERK, now=at("2026-03-26"))
    terms.follow_merges(now=at("2026-03-26"))
    is_mailed(house, 505)
    PrivacyRequest.objects.create(
        reader=other, kind="erasure", state="waiting", verified="letter", asked_by="staff:1", due_on=AFTER.date()
    )

    assert actions.follow_privacy_requests(now=at("2026-05-01")) == 1

    left = Copy.objects.exclude(name="ERASED READER").values_list("reader_id", "name").order_by("issue_id")
    assert list(left) == [(kept.pk, "JOHN SMITH")] * 2
