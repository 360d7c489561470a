"""Addresses away from home, and changes of address for later: laid on the issue calendar, and laid again with it."""

import datetime as dt
from typing import Any

import pytest

from config.celery import TIMETABLE, WAKE_LISTENERS
from foundation.actors import Actor
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.terms import actions, queries
from subscriptions.terms.models import AwayAddress, AwayIssue, ShipTo
from tests.house import House
from tests.subscriptions.terms.orders import SYSTEM

ANA = Actor("reader", "1")


class Ana:
    """Gets 504 to 513 at home; 504 to 506 are pulled. An issue is in home from the 27th of the month before its cover:
    507 from 27 June, 508 from 27 August, 511 from 27 December, 514 from 27 March."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.subscription = house.subscription()
        house.term(self.subscription, first=504)
        house.pull_before(507)
        self.home = queries.ship_to(self.subscription.pk, 1)
        self.lake = house.address(self.subscription.reader, label_addr1="5 LAKE RD")
        self.palms = house.address(self.subscription.reader, label_addr1="1 PALM ST")

    def stays(self, address: Any, leaves: str, back: str, *, day: str = "2026-06-01") -> actions.StayAnswer:
        return actions.stay_away(
            subscription_id=self.subscription.pk,
            address_id=address.pk,
            from_on=dt.date.fromisoformat(leaves),
            until_on=dt.date.fromisoformat(back),
            by=ANA,
            now=self.house.at(day),
        )

    def winters(self, *, day: str = "2026-06-01", **changes: Any) -> actions.StayAnswer:
        asked: dict[str, Any] = {"address_id": self.palms.pk, "first": (12, 1), "last": (3, 31), **changes}
        return actions.stay_every_year(subscription_id=self.subscription.pk, by=ANA, now=self.house.at(day), **asked)

    def moves(self, address: Any, *, day: str = "2026-06-01", **when: Any) -> actions.AddressChange:
        return actions.change_address(
            subscription_id=self.subscription.pk, address_id=address.pk, by=ANA, now=self.house.at(day), **when
        )

    def goes_to(self, *numbers: int) -> list[Any]:
        return [queries.ship_to(self.subscription.pk, self.house.issue(number).ordinal) for number in numbers]

    def away(self) -> list[int]:
        return list(AwayIssue.objects.order_by("issue__ordinal").values_list("issue__number", flat=True))


@pytest.fixture
def ana(house: House) -> Ana:
    return Ana(house)


def lay_again(house: House, day: str = "2026-06-01") -> int:
    return actions.lay_addresses_again(now=house.at(day))


def expect(day: dt.date, *numbers: int) -> None:
    """These issues are expected from this day on."""
    Issue.objects.filter(number__in=numbers).update(in_home_from=day, in_home_until=day)


def test_a_stay_says_which_issues_go_there_which_is_home_again_and_until_when_that_holds(ana: Ana) -> None:
    answer = ana.stays(ana.lake, "2026-06-20", "2026-09-30")

    assert [issue.number for issue in answer.issues] == [507, 508]
    assert (answer.home_again, answer.holds_until) == (ana.house.issue(509), ana.house.issue(507).pull_at)
    assert ana.goes_to(507, 508, 509) == [ana.lake, ana.lake, ana.home]


def test_what_is_out_of_reach_goes_to_the_old_address_and_is_named(ana: Ana) -> None:
    answer = ana.stays(ana.lake, "2026-06-20", "2026-09-30", day="2026-06-12")

    assert [issue.number for issue in answer.still_old] == [507]
    assert ana.away() == [508]


def test_the_margin_is_the_magazines(ana: Ana) -> None:
    ana.house.magazine.seasonal_margin_days = 0
    ana.house.magazine.save()
    ana.stays(ana.lake, "2026-08-01", "2026-08-28")
    assert ana.away() == [508]

    AwayAddress.objects.update(until_on=dt.date(2026, 9, 3))
    ana.house.magazine.seasonal_margin_days = 7
    ana.house.magazine.save()
    assert lay_again(ana.house) == 1
    assert ana.away() == []


def test_every_winter_goes_south_as_far_as_the_calendar_is_laid_out(ana: Ana) -> None:
    ana.winters()

    assert ana.away() == [511, 512, 513, 521, 522, 523, 531, 532, 533]


def test_a_stay_once_goes_before_every_year_and_gives_way_when_it_is_ended(ana: Ana) -> None:
    ana.winters()
    cruise = ana.stays(ana.lake, "2027-01-15", "2027-02-15")
    assert ana.goes_to(511, 512, 513) == [ana.palms, ana.lake, ana.palms]

    ended = actions.end_stay(away_id=cruise.away.pk, by=ANA, now=ana.house.at("2026-06-02"))

    assert ana.goes_to(511, 512, 513) == [ana.palms] * 3
    assert (ended.first_issue, ended.holds_until) == (ana.house.issue(512), ana.house.issue(512).pull_at)
    assert (ended.issues, ended.home_again) == ([], None)  # home from 514 on, which she does not get
    with pytest.raises(actions.StayIsOver):
        actions.end_stay(away_id=cruise.away.pk, by=ANA, now=ana.house.at("2026-06-02"))


def test_ending_a_stay_leaves_what_is_out_of_reach(ana: Ana) -> None:
    answer = ana.stays(ana.lake, "2026-06-20", "2026-09-30")

    ended = actions.end_stay(away_id=answer.away.pk, by=ANA, now=ana.house.at("2026-06-12"))

    assert ana.away() == [507]
    assert (ended.first_issue, ended.home_again, ended.still_old) == (
        ana.house.issue(508), ana.house.issue(508), [ana.house.issue(507)],
    )  # fmt: skip
    assert ended.holds_until == ana.house.issue(508).pull_at


def test_a_stay_is_laid_again_when_the_calendar_moves_and_only_where_it_is_open(ana: Ana) -> None:
    ana.stays(ana.lake, "2026-06-20", "2026-09-30")
    for number in (507, 508):  # in home 20 days later: 17 July, and 16 September
        issue = ana.house.issue(number)
        catalog.move_pull(issue_id=issue.pk, pull_at=issue.pull_at + dt.timedelta(days=20), by=SYSTEM)
    assert lay_again(ana.house) == 0
    expect(dt.date(2026, 9, 28), 507, 508)

    assert lay_again(ana.house, "2026-07-05") == 1  # 507 is past its pull time

    assert ana.away() == [507]
    assert lay_again(ana.house, "2026-07-05") == 0


def test_a_calendar_laid_out_further_is_laid_with_it(ana: Ana) -> None:
    ana.winters()
    last = ana.house.issue(540)
    Issue.objects.create(
        magazine=ana.house.magazine, number=541, ordinal=41, unit=40, cover_label="Jan 2030", cover_year=2030,
        cover_month=1, pull_at=last.pull_at + dt.timedelta(days=61), mail_on=dt.date(2029, 12, 20),
        in_home_from=dt.date(2029, 12, 27), in_home_until=dt.date(2030, 1, 4),
    )  # fmt: skip

    assert lay_again(ana.house) == 1
    assert ana.away()[-1] == 541


def test_a_dropped_issue_goes_nowhere_and_the_one_put_in_goes_along(ana: Ana) -> None:
    ana.winters()
    catalog.drop_issue(issue_id=ana.house.issue(512).pk, by=SYSTEM)
    following = ana.house.issue(513)
    catalog.add_issue(
        before_issue_id=following.pk,
        issue=Issue(
            number=9001, weight=0, cover_label="Special", cover_year=2027, cover_month=2,
            pull_at=following.pull_at - dt.timedelta(days=3), mail_on=following.mail_on,
            in_home_from=following.in_home_from, in_home_until=following.in_home_until,
        ),
        by=SYSTEM,
    )  # fmt: skip

    lay_again(ana.house)

    assert 9001 in ana.away()
    assert ana.goes_to(511, 513) == [ana.palms, ana.palms]


def test_the_sweep_stands_in_the_timetable_and_hears_of_calendar_changes() -> None:
    task = "subscriptions.terms.tasks.lay_addresses_again"

    assert task in [entry[0] for entry in TIMETABLE.values()]
    assert task in WAKE_LISTENERS["calendar_changed"]


def test_the_task_lays_what_changed(ana: Ana, monkeypatch: pytest.MonkeyPatch) -> None:
    from foundation import clock
    from subscriptions.terms.tasks import lay_addresses_again

    monkeypatch.setattr(clock, "now", lambda: ana.house.at("2026-06-01"))
    ana.winters()
    AwayIssue.objects.all().delete()

    lay_addresses_again()

    assert len(ana.away()) == 9


def test_refuses_stays_that_make_no_sense(ana: Ana) -> None:
    with pytest.raises(actions.StayRunsBackwards):
        ana.stays(ana.lake, "2026-09-30", "2026-09-30")
    with pytest.raises(actions.NothingGoesThere):
        ana.stays(ana.lake, "2026-07-01", "2026-08-20")
    for days in ({"first": (2, 30)}, {"last": (13, 1)}, {"first": (3, 31)}):
        with pytest.raises(actions.NoSuchDay):
            ana.winters(**days)
    with pytest.raises(actions.AddressOfSomeoneElse):
        ana.winters(address_id=ana.house.address(ana.house.reader("Ben Stone")).pk)
    assert not AwayAddress.objects.exists()


def test_a_stay_beyond_the_calendar_waits_for_it(ana: Ana) -> None:
    answer = ana.stays(ana.lake, "2031-01-01", "2031-06-01")

    assert (answer.issues, answer.holds_until) == ([], None)


def test_the_preview_shows_the_next_twelve_issues_and_where_each_goes(ana: Ana) -> None:
    ana.winters()
    actions.hold(
        subscription_id=ana.subscription.pk, from_issue_id=ana.house.issue(508).pk,
        until_issue_id=ana.house.issue(509).pk, reason="vacation", by=ANA, now=ana.house.at("2026-06-01"),
    )  # fmt: skip

    seen = queries.destinations(ana.subscription.pk, ana.house.at("2026-06-12"))

    assert [d.issue.number for d in seen] == list(range(507, 519))
    assert [d.why for d in seen[:9]] == ["comes", "held", *["comes"] * 6, "not_owed"]
    assert [d.issue.number for d in seen if d.address == ana.palms] == [511, 512, 513]
    assert [d.is_open for d in seen[:2]] == [False, True]


def test_the_overview_names_home_and_where_each_copy_goes(ana: Ana) -> None:
    ana.stays(ana.lake, "2026-08-01", "2026-09-10")

    seen = queries.overview(ana.subscription.pk, ana.house.at("2026-06-01"))

    assert seen.address == ana.home
    assert [copy.address for copy in seen.next_copies] == [ana.home, ana.lake, ana.home]


def test_from_a_day_on_becomes_the_first_issue_expected_then(ana: Ana) -> None:
    change = ana.moves(ana.lake, from_on=dt.date(2026, 8, 27))

    assert change.first_issue == ana.house.issue(508)
    assert [issue.number for issue in change.meanwhile] == [507]
    assert change.holds_until == ana.house.issue(508).pull_at
    assert ana.goes_to(507, 508, 520) == [ana.home, ana.lake, ana.lake]


def test_from_an_issue_on(ana: Ana) -> None:
    change = ana.moves(ana.lake, from_issue_id=ana.house.issue(510).pk)

    assert change.first_issue == ana.house.issue(510)
    assert ana.goes_to(509, 510) == [ana.home, ana.lake]


def test_a_change_for_later_and_one_at_once_are_both_kept_in_order(ana: Ana) -> None:
    ana.moves(ana.lake, from_on=dt.date(2026, 8, 27))

    change = ana.moves(ana.palms, from_issue_id=ana.house.issue(512).pk)

    assert not change.replaced
    assert ana.goes_to(507, 508, 511, 512) == [ana.home, ana.lake, ana.lake, ana.palms]


def test_a_change_at_once_gives_up_the_one_for_later_and_says_so(ana: Ana) -> None:
    ana.moves(ana.lake, from_on=dt.date(2026, 8, 27))

    change = ana.moves(ana.palms)

    assert change.replaced
    assert ana.goes_to(507, 508, 520) == [ana.palms] * 3
    assert ShipTo.objects.count() == 2


def test_a_change_for_later_is_taken_back_by_naming_the_address_of_now(ana: Ana) -> None:
    ana.moves(ana.lake, from_on=dt.date(2026, 8, 27))

    assert ana.moves(ana.home).replaced
    assert ana.goes_to(507, 508, 520) == [ana.home] * 3
    assert ShipTo.objects.count() == 1


def test_the_address_of_later_at_once_reaches_the_next_issue(ana: Ana) -> None:
    ana.moves(ana.lake, from_on=dt.date(2026, 8, 27))

    assert not ana.moves(ana.lake).replaced
    assert ana.goes_to(507, 508) == [ana.lake, ana.lake]


def test_a_change_for_later_follows_the_calendar_by_its_day(ana: Ana) -> None:
    ana.moves(ana.lake, from_on=dt.date(2026, 9, 20))  # 509 is in home from 27 September
    expect(dt.date(2026, 9, 21), 508)

    assert lay_again(ana.house) == 1
    assert ana.goes_to(507, 508) == [ana.home, ana.lake]
    assert lay_again(ana.house) == 0
    assert lay_again(ana.house, "2026-08-15") == 0  # reached: it stays


def test_a_change_for_later_follows_its_issue_when_another_is_put_before_it(ana: Ana) -> None:
    ana.moves(ana.lake, from_issue_id=ana.house.issue(510).pk)
    ana.moves(ana.palms, from_issue_id=ana.house.issue(512).pk)
    following = ana.house.issue(509)
    catalog.add_issue(
        before_issue_id=following.pk,
        issue=Issue(
            number=9001, cover_label="Extra", cover_year=2026, cover_month=9,
            pull_at=following.pull_at - dt.timedelta(days=3), mail_on=following.mail_on,
            in_home_from=following.in_home_from, in_home_until=following.in_home_until,
        ),
        by=SYSTEM,
    )  # fmt: skip
    assert ana.goes_to(509, 510, 511) == [ana.lake, ana.lake, ana.palms]

    assert lay_again(ana.house) == 2
    assert ana.goes_to(509, 510, 511, 512) == [ana.home, ana.lake, ana.lake, ana.palms]


def test_a_named_start_has_to_be_within_reach_and_only_one(ana: Ana) -> None:
    with pytest.raises(catalog.IssueIsPulled, match="Jul/Aug 2026"):
        ana.moves(ana.lake, from_issue_id=ana.house.issue(506).pk)
    with pytest.raises(catalog.CalendarIsOver):
        ana.moves(ana.lake, from_on=dt.date(2040, 1, 1))
    with pytest.raises(actions.ChangeTakesOneStart):
        ana.moves(ana.lake, from_on=dt.date(2026, 9, 1), from_issue_id=ana.house.issue(508).pk)
    assert ShipTo.objects.count() == 1


def test_one_subscription_can_be_laid_again_alone(ana: Ana) -> None:
    ana.winters()
    AwayIssue.objects.filter(issue__number=511).delete()

    assert actions.lay_subscription(subscription_id=ana.subscription.pk, now=ana.house.at("2026-06-01")) == 1


def test_a_stay_that_is_entered_twice_is_one(house: House) -> None:
    """Typed again, the address is a row of its own and the same place; ending it sends everything home."""
    ana = Ana(house)
    again = house.address(ana.subscription.reader, label_addr1="5 LAKE RD")
    first = ana.stays(ana.lake, "2026-06-20", "2026-10-20")

    assert ana.stays(again, "2026-06-20", "2026-10-20") == first
    assert ana.winters().away == ana.winters().away
    assert ana.stays(ana.palms, "2026-06-20", "2026-10-20").away != first.away
    assert ana.stays(ana.lake, "2026-06-20", "2026-10-20").away != first.away  # It goes before the one in between.
    assert AwayAddress.objects.count() == 4
