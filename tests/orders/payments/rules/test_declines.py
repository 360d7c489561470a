"""What a decline means and when the card is tried again."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.payments.rules.declines import (
    MAX_ATTEMPTS,
    RETRY_DAYS,
    WITHIN_DAYS,
    Rule,
    classify,
    next_try_on,
    retry_days,
)
from orders.payments.rules.outcomes import DeclineCodes

RULES = {
    "advice:do_not_try_again": Rule("hard"),
    "advice:confirm_card_data": Rule("data"),
    "network_advice:03": Rule("hard"),
    "insufficient_funds": Rule("soft_funds"),
    "generic_decline": Rule("soft_unknown"),
    "revocation_of_authorization": Rule("hard", revokes_consent=True),
}
MAY_1 = dt.date(2026, 5, 1)


def days_later(*days: int) -> list[dt.date]:
    return [MAY_1 + dt.timedelta(days=day) for day in days]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        pytest.param(DeclineCodes("", "insufficient_funds"), "soft_funds", id="the bank's own code"),
        pytest.param(DeclineCodes("do_not_try_again", "insufficient_funds"), "hard", id="advice comes first"),
        pytest.param(DeclineCodes("confirm_card_data", "generic_decline"), "data", id="advice on the card's data"),
        pytest.param(
            DeclineCodes("try_again_later", "insufficient_funds"), "soft_funds", id="advice that decides nothing"
        ),
        pytest.param(DeclineCodes("", "new_in_2027"), "soft_unknown", id="a code that nobody knows"),
        pytest.param(DeclineCodes("", "new_in_2027", "", "03"), "hard", id="then the network's advice"),
        pytest.param(DeclineCodes("", "insufficient_funds", "", "03"), "soft_funds", id="after the bank's code"),
        pytest.param(DeclineCodes(), "soft_unknown", id="no code at all"),
    ],
)
def test_the_class_of_a_decline(codes: DeclineCodes, expected: Any) -> None:
    assert classify(codes, RULES).decline_class == expected


def test_a_revocation_ends_the_consent_too() -> None:
    assert classify(DeclineCodes("", "revocation_of_authorization"), RULES) == Rule("hard", revokes_consent=True)


@pytest.mark.parametrize("decline_class", ["hard", "data", "auth", "duplicate", "something_else"])
def test_only_the_payer_can_help(decline_class: str) -> None:
    assert retry_days(decline_class) == ()
    assert next_try_on(decline_class=decline_class, tried_on=[MAY_1]) is None


@pytest.mark.parametrize(
    ("decline_class", "tried_on", "expected"),
    [
        ("soft_funds", days_later(0), days_later(3)),
        ("soft_funds", days_later(0, 3), days_later(7)),
        ("soft_funds", days_later(0, 3, 7), days_later(12)),
        ("soft_funds", days_later(0, 3, 7, 12), [None]),
        ("soft_unknown", days_later(0), days_later(2)),
        ("soft_unknown", days_later(0, 3), days_later(5)),
        ("soft_technical", days_later(0), days_later(1)),
        # It was funds, then something unknown: never twice on one day.
        ("soft_technical", days_later(0, 7), days_later(8)),
        # Sent late: past the fortnight there is no try.
        ("soft_funds", days_later(0, 13), [None]),
    ],
)
def test_the_next_try(decline_class: str, tried_on: list[dt.date], expected: Any) -> None:
    assert next_try_on(decline_class=decline_class, tried_on=tried_on) == expected[0]


@given(classes=st.lists(st.sampled_from([*RETRY_DAYS, "hard", "data"]), min_size=1, max_size=20))
def test_whatever_the_bank_says_it_is_four_tries_in_a_fortnight_one_a_day(classes: list[str]) -> None:
    tried_on = [MAY_1]
    for decline_class in classes:
        following = next_try_on(decline_class=decline_class, tried_on=tried_on)
        if following is None:
            break
        tried_on.append(following)

    assert len(tried_on) <= MAX_ATTEMPTS
    assert len(set(tried_on)) == len(tried_on)
    assert (max(tried_on) - MAY_1).days < WITHIN_DAYS
