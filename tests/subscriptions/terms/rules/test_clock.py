import pytest

from subscriptions.terms.rules import (
    PauseSpan,
    TermSpan,
    clock_at,
    earning_units,
    expire_issue,
    is_paused,
    skipped_before,
)
from tests.worked_examples.sample_calendar import sample_calendar


def test_without_a_pause_the_clock_is_the_unit():
    calendar = sample_calendar()

    assert [clock_at(calendar, [], number) for number in (501, 504, 540, 541)] == [0, 3, 39, 40]


def test_the_clock_stands_still_over_a_pause():
    calendar = sample_calendar()

    assert [clock_at(calendar, [PauseSpan(504, 506)], number) for number in range(503, 508)] == [2, 3, 3, 3, 4]


@pytest.mark.parametrize(
    ("pauses", "skipped"),
    [
        pytest.param([PauseSpan(502, 506), PauseSpan(503, 505)], 4, id="nested"),
        pytest.param([PauseSpan(502, 505), PauseSpan(504, 507)], 5, id="overlapping"),
        pytest.param([PauseSpan(502, 504), PauseSpan(504, 506)], 4, id="touching"),
        pytest.param([PauseSpan(504, 504)], 0, id="without length"),
        pytest.param([PauseSpan(505, None)], 5, id="open"),
        pytest.param([PauseSpan(510, 520)], 0, id="later"),
    ],
)
def test_pauses_count_as_their_union(pauses, skipped):
    assert skipped_before(sample_calendar(), pauses, 510) == skipped


def test_a_pause_holds_its_first_issue_and_not_its_last():
    assert [is_paused([PauseSpan(504, 506)], number) for number in (503, 504, 505, 506)] == [False, True, True, False]


def test_a_calendar_that_begins_after_the_first_pause_is_refused():
    late = sample_calendar()[5:]

    with pytest.raises(ValueError, match="reach back"):
        clock_at(late, [PauseSpan(502, 504)], 510)


def test_an_empty_calendar_is_refused():
    with pytest.raises(ValueError, match="no issues"):
        expire_issue([], [], [])


def test_nobody_without_terms_has_anything_left():
    answer = expire_issue(sample_calendar(), [], [])

    assert (answer.issue, answer.reason, answer.units_left) == (None, "ended", 0)


@pytest.mark.parametrize("change", [{"cut": 11}, {"carried": 11}, {"credit": -1}, {"units": -1}, {"c_from": -1}])
def test_a_term_that_ends_before_it_begins_or_counts_below_zero_is_refused(change):
    with pytest.raises(ValueError, match=r"negative|before it begins"):
        TermSpan(**{"c_from": 3, "units": 10, **change})


def test_earning_stops_at_the_units_bought_and_never_falls_below_none():
    assert earning_units(TermSpan(c_from=0, units=10, bonus=1), served=11) == 10
    assert earning_units(TermSpan(c_from=0, units=10, credit=1), served=4) == 3
    assert earning_units(TermSpan(c_from=0, units=10, credit=1), served=11) == 10
    assert earning_units(TermSpan(c_from=0, units=10), served=4, owed=1) == 3
    assert earning_units(TermSpan(c_from=0, units=10, credit=2), served=1) == 0


def test_a_perpetual_term_earns_nothing_by_the_issue():
    with pytest.raises(ValueError, match=r"[Pp]erpetual"):
        earning_units(TermSpan(c_from=0, units=None), served=4)
