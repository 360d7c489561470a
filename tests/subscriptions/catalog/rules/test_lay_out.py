from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.catalog.rules.calendar import FrequencyRule, cover_label, lay_out

NEW_YORK = ZoneInfo("America/New_York")
MONTHLY = FrequencyRule(
    covers=tuple((month,) for month in range(1, 13)),
    pull_day=10,
    pull_months_before=1,
    mail_after_days=10,
    in_home_after_days=(10, 15),
    pull_hour=17,
)


def year_of(rule, year=2026, zone=NEW_YORK):
    return lay_out(rule, first_number=1, first_year=year, years=1, zone=zone)


def test_the_pull_hour_is_local_in_summer_and_in_winter():
    issues = year_of(MONTHLY)

    assert issues[0].pull_at == datetime(2025, 12, 10, 22, 0, tzinfo=UTC)
    assert issues[6].pull_at == datetime(2026, 6, 10, 21, 0, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_the_first_that_exists():
    # On 8 March 2026 New York goes from 2:00 to 3:00.
    march = replace(MONTHLY, covers=((3,),), pull_day=8, pull_months_before=0, pull_hour=2)

    assert year_of(march)[0].pull_at == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)


def test_an_hour_that_the_clocks_repeat_is_the_earlier_one():
    # On 1 November 2026 New York goes from 2:00 back to 1:00.
    november = replace(MONTHLY, covers=((11,),), pull_day=1, pull_months_before=0, pull_hour=1)

    assert year_of(november)[0].pull_at == datetime(2026, 11, 1, 5, 0, tzinfo=UTC)


def test_mail_days_count_from_the_local_day_of_the_pull():
    issue = year_of(replace(MONTHLY, pull_hour=23))[0]

    assert issue.pull_at.date() == date(2025, 12, 11)
    assert issue.mail_on == date(2025, 12, 20)


def test_pull_day_31_is_the_last_day_of_a_shorter_month():
    rule = replace(MONTHLY, pull_day=31)

    local_days = [issue.pull_at.astimezone(NEW_YORK).date() for issue in year_of(rule)]

    assert local_days[:5] == [
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_a_leap_year_has_its_29_february():
    march = replace(MONTHLY, covers=((3,),), pull_day=29)

    assert year_of(march, 2028)[0].pull_at.astimezone(NEW_YORK).date() == date(2028, 2, 29)
    assert year_of(march, 2027)[0].pull_at.astimezone(NEW_YORK).date() == date(2027, 2, 28)


def test_three_months_before_january_is_october():
    assert year_of(replace(MONTHLY, pull_months_before=3))[0].pull_at.date() == date(2025, 10, 10)


@pytest.mark.parametrize(
    ("months", "label"),
    [((3,), "Mar 2026"), ((7, 8), "Jul/Aug 2026"), ((10, 11, 12), "Oct/Nov/Dec 2026"), ((12, 1), "Dec 2026/Jan 2027")],
)
def test_a_cover_names_its_months(months, label):
    assert cover_label(2026, months) == label


def test_a_cover_over_the_new_year_belongs_to_the_year_in_which_it_begins():
    bimonthly = replace(MONTHLY, covers=((2, 3), (4, 5), (6, 7), (8, 9), (10, 11), (12, 1)))

    last = year_of(bimonthly)[-1]

    assert (last.cover_year, last.cover_months, last.number) == (2026, (12, 1), 6)
    assert last.pull_at.date() == date(2026, 11, 10)


@pytest.mark.parametrize(
    "covers",
    [(), ((),), ((0,),), ((13,),), ((1,), (1,)), ((2,), (1,)), ((7, 9),), ((8, 7),), ((1,), (12, 1))],
)
def test_covers_that_are_no_year_are_refused(covers):
    with pytest.raises(ValueError, match=r"cover"):
        replace(MONTHLY, covers=covers)


@pytest.mark.parametrize(
    "change",
    [
        {"pull_day": 0},
        {"pull_day": 32},
        {"pull_hour": 24},
        {"pull_months_before": -1},
        {"mail_after_days": -1},
        {"in_home_after_days": (5, 4)},
        {"in_home_after_days": (-1, 5)},
    ],
)
def test_numbers_that_make_no_sense_are_refused(change):
    with pytest.raises(ValueError, match=r"pull|Labels"):
        replace(MONTHLY, **change)


def test_no_year_is_refused():
    with pytest.raises(ValueError, match="no year"):
        lay_out(MONTHLY, first_number=1, first_year=2026, years=0, zone=NEW_YORK)


@given(
    st.integers(1, 31),
    st.integers(0, 6),
    st.integers(0, 23),
    st.integers(1990, 2090),
    st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
)
def test_every_issue_is_pulled_after_the_one_before_and_before_it_is_mailed(day, before, hour, year, zone):
    rule = replace(MONTHLY, pull_day=day, pull_months_before=before, pull_hour=hour)

    issues = lay_out(rule, first_number=1, first_year=year, years=2, zone=ZoneInfo(zone))

    assert [issue.number for issue in issues] == list(range(1, 25))
    assert all(one.pull_at < other.pull_at for one, other in pairwise(issues))
    assert all(issue.pull_at.tzinfo is UTC for issue in issues)
    assert all(issue.mail_on < issue.in_home_from < issue.in_home_until for issue in issues)
