"""What a decline means and when the card is tried again (reference: stripe.md 3.5)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from orders.payments.rules.outcomes import DeclineCodes

MAX_ATTEMPTS = 4
WITHIN_DAYS = 14
# Rows of the rule table that speak of advice carry one of these before the code; advice without a row decides nothing.
ADVICE = "advice:"
NETWORK_ADVICE = "network_advice:"
UNKNOWN_CLASS = "soft_unknown"
CORRECTED = "corrected"

# Class -> days after the first decline at which the card is tried again. A class that is not here waits for the payer.
# Technical ones could be tried again within the hour, but a card is asked at most once a day.
RETRY_DAYS: dict[str, tuple[int, ...]] = {
    "soft_funds": (3, 7, 12),
    "soft_technical": (1, 2, 3),
    "soft_unknown": (2, 5, 10),
    # Not a class of the table: a card whose data was wrong, and which its network or its owner has corrected since.
    CORRECTED: (1, 2, 3),
}


@dataclass(frozen=True, slots=True)
class Rule:
    decline_class: str
    revokes_consent: bool = False


def classify(codes: DeclineCodes, rules: Mapping[str, Rule]) -> Rule:
    """The first of advice, decline and network code that the table knows; nothing known is soft and unknown."""
    for code in looked_up(codes):
        if code in rules:
            return rules[code]
    return Rule(UNKNOWN_CLASS)


def looked_up(codes: DeclineCodes) -> list[str]:
    """The rows of the table that could decide, in the order in which they are believed."""
    return [
        f"{ADVICE}{codes.advice_code}",
        codes.decline_code,
        f"{NETWORK_ADVICE}{codes.network_advice_code}",
    ]


def retry_days(decline_class: str) -> tuple[int, ...]:
    """Days after the first decline at which to try again; empty when only the payer can help."""
    return RETRY_DAYS.get(decline_class, ())


def next_try_on(*, decline_class: str, tried_on: list[dt.date]) -> dt.date | None:
    """The day of the next try, or None when there is none.

    :param tried_on: the days of the attempts so far, oldest first; the class is that of the last of them
    """
    days = retry_days(decline_class)
    tries = len(tried_on)
    if not tried_on or tries >= MAX_ATTEMPTS or tries > len(days):
        return None
    first, last = tried_on[0], tried_on[-1]
    wanted = first + dt.timedelta(days=days[tries - 1])
    # The class may have changed on the way: never twice on one day, never past the fortnight.
    chosen = max(wanted, last + dt.timedelta(days=1))
    return chosen if chosen < first + dt.timedelta(days=WITHIN_DAYS) else None
