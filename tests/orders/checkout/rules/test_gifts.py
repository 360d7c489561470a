"""What several gifts cost together, which issue arrives around a day, and who gets which effort."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orders.checkout.rules import (
    GiftWish,
    Person,
    effort_goes_to_recipient,
    group_price,
    nearest_in_home,
    problems_of,
    share_out,
)
from tests.gifts import code_for, wish

TODAY = dt.date(2026, 2, 20)


@pytest.mark.parametrize(
    ("gifts", "tiers", "total"),
    [
        (1, {}, 19_95),
        (4, {}, 79_80),
        (2, {2: 15_00}, 34_95),
        (3, {2: 15_00}, 49_95),
        # The fourth at half price, and only the fourth.
        (4, {4: 9_97, 5: 19_95}, 69_82),
        (5, {4: 9_97, 5: 19_95}, 89_77),
        # A tier that is dearer than the gift alone is no tier.
        (2, {2: 25_00}, 39_90),
    ],
)
def test_several_gifts_cost_together(gifts, tiers, total):
    assert group_price(list_cents=19_95, gifts=gifts, tiers=tiers) == total


def test_two_gifts_of_3495_are_worth_1748_and_1747():
    assert share_out(total_cents=34_95, copies=[1, 1]) == [17_48, 17_47]


@given(total=some.integers(0, 10**7), copies=some.lists(some.integers(1, 9), min_size=1, max_size=50))
def test_the_shares_are_the_price_to_the_cent_and_nobody_pays_a_cent_more_than_another(total, copies):
    shares = share_out(total_cents=total, copies=copies)

    assert sum(shares) == total
    assert all(abs(share * sum(copies) - total * n) < sum(copies) for share, n in zip(shares, copies, strict=True))


# In-home windows of 505, 506 and 507 on the sample calendar of the house.
WINDOWS = [
    (dt.date(2026, 4, 27), dt.date(2026, 5, 5)),
    (dt.date(2026, 5, 27), dt.date(2026, 6, 4)),
    (dt.date(2026, 6, 27), dt.date(2026, 7, 5)),
]


@pytest.mark.parametrize(
    ("day", "place"),
    [("2026-01-01", 0), ("2026-05-05", 0), ("2026-05-16", 0), ("2026-05-17", 1), ("2026-05-28", 1), ("2027-01-01", 2)],
)
def test_the_issue_that_arrives_around_a_day(day, place):
    assert nearest_in_home(WINDOWS, dt.date.fromisoformat(day)) == place


def test_no_issue_arrives_around_a_day_beyond_an_empty_calendar():
    assert nearest_in_home([], TODAY) is None


@pytest.mark.parametrize(
    ("efforts", "to_recipient"),
    [(1, []), (2, [2]), (3, [3]), (4, [4]), (5, [4, 5]), (6, [4, 5, 6])],
)
def test_the_first_three_efforts_go_to_the_donor_and_the_last_ones_to_the_recipient(efforts, to_recipient):
    found = [n for n in range(1, efforts + 1) if effort_goes_to_recipient(n, efforts=efforts)]

    assert found == to_recipient


def test_a_gift_without_wishes_has_no_problems():
    assert problems_of(wish(), today=TODAY, has_address=True) == {}


@pytest.mark.parametrize(
    ("odd", "field", "code"),
    [
        (wish(message="x" * 201), "message", "too_long"),
        (wish(message="my card 4242 4242 4242 4242"), "message", "card_number"),
        (wish(from_name="4242424242424242"), "from_name", "card_number"),
        (wish(start_issue=506, arrives_on=dt.date(2026, 5, 28)), "arrives_on", "two_starts"),
        (wish(announce="mail"), "recipient.email", "required"),
        (wish(announce_on=dt.date(2026, 2, 19)), "announce_on", "in_the_past"),
        (wish(announce_on=dt.date(2027, 3, 1)), "announce_on", "too_far"),
        (code_for(announce="card"), "announce", "no_address"),
        (code_for(start_issue=506), "start_issue", "code_starts_itself"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(odd: GiftWish, field: str, code: str):
    problems = problems_of(odd, today=TODAY, has_address=odd.ship_to is not None)

    assert [found for found, _ in problems[field]] == [code]


def test_the_recipient_is_a_person():
    assert wish("Ana Field", email="ana@readers.example").recipient == Person("Ana Field", "ana@readers.example")
