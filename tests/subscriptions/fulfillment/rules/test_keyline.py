import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.fulfillment.rules.keyline import check_digit, keyline, subscriber_no


@pytest.mark.parametrize(
    ("key", "digit"),
    [
        pytest.param("JLSTMS6796", 9, id="the example printed in Publication 8A"),
        ("ID1234", 3),
        ("TMS1112/62", 3),
        ("0042317", 8),
        ("1234567", 4),
        ("0000001", 8),
        ("123456789", 7),
        ("IT00042317", 7),
        pytest.param("NNN", 3, id="28 folds twice; once would give 5"),
        pytest.param("NABC123", 1, id="28 folds twice; once would give 2"),
    ],
)
def test_the_published_and_worked_keys_have_their_check_digit(key, digit):
    assert check_digit(key) == digit


def test_blanks_and_lower_case_do_not_count():
    assert check_digit("jlst ms67 96") == check_digit("JLSTMS6796")


def test_a_reader_number_is_printed_with_seven_digits_and_a_check_digit():
    assert subscriber_no(42317) == "00423178"
    assert keyline(42317) == "#0042 3178#"
    assert keyline(1) == "#0000 0018#"


@pytest.mark.parametrize("reader_number", [0, -1, 10_000_000])
def test_a_number_that_does_not_fit_is_refused(reader_number):
    with pytest.raises(ValueError, match="between 1 and 9999999"):
        keyline(reader_number)


@pytest.mark.parametrize("key", ["", "12", "1234567890123456", "AB-12", "0000000", "١٢٣٤٥"])
def test_a_key_of_another_shape_is_refused(key):
    with pytest.raises(ValueError, match=r"3 to 15|zeros alone"):
        check_digit(key)


@given(st.from_regex(r"([0-9]{2}){1,7}[1-9]", fullmatch=True))
def test_an_odd_number_of_digits_gives_luhns_digit(key):
    assert luhn_holds(f"{key}{check_digit(key)}")


def test_an_even_number_of_digits_does_not():
    assert not luhn_holds(f"123456{check_digit('123456')}")


@given(st.integers(1, 9_999_999), st.integers(1, 9_999_999))
def test_two_readers_never_share_a_keyline(one, other):
    assert (keyline(one) == keyline(other)) == (one == other)


def luhn_holds(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        weighted = int(digit) * (2 if place % 2 else 1)
        total += weighted // 10 + weighted % 10
    return total % 10 == 0
