from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.ledger.rules import earned_cents, unserved_cents

prices = st.integers(0, 1_000_000)
lengths = st.integers(1, 130)


def test_ten_issues_at_1995_earn_199_and_200_in_turn():
    cumulative = [earned_cents(1995, 10, k) for k in range(11)]

    assert cumulative == [0, 199, 399, 598, 798, 997, 1197, 1396, 1596, 1795, 1995]
    assert [b - a for a, b in pairwise(cumulative)] == [199, 200] * 5


def test_issues_beyond_the_term_earn_nothing_more():
    assert earned_cents(1995, 10, 11) == 1995
    assert unserved_cents(1995, 10, 11) == 0


def test_the_empty_rest_of_a_split_has_earned_nothing_and_owes_nothing():
    assert earned_cents(0, 0, 0) == 0
    assert unserved_cents(0, 0, 3) == 0


@pytest.mark.parametrize(("price_cents", "units", "served"), [(-1, 10, 0), (1995, -1, 0), (1995, 10, -1), (1995, 0, 0)])
def test_nonsense_is_refused(price_cents, units, served):
    with pytest.raises(ValueError, match=r"cannot be negative|has no units"):
        earned_cents(price_cents, units, served)


@given(prices, lengths)
def test_the_issues_add_up_to_the_price_and_differ_by_one_cent_at_most(price_cents, units):
    cumulative = [earned_cents(price_cents, units, k) for k in range(units + 1)]
    per_issue = [b - a for a, b in pairwise(cumulative)]

    assert sum(per_issue) == price_cents
    assert min(per_issue) >= 0
    assert max(per_issue) - min(per_issue) <= 1


@given(prices, lengths, st.integers(0, 150))
def test_earned_and_unserved_are_the_price_and_the_refund_is_the_unserved_share_rounded_up(price_cents, units, served):
    left = max(0, units - served)

    assert earned_cents(price_cents, units, served) + unserved_cents(price_cents, units, served) == price_cents
    assert unserved_cents(price_cents, units, served) == -(-price_cents * left // units)


@given(st.data(), prices, lengths)
def test_a_life_of_splits_and_concessions_leaves_no_cent_over(data, price_cents, units):
    """A change in mid-term ends the term at k and carries what is unserved into a successor."""
    earned = refunded = 0
    liability, left = price_cents, units
    for _ in range(data.draw(st.integers(0, 5))):
        served = data.draw(st.integers(0, left))
        earned += earned_cents(liability, left, served)
        liability = unserved_cents(liability, left, served)
        concession = data.draw(st.integers(0, liability))
        refunded, liability = refunded + concession, liability - concession
        left = left - served + data.draw(st.integers(0, 3))
        if left == 0:
            break
        assert earned + refunded + liability == price_cents
    earned += earned_cents(liability, left, left)

    assert earned + refunded == price_cents
