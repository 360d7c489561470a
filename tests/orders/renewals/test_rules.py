"""When notice is given and when a charge may follow. The charge of these stories falls on 11 December 2026."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from orders.renewals.rules import Step, Told, charge_day, next_step, permit_proves

CHARGE = dt.date(2026, 12, 11)


def days_before(days: int) -> dt.date:
    return CHARGE - dt.timedelta(days=days)


def step(days: int, first: Told | None = None, second: Told | None = None) -> Step:
    return next_step(today=days_before(days), charge_on=CHARGE, first=first, second=second)


def test_the_first_notice_goes_out_on_day_35_and_not_before():
    assert step(36) is Step.WAIT
    assert step(35) is Step.SEND_FIRST
    assert step(31) is Step.SEND_FIRST


def test_a_first_notice_that_missed_its_window_moves_the_charge():
    assert step(30) is Step.START_AGAIN


def test_the_second_notice_goes_out_on_day_20_and_not_before():
    first = Told(days_before(35))

    assert step(21, first) is Step.WAIT
    assert step(20, first) is Step.SEND_SECOND
    assert step(15, first) is Step.SEND_SECOND
    assert step(14, first) is Step.START_AGAIN


def test_the_charge_waits_for_its_day():
    first, second = Told(days_before(35)), Told(days_before(20))

    assert step(1, first, second) is Step.WAIT
    assert step(0, first, second) is Step.CHARGE


def test_a_charge_may_be_five_days_late_and_no_more():
    first, second = Told(days_before(35)), Told(days_before(20))

    assert step(-5, first, second) is Step.CHARGE
    assert step(-6, first, second) is Step.START_AGAIN


def test_a_notice_that_the_mail_server_never_took_lets_nothing_be_charged():
    assert step(0, Told(None), Told(days_before(20))) is not Step.CHARGE
    assert step(0, Told(days_before(35)), Told(None)) is not Step.CHARGE


def test_the_charge_falls_on_the_day_after_the_pull():
    assert charge_day(pull_on=dt.date(2026, 12, 10), today=dt.date(2026, 9, 1)) == CHARGE


def test_a_charge_is_never_nearer_than_notice_can_be_given():
    assert charge_day(pull_on=dt.date(2026, 12, 10), today=dt.date(2026, 12, 1)) == dt.date(2027, 1, 1)


@given(
    today=st.integers(-20, 60),
    first=st.none() | st.integers(-10, 60),
    second=st.none() | st.integers(-10, 60),
)
def test_whatever_happens_a_charge_has_two_notices_inside_their_windows(
    today: int, first: int | None, second: int | None
):
    told = [None if day is None else Told(days_before(day)) for day in (first, second)]

    if step(today, *told) is Step.CHARGE:
        assert first is not None
        assert second is not None
        assert today <= 0
        assert permit_proves(charge_on=days_before(today), first_on=days_before(first), second_on=days_before(second))
