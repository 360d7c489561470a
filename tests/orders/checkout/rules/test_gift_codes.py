"""The letters of a code: how they are made, typed and shown."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orders.checkout.rules import code_letters, expires_on, normal_code, shown_code


@given(secret=some.binary(min_size=10, max_size=32))
def test_a_code_that_is_shown_and_typed_is_the_same_code(secret: bytes):
    letters = code_letters(secret)

    assert normal_code(shown_code(letters)) == letters
    assert len(letters) == 16


@pytest.mark.parametrize(
    "typed", ["7kq2-9f3m-x011-ab12", " 7KQ2 9F3M X011 AB12 ", "7KQ29F3MX011AB12", "7kq2–9f3m.xoil-ab12"]
)
def test_it_may_be_typed_as_people_do(typed: str):
    assert normal_code(typed) == "7KQ29F3MX011AB12"


@pytest.mark.parametrize(
    "typed", ["", "7KQ2", "7KQ2-9F3M-X011-AB1", "7KQ2-9F3M-X011-AB123", "7KQ2-9F3M-X011-AB1!", "ÄKQ29F3MX011AB12"]
)
def test_what_can_be_no_code_is_none(typed: str):
    assert normal_code(typed) == ""


def test_too_few_random_bytes_make_no_code():
    with pytest.raises(ValueError, match="too few"):
        code_letters(b"123456789")


def test_a_code_is_good_for_five_years():
    assert expires_on(dt.date(2026, 2, 20)) == dt.date(2031, 2, 20)
    assert expires_on(dt.date(2028, 2, 29)) == dt.date(2033, 3, 1)
