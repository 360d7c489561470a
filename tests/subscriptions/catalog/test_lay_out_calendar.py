from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from foundation.actors import system
from subscriptions.catalog import actions
from subscriptions.catalog.models import Issue, Magazine
from tests.house import COVERS, at

BY = system("test")


@pytest.fixture
def magazine(db: None) -> Magazine:
    return Magazine.objects.create(
        code="lantern", label_code="LAN", name="The Lantern", covers=[list(cover) for cover in COVERS]
    )


def lay_out(magazine: Magazine, number: int = 501, year: int = 2026, years: int = 2) -> list[Issue]:
    return actions.lay_out(magazine_id=magazine.pk, first_number=number, first_year=year, years=years, by=BY)


def test_lays_out_whole_years_with_units_in_a_row(magazine: Magazine) -> None:
    issues = lay_out(magazine)

    assert [(i.number, i.ordinal, i.unit) for i in issues] == [(501 + n, 1 + n, n) for n in range(20)]
    assert (issues[3].cover_label, issues[3].pull_at) == ("Apr 2026", at("2026-03-10", 17))
    assert issues[6].cover_label == "Jul/Aug 2026"


def test_goes_on_behind_what_is_there(magazine: Magazine) -> None:
    lay_out(magazine, years=1)
    Issue.objects.filter(number=510).update(weight=2)

    issues = lay_out(magazine, number=511, year=2027, years=1)

    assert (issues[0].cover_label, issues[0].ordinal, issues[0].unit) == ("Jan 2027", 11, 11)


def test_laying_out_again_changes_nothing(magazine: Magazine) -> None:
    before = lay_out(magazine)

    again = lay_out(magazine)

    assert again == before
    assert Issue.objects.count() == 20


def test_one_more_year_is_added_to_the_years_that_are_there(magazine: Magazine) -> None:
    lay_out(magazine, years=2)

    lay_out(magazine, years=3)

    assert Issue.objects.count() == 30
    assert Issue.objects.get(number=530).unit == 29


def test_refuses_a_number_that_has_another_cover(magazine: Magazine) -> None:
    lay_out(magazine)

    with pytest.raises(actions.NumberIsTaken):
        lay_out(magazine, number=501, year=2027)


def test_refuses_years_before_the_calendar(magazine: Magazine) -> None:
    lay_out(magazine)

    with pytest.raises(actions.CalendarGoesOn):
        lay_out(magazine, number=601, year=2025)
    assert Issue.objects.count() == 20


@pytest.mark.parametrize("covers", [[], [[1], [1]], [[13]], [1, 2], [["Jan"]]])
def test_refuses_a_rule_that_makes_no_sense(magazine: Magazine, covers: list[object]) -> None:
    magazine.covers = covers
    magazine.save(update_fields=["covers"])

    with pytest.raises(actions.CalendarRuleIsOdd):
        lay_out(magazine)


def test_the_command_prints_the_calendar(magazine: Magazine) -> None:
    out = StringIO()

    call_command("lay_out_calendar", magazine="lantern", first_number=501, first_year=2026, stdout=out)

    assert "504  Apr 2026       pull 2026-03-10 17:00  mail 2026-03-20" in out.getvalue()
    assert len(out.getvalue().splitlines()) == 20


def test_the_command_says_what_is_wrong(magazine: Magazine) -> None:
    with pytest.raises(CommandError, match="no magazine"):
        call_command("lay_out_calendar", magazine="owl", first_number=501, first_year=2026)
    with pytest.raises(CommandError, match="no year"):
        call_command("lay_out_calendar", magazine="lantern", first_number=501, first_year=2026, years=0)
