"""What another number of copies would mean. Reads only."""

import datetime as dt
from dataclasses import dataclass

from orders.checkout import rules
from subscriptions.catalog.models import Issue
from subscriptions.terms import queries as terms
from subscriptions.terms.models import Term


@dataclass(frozen=True, slots=True)
class CopiesQuote:
    """What another number of copies means for one term: more money for them, or another number of issues."""

    term: Term
    first_issue: Issue
    issues: int
    more_magazine_cents: int
    more_postage_cents: int
    converted: rules.GoesOn
    credited_cents: int

    @property
    def more_cents(self) -> int:
        return self.more_magazine_cents + self.more_postage_cents


def quote_copies(*, subscription_id: int, copies: int, now: dt.datetime) -> list[CopiesQuote]:
    """For each term that has issues left and sends another number. It holds until the first issue's pull time."""
    return [
        _copies_quote(rest, copies=copies)
        for rest in terms.rests(subscription_id, now)
        if rest.units and rest.term.copies != copies
    ]


def _copies_quote(rest: terms.Rest, *, copies: int) -> CopiesQuote:
    before, issues = rest.term.copies, rest.units or 0
    parts = (rest.magazine_cents, rest.postage_cents)
    fewer = copies < before
    more = [rules.more_copies_cents(part, before=before, after=copies) for part in parts]
    return CopiesQuote(
        term=rest.term,
        first_issue=rest.first_issue,
        issues=issues,
        more_magazine_cents=more[0],
        more_postage_cents=more[1],
        converted=rules.converted_copies(*parts, issues=issues, before=before, after=copies),
        credited_cents=rules.credited_copies(*parts, issues=issues, before=before, after=copies).over_cents
        if fewer
        else 0,
    )
