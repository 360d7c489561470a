"""What may be meant by what a clerk types."""

import pytest

from web.search.asked import meanings


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("42317", ["number", "zip", "postcode"]),
        ("4242", ["number", "card", "postcode"]),
        ("560001", ["number", "postcode"]),
        ("0042317", ["number", "telephone"]),
        ("00423178", ["number"]),
        ("#0042 3178#", ["number"]),
        ("# 0042317", ["number"]),
        ("773 555 0100", ["telephone", "address"]),
        ("+1 (773) 555-0100", ["telephone", "address"]),
        ("60647-4002", ["zip"]),
        ("card 4242", ["card"]),
        ("**** 4242", ["card"]),
        ("Visa ending in 4242", ["card"]),
        ("M-4F7K-9Q2D", ["order", "name", "email", "address"]),
        ("4f7k9q2d", ["order", "name", "email", "address"]),
        ("1234-5678", ["number", "order"]),
        ("m 4f7k 9q2d", ["order", "name", "address"]),
        ("ana@readers", ["email"]),
        ("Margaret", ["name", "email", "address"]),
        ("ana field", ["name", "address"]),
        ("60647 field", ["name", "address"]),
        ("2040 60647", ["zip", "address"]),
        ("٠٠٠٤٢٣١٧", ["name", "email", "address"]),
        ("0000000", ["telephone"]),
        ("99999999999999999999", ["telephone"]),
        ("---", ["name", "email", "address"]),
        ("", []),
        (" \x00 ", []),
    ],
)
def test_every_meaning_is_tried_and_the_narrowest_first(typed: str, kinds: list[str]) -> None:
    assert [meaning.kind for meaning in meanings(typed)] == kinds


@pytest.mark.parametrize(("typed", "value"), [("00423178", "0042317"), ("#0042 3178#", "0042317"), ("42317", "42317")])
def test_a_number_is_read_as_printed_on_the_label(typed: str, value: str) -> None:
    assert (meanings(typed)[0].value, meanings(typed)[0].said) == (value, "account number 0042317")


def test_a_check_digit_that_does_not_fit_is_said_and_looks_for_nobody() -> None:
    # The label of reader 42317 reads 0042 3178; with two digits changed about it is somebody else's or nobody's.
    asked = meanings("#0043 2178#")[0]

    assert asked.value == ""
    assert asked.said == "account number 0043217, but its check digit is 9 and not 8"


def test_a_keyline_that_is_cut_off_is_said() -> None:
    assert meanings("#0042#")[0].said == "a keyline, but it is not whole: seven digits and a check digit, not 0042"


@pytest.mark.parametrize("typed", ["M-4F7K-9Q2D", "m4f7k9q2d", "4F7K-9Q2D", "4f7k 9q2d", "m-4f7k9q2d"])
def test_an_order_number_is_known_with_and_without_dashes(typed: str) -> None:
    assert meanings(typed)[0].value == "M-4F7K-9Q2D"
