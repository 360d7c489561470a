"""Ranges on the clock against a counter that knows no ranges: it walks the issues and takes units off what is left."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from subscriptions.terms.rules import (
    IssueRow,
    PauseSpan,
    TermSpan,
    clock_at,
    earning_units,
    expire_issue,
    first_issue_of,
    lay,
    queue_start,
    served_units,
    serving,
)

FIRST = 501


@dataclass
class Bought:
    """A term as the counter sees it: how many units, and not before which issue."""

    units: int
    start: int
    left: int = 0
    served: list[int] = field(default_factory=list)


def count(issues: list[tuple[int, bool]], held: set[int], bought: list[Bought]) -> None:
    """Walk the issues (weight, dropped) with one counter per term. First in, first out; a shortfall is forgiven."""
    for term in bought:
        term.left, term.served = term.units, []
    for number, (weight, dropped) in enumerate(issues, start=FIRST):
        if dropped or number in held:
            continue
        for place, term in enumerate(bought):
            earlier_wait = any(other.left for other in bought[:place])
            if term.left and not earlier_wait:
                if number >= term.start:
                    term.served.append(number)
                    term.left = max(0, term.left - weight)
                break


issue_lists = st.lists(
    st.tuples(st.sampled_from([1, 1, 1, 1, 2, 0]), st.sampled_from([False, False, False, False, True])),
    min_size=6,
    max_size=40,
)


@st.composite
def lives(draw):
    issues = draw(issue_lists)
    last = FIRST + len(issues)
    ordinals = st.integers(FIRST, last)
    pauses = [
        PauseSpan(start, None if open_end else start + length)
        for start, length, open_end in draw(
            st.lists(st.tuples(ordinals, st.integers(0, 6), st.sampled_from([False] * 5 + [True])), max_size=3)
        )
    ]
    starts = sorted(draw(st.lists(st.integers(FIRST, FIRST + len(issues) // 2), min_size=1, max_size=3)))
    bought = [Bought(draw(st.integers(1, 14)), start) for start in starts]
    pointer = draw(ordinals)
    return issues, pauses, bought, pointer


def rows(issues: list[tuple[int, bool]], pointer: int) -> list[IssueRow]:
    found, unit = [], 0
    for number, (weight, dropped) in enumerate(issues, start=FIRST):
        found.append(
            IssueRow(
                number=number,
                ordinal=number,
                weight=weight,
                unit=unit,
                is_pulled=number < pointer,
                is_dropped=dropped,
                cover_label=str(number),
            )
        )
        unit += 0 if dropped else weight
    return found


def laid(calendar: list[IssueRow], pauses: list[PauseSpan], bought: list[Bought]) -> list[TermSpan]:
    waiting = [TermSpan(c_from=0, units=term.units, pin_ordinal=term.start) for term in bought]
    return lay(calendar, pauses, waiting, clock_at(calendar, pauses, FIRST))


def held_numbers(issues: list[tuple[int, bool]], pauses: list[PauseSpan]) -> set[int]:
    held: set[int] = set()
    for pause in pauses:
        until = FIRST + len(issues) if pause.until_ordinal is None else pause.until_ordinal
        held |= set(range(pause.from_ordinal, until))
    return held


@settings(max_examples=400)
@given(lives())
def test_every_issue_is_served_from_the_term_that_the_counter_takes_it_from(life):
    issues, pauses, bought, pointer = life
    calendar = rows(issues, pointer)
    count(issues, held_numbers(issues, pauses), bought)

    terms = laid(calendar, pauses, bought)
    copies = [(issue, serving(calendar, pauses, terms, issue.ordinal)) for issue in calendar]

    for place, term in enumerate(bought):
        assert [issue.number for issue, copy in copies if copy and copy.place == place] == term.served


@settings(max_examples=400)
@given(lives())
def test_the_expire_issue_is_where_the_counter_runs_out(life):
    issues, pauses, bought, pointer = life
    calendar = rows(issues, pointer)
    held = held_numbers(issues, pauses)
    count(issues, held, bought)
    numbers = [number for term in bought for number in term.served if issues[number - FIRST][0]]
    left_at_the_end = sum(term.left for term in bought)
    before_pointer = [Bought(term.units, term.start) for term in bought]
    count(issues[: pointer - FIRST], held, before_pointer)

    answer = expire_issue(calendar, pauses, laid(calendar, pauses, bought))

    assert answer.units_left == sum(term.left for term in before_pointer)
    if left_at_the_end:
        held_for_good = any(p.until_ordinal is None and p.from_ordinal < FIRST + len(issues) for p in pauses)
        assert (answer.issue, answer.reason) == (None, "open_hold" if held_for_good else "beyond_calendar")
    else:
        assert answer.issue.number == max(numbers)
        assert answer.reason == ("dated" if answer.units_left else "ended")


@settings(max_examples=300)
@given(lives())
def test_what_is_served_before_the_pointer_is_what_the_counter_took_off(life):
    issues, pauses, bought, pointer = life
    calendar = rows(issues, pointer)
    held = held_numbers(issues, pauses)
    terms = laid(calendar, pauses, bought)

    count(issues[: pointer - FIRST], held, bought)

    for span, term in zip(terms, bought, strict=True):
        served = served_units(calendar, pauses, span, pointer)
        assert served == earning_units(span, served) == term.units - term.left


@settings(max_examples=300)
@given(lives())
def test_terms_bought_one_by_one_stand_where_they_are_laid_together(life):
    issues, pauses, bought, pointer = life
    calendar = rows(issues, pointer)

    one_by_one: list[TermSpan] = []
    for term in bought:
        start = queue_start(calendar, pauses, one_by_one, term.start)
        one_by_one.append(TermSpan(c_from=start, units=term.units, pin_ordinal=term.start))

    assert one_by_one == laid(calendar, pauses, bought)


@settings(max_examples=300)
@given(lives())
def test_terms_never_overlap_and_start_at_an_issue(life):
    issues, pauses, bought, pointer = life
    calendar = rows(issues, pointer)
    count(issues, held_numbers(issues, pauses), bought)

    terms = laid(calendar, pauses, bought)

    assert all(one.c_to <= other.c_from for one, other in pairwise(terms))
    for span, term in zip(terms, bought, strict=True):
        first = first_issue_of(calendar, pauses, span)
        counting = [number for number in term.served if issues[number - FIRST][0]]
        assert (first.number if first else None) == (counting[0] if counting else None)


@given(lives(), st.integers(FIRST, FIRST + 45))
def test_laying_again_after_a_pause_keeps_what_has_begun(life, at):
    """A pause entered in mid-life: the terms that have begun stay where they are, the others are laid behind them."""
    issues, _, bought, _ = life
    pointer = min(at, FIRST + len(issues))
    calendar = rows(issues, pointer)
    terms = laid(calendar, [], bought)
    pauses = [PauseSpan(pointer, pointer + 2)]
    held = held_numbers(issues, pauses)
    now = clock_at(calendar, pauses, pointer)
    begun = [term for term in terms if term.c_from < now]

    behind = max([now, *(term.c_to for term in begun)])
    again = begun + lay(calendar, pauses, [replace(term, c_from=0) for term in terms[len(begun) :]], behind)
    count(issues, held, bought)

    for place, term in enumerate(bought):
        copies = [
            issue.number
            for issue in calendar
            if issue.units and (copy := serving(calendar, pauses, again, issue.ordinal)) and copy.place == place
        ]
        assert copies == [number for number in term.served if issues[number - FIRST][0]]
