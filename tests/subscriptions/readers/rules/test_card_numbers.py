import pytest

from subscriptions.readers.rules.card_numbers import holds_card_number


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424242",
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4242.4242/4242_4242",
        "4242, 4242, 4242, 4242",
        "card 378282246310005 exp 12",
        "3782 822463 10005",
        "123 4242 4242 4242 4242",
        "4242 4242 4242 4242 12/28",
        "x4242424242424242x",
        "000042424242424242420000",
        "4222222222222",
        "6304000000000000000",
        "４２４２４２４２４２４２４２４２",
    ],
)
def test_a_card_number_is_seen_however_it_is_written(text):
    assert holds_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2040 N Milwaukee Ave Fl 2",
        "4242424242424241",
        "4242 4242 4242 4241",
        "424242424242",
        "PSC 802 Box 74",
        "60647-4002",
        "+1 312 555 0142",
        "42424242 Elm 42424242",
    ],
)
def test_other_numbers_are_let_through(text):
    assert not holds_card_number(text)
