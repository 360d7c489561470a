"""What a term has earned is a matter of what was posted, never of what was posted first."""

from hypothesis import given
from hypothesis import strategies as st

from orders.revenue.rules import Standing

# A copy is (place, units); an entry is its effect alone.
Event = tuple[int, int] | int


@st.composite
def lives(draw: st.DrawFn) -> tuple[int, int, int, list[Event]]:
    """Price, units, units used up before, and what happened, in an order in which it may come to be posted."""
    weights = draw(st.lists(st.integers(1, 2), max_size=12))
    copies: list[Event] = [(sum(weights[:n]), weight) for n, weight in enumerate(weights)]
    effects: list[Event] = list(draw(st.lists(st.sampled_from([-2, -1, 1, 2]), max_size=5)))
    order = draw(st.permutations([*copies, *effects]))
    return draw(st.integers(0, 9999)), draw(st.integers(1, 15)), draw(st.integers(-2, 5)), order


@given(lives())
def test_the_steps_add_up_to_the_house_formula_in_every_order(life: tuple[int, int, int, list[Event]]):
    price, units, before, events = life
    standing, earned = Standing(units, before), 0

    for event in events:
        after = standing.moved(event) if isinstance(event, int) else standing.with_copy(*event)
        earned += after.earned(price) - standing.earned(price)
        standing = after

    at_first = price * max(0, min(units, before)) // units
    k = before + sum(event if isinstance(event, int) else event[1] for event in events)
    assert at_first + earned == price * max(0, min(units, k)) // units


@given(lives())
def test_nothing_is_ever_earned_below_zero_or_above_the_price(life: tuple[int, int, int, list[Event]]):
    price, units, before, events = life
    standing = Standing(units, before)

    for event in events:
        standing = standing.moved(event) if isinstance(event, int) else standing.with_copy(*event)
        assert 0 <= standing.earned(price) <= price


def test_a_term_without_an_end_earns_nothing():
    assert Standing(None, 3, ((0, 1), (1, 1))).earned(10000) == 0
