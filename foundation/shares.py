"""Whole cents over whole units: what part of a price some units make, and how an amount is split. Imports nothing.

It stands below both wings, because a term that ends in the middle says what is left of its price, and the books say
what it has earned: by one formula, or a cent would hang between them.
"""

from collections.abc import Sequence


def earned_cents(price_cents: int, units: int, served: int) -> int:
    """What a term of `units` units at `price_cents` has earned after `served` units: P * k // N.

    Units served beyond the term (a bonus issue, the second half of a double) earn nothing more. A term of no units can
    only be one of no money, such as the rest of a split after the last issue.

    :raises ValueError: when a number is negative, or when there is money but no unit that could ever earn it
    """
    if price_cents < 0 or units < 0 or served < 0:
        raise ValueError(f"Price, units and served cannot be negative: {price_cents}, {units}, {served}.")
    if units == 0 and price_cents > 0:
        raise ValueError(f"A term of {price_cents} cents has no units, so it could neither be earned nor owed.")
    if units == 0:
        return 0
    return price_cents * min(served, units) // units


def unserved_cents(price_cents: int, units: int, served: int) -> int:
    """What is still owed after `served` units: the deferred revenue, and what a refund of the unserved part gives.

    :raises ValueError: as `earned_cents`
    """
    return price_cents - earned_cents(price_cents, units, served)


def allocate(amount_cents: int, weights: Sequence[int]) -> list[int]:
    """Split an amount over lines in proportion to their weights, to the cent, by the largest remainder.

    Ties go to the lowest line, so that a second run gives the same cents. A negative amount is the mirror of the
    positive one: Python rounds the division of negatives down and PostgreSQL towards zero, so neither is ever asked to.

    :raises ValueError: when a weight is negative, or when there is an amount and no line with a weight to take it
    """
    if any(weight < 0 for weight in weights):
        raise ValueError(f"Weights cannot be negative: {list(weights)}.")
    if amount_cents < 0:
        return [-share for share in allocate(-amount_cents, weights)]
    total = sum(weights)
    if total == 0:
        if amount_cents:
            raise ValueError(f"There is no line to carry {amount_cents} cents.")
        return [0] * len(weights)
    shares = [amount_cents * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda line: (-(amount_cents * weights[line] % total), line))
    for line in by_remainder[: amount_cents - sum(shares)]:
        shares[line] += 1
    return shares
