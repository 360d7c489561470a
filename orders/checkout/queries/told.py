"""Which issues an order line brings, as whoever gets them may know it. Staff and the donors of gifts see them all."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from orders.checkout.models import OrderLine
from orders.checkout.queries.chains import line_in_force
from subscriptions.catalog.models import Issue
from subscriptions.terms import queries as terms


@dataclass(frozen=True, slots=True)
class ToldLine:
    """`is_behind`: it comes behind what the reader has, and its first issue is not named."""

    first_issue: Issue | None
    last_issue: Issue | None
    is_behind: bool = False


def told_line(line: OrderLine, *, gifts: Mapping[int, Issue | None], today: dt.date) -> ToldLine:
    """For whoever placed the order: what was promised, or once it is paid, what its term brings.

    :param gifts: the last issues of those that are gifts, by line (`last_issues_of`)
    """
    if hasattr(line, "gift"):
        first = line.term.start_issue if line.term else line.promised_first_issue
        return ToldLine(first, gifts.get(line.pk, line.promised_expire_issue))
    first, is_behind = told_start(line, today=today)
    if line.term is not None and line.subscription_id is not None:
        return ToldLine(first, terms.expire(line.term.subscription_id, told_on=today).issue, is_behind)
    return ToldLine(first, line.promised_expire_issue if first else None, is_behind)


def told_start(line: OrderLine, *, today: dt.date) -> tuple[Issue | None, bool]:
    """The first issue for its reader's eyes, and whether it comes behind something that the reader has.

    Behind a gift that is announced later, the issue would tell how many come before. It is left out behind what the
    reader knows of as well: left out behind secrets alone, that would tell of them, too.
    """
    if line.subscription is None:
        return line.promised_first_issue, False
    if line.term is not None and line.term.predecessor_id is None:
        return line.term.start_issue, False  # Nothing was there when it began. Settling asks this of every order.
    served_by = line.term.subscription_id if line.term else line_in_force(line.subscription).pk
    ahead = terms.ahead_of(served_by, told_on=today, term_id=line.term_id)
    if ahead.known or ahead.secret:
        return None, ahead.known
    return line.term.start_issue if line.term else line.promised_first_issue, False
