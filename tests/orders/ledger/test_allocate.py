import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.ledger.rules import allocate

some_weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=20).filter(any)


def test_a_tie_goes_to_the_lowest_line():
    assert allocate(3495, [1, 1]) == [1748, 1747]
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]


def test_the_largest_remainder_gets_the_cent_that_is_left():
    assert allocate(1995, [3950, 1000]) == [1592, 403]


def test_a_negative_amount_is_the_mirror_of_the_positive_one():
    assert allocate(-3495, [1, 1]) == [-1748, -1747]


def test_nothing_over_no_lines_is_nothing():
    assert allocate(0, []) == []
    assert allocate(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_an_amount_that_no_line_can_carry_is_refused(weights):
    with pytest.raises(ValueError, match=r"no line to carry|cannot be negative"):
        allocate(5, weights)


@given(st.integers(-(10**9), 10**9), some_weights)
def test_the_shares_add_up_and_none_is_a_cent_off_its_exact_part(amount_cents, weights):
    shares = allocate(amount_cents, weights)

    assert sum(shares) == amount_cents
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - amount_cents * weight) < sum(weights)


@given(st.integers(0, 10**9), some_weights)
def test_a_line_without_weight_gets_nothing_and_the_mirror_holds(amount_cents, weights):
    shares = allocate(amount_cents, weights)

    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)
    assert allocate(-amount_cents, weights) == [-share for share in shares]
