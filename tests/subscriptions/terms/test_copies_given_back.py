"""What a credit may name: a copy that was sent and used something up. The rest is given as goodwill."""

import datetime as dt
from typing import Any

import pytest
from django.db.models import F

from foundation.actors import Actor
from subscriptions.catalog import actions as catalog
from subscriptions.terms import actions
from subscriptions.terms.models import BulkExtension, Comp, Entry, OwedCopy, Pause, Subscription, Term
from subscriptions.terms.queries import Where
from tests.house import House, at
from tests.subscriptions.terms.orders import settle

BY = Actor("staff", "1")
JULY = at("2026-07-01")  # 507 was pulled, 508 is the next


@pytest.fixture
def line(house: House) -> Subscription:
    """504 and 506 were paid for, 505 was held back, and 507 came as grace."""
    subscription: Subscription = house.subscription()
    house.term(subscription, first=504, units=2, grace=1)
    Pause.objects.create(
        subscription=subscription, from_issue=house.issue(505), until_issue=house.issue(506), reason="vacation",
        entered_by="staff:1",
    )  # fmt: skip
    house.pull_before(508)
    return subscription


def given_back(house: House, line: Subscription, number: int) -> Entry:
    return actions.extend(
        subscription_id=line.pk, issues=1, reason_code="never_came", copy_issue_id=house.issue(number).pk, by=BY,
        now=JULY,
    ).entry  # fmt: skip


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(503, id="before it began"),
        pytest.param(505, id="held back"),
        pytest.param(507, id="grace that nobody paid for"),
        pytest.param(508, id="not pulled yet"),
    ],
)
def test_what_was_not_sent_or_not_paid_for_is_not_given_back(house: House, line: Subscription, number: int) -> None:
    with pytest.raises(actions.ExtensionIsOdd, match="nothing to give back"):
        given_back(house, line, number)

    assert not Entry.objects.filter(kind__in=["credit", "bonus"]).exists()
    assert given_back(house, line, 506).units == 1


def test_grace_that_was_paid_for_since_is_given_back(house: House, line: Subscription) -> None:
    settle(line, now=JULY)

    assert Entry.objects.get(kind="recoup").copy_issue == house.issue(507)
    assert given_back(house, line, 507).kind == "credit"


def test_a_back_issue_is_given_back_once_it_was_sent(house: House, line: Subscription) -> None:
    house.magazine.back_start_new = 1
    house.magazine.save(update_fields=["back_start_new"])
    catalog.receive_stock(issue_id=house.issue(507).pk, copies=1, by=BY, now=JULY)
    other = house.subscription()
    settle(other, now=JULY, back_issues=1)

    with pytest.raises(actions.ExtensionIsOdd):
        given_back(house, other, 507)
    OwedCopy.objects.update(state="sent", run_uuid=OwedCopy.objects.get().term.uuid)

    assert given_back(house, other, 507).kind == "credit"


def is_special(house: House, number: int) -> None:
    house.magazine.issues.filter(number=number).update(weight=0)
    house.magazine.issues.filter(number__gt=number).update(unit=F("unit") - 1)


def test_a_special_used_up_nothing_and_is_made_good_as_goodwill(house: House) -> None:
    is_special(house, 506)
    line = house.subscription()
    house.term(line, first=504)
    house.pull_before(508)

    entry = given_back(house, line, 506)

    assert (entry.kind, entry.copy_issue) == ("bonus", None)


def test_a_special_that_a_place_missed_is_goodwill_for_those_to_whom_it_was_sent(house: House) -> None:
    """Not for who ordered after it was pulled; but for who has had other copies since."""
    is_special(house, 506)
    lines: list[Any] = [house.subscription(house.reader(name)) for name in ("Ana", "Ben", "Late")]
    terms = [house.term(line, first=504) for line in lines[:2]]
    house.pull_before(507)
    catalog.mark_mailed(issue_id=house.issue(506).pk, mailed_on=dt.date(2026, 5, 20))
    actions.split(term_id=terms[1].pk, why="changed", copies=2, by=BY, now=at("2026-05-25"))
    late = settle(lines[2], now=at("2026-05-25"))
    assert late.c_from == house.issue(506).unit

    bulk: BulkExtension = actions.bulk_extend(
        issue_id=house.issue(506).pk, issues=1, reason_code="never_came", where=Where(), by=BY, now=at("2026-06-01")
    )

    assert bulk.extended == 2
    assert sorted(Entry.objects.filter(link=bulk.link).values_list("kind", "term__subscription")) == [
        ("bonus", lines[0].pk), ("bonus", lines[1].pk),
    ]  # fmt: skip


def test_who_answers_for_free_copies_answers_for_them_when_they_are_taken_up_again(house: House) -> None:
    line = house.subscription()
    house.pull_before(508)
    actions.give_comp(
        subscription_id=line.pk, units=6, owner="The editor", why="author", by=BY, now=JULY,
        confirm_by=at("2027-01-01").date(),
    )  # fmt: skip
    actions.cancel_now(subscription_id=line.pk, reason_code="not_reading", by=BY, now=JULY)

    (again,) = actions.reinstate(subscription_id=line.pk, by=BY, now=JULY)

    assert Comp.objects.get().term == again == Term.objects.get(subscription=line, ended_at__isnull=True)
