"""Writing to the books: `post` is the only way in."""

from orders.ledger.actions.periods import (
    BooksDoNotBalance,
    EarlierMonthIsOpen,
    MonthIsNotOver,
    PeriodIsClosed,
    close_period,
    first_open_day,
    open_periods,
)
from orders.ledger.actions.posting import Event, JournalIsUnbalanced, Posting, PostingConflict, post, post_all

__all__ = [
    "BooksDoNotBalance",
    "EarlierMonthIsOpen",
    "Event",
    "JournalIsUnbalanced",
    "MonthIsNotOver",
    "PeriodIsClosed",
    "Posting",
    "PostingConflict",
    "close_period",
    "first_open_day",
    "open_periods",
    "post",
    "post_all",
]
