"""A sweep over many rows: what one meets is its own affair."""

from typing import Any

from structlog.testing import capture_logs

from foundation.accounts.models import User
from foundation.errors import DomainError
from foundation.one_by_one import each


class IsClosed(DomainError):
    code = "is_closed"


def test_neither_a_refusal_nor_a_bug_stops_the_rows_behind_it() -> None:
    reached: list[int] = []

    def step(number: int) -> bool:
        if number == 1:
            raise IsClosed("It is closed.")
        if number == 2:
            raise ValueError("ana@readers.example")
        reached.append(number)
        return number != 3

    with capture_logs() as lines:
        done = each([1, 2, 3, 4], step, failed="not_done")

    assert (reached, done) == ([3, 4], 1)
    assert [(line["event"], line["id"], line["log_level"]) for line in lines] == [
        ("not_done", "1", "warning"), ("not_done", "2", "error"),
    ]  # fmt: skip
    assert (lines[0]["code"], lines[1]["error"]) == ("is_closed", "ValueError")


def test_of_a_row_the_log_says_the_number_alone() -> None:
    def fails(_: Any) -> None:
        raise ValueError

    with capture_logs() as lines:
        each([User(pk=7, email="ana@readers.example")], fails, failed="not_done")

    assert (lines[0]["id"], "ana@readers.example" in str(lines)) == ("7", False)
