"""A move to a dearer zone in mid-term: what it costs, and how many issues the money left would buy there. Pure sums."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Converted:
    """So many issues for the money that is left, at the dearer postage; what is over goes back to the payer."""

    issues: int
    magazine_cents: int
    postage_cents: int
    left_over_cents: int


def surcharge_cents(*, dearer_by_cents: int, issues: int, left: int) -> int:
    """The part of a whole term's dearer postage that falls on the issues left: D - D * k // N, as a term releases it.

    :raises ValueError: when more are left than the term has, or a number is negative
    """
    if not 0 <= left <= issues or dearer_by_cents < 0:
        raise ValueError(f"{left} of {issues} issues at {dearer_by_cents} cents more make no surcharge.")
    return dearer_by_cents - dearer_by_cents * (issues - left) // issues


def convert(
    *, magazine_cents: int, postage_cents: int, left: int, dearer_by_cents: int, issues: int
) -> Converted | None:
    """What is left of the money (`left` issues of it), spent at the dearer postage; None when it buys no issue.

    An issue costs what it cost before plus its part of the dearer postage of a term of `issues`; no cent of that is
    rounded before the end.
    """
    money = magazine_cents + postage_cents
    # One issue, in cents times left * issues.
    dearer = money * issues + dearer_by_cents * left
    bought = money * left * issues // dearer if dearer else 0
    if not bought:
        return None
    price = -(-bought * dearer // (left * issues))
    postage = bought * (postage_cents * issues + dearer_by_cents * left) // (left * issues)
    return Converted(bought, price - postage, postage, money - price)
