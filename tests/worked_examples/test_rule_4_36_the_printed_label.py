"""Rule 4.36 through a real run, on three calendars (`press`): the label says "paid through" of paid orders alone."""

import pytest

from tests.subscriptions.fulfillment.runs import records, released
from tests.worked_examples.post_office import files
from tests.worked_examples.press import Press

__all__ = ["files"]
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


@pytest.mark.parametrize(("copy_class", "paid_through"), [("paid", 523), ("credit", 513)])
def test_rule_4_36_the_label_counts_a_waiting_renewal_once_it_is_paid(
    press: Press, copy_class: str, paid_through: int
) -> None:
    line, _ = press.reader_of_rule_4_1()
    press.order(line, now=press.between(506, 507), copy_class=copy_class)
    assert press.expires(line) == 523

    number = press.issue(507).number
    press.house.pull_before(number)
    [label] = records(released(press.house, number, despite=("usual_size",)))

    last = press.issue(paid_through)
    assert label["top_line"].endswith(f"EXP {MONTHS[last.cover_month - 1]}{last.cover_year % 100}")
