"""Issues that a new term has used up before its range begins: grace copies recouped, and back issues from stock."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.actors import Actor
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue, StockMovement
from subscriptions.terms.actions.reaching import Reach
from subscriptions.terms.models import Entry, OwedCopy, Term
from subscriptions.terms.queries.carrying import back_issues_in_stock


@dataclass(frozen=True, slots=True)
class Carried:
    """Grace copies that the term pays for, and back issues that it owes; both oldest first."""

    graced: Sequence[Issue] = ()
    back: Sequence[Issue] = ()

    @property
    def units(self) -> int:
        return sum(issue.weight for issue in (*self.graced, *self.back))

    @property
    def first_issue(self) -> Issue | None:
        return self.back[0] if self.back else None

    def at_most(self, units: int) -> "Carried":
        """Leave at least one unit of the term to come: the newest grace copies are forgiven first."""
        graced = list(self.graced)
        while graced and Carried(graced, self.back).units >= units:
            graced.pop()
        return Carried(graced, self.back)

    def write(self, term: Term, *, link: str, by: Actor, now: dt.datetime) -> None:
        """The entries of the expire ledger, one a copy, and the copies that are owed from stock."""
        for issue in self.graced:
            _entry(term, Entry.Kind.RECOUP, issue, about=f"grace copy {issue}", link=link, by=by, now=now)
        for issue in self.back:
            entry = _entry(term, Entry.Kind.BACK_START, issue, about=f"{issue} from stock", link=link, by=by, now=now)
            OwedCopy.objects.create(
                subscription_id=term.subscription_id, issue=issue, term=term, entry=entry, units=issue.weight,
                copies=term.copies, created_at=now,
            )  # fmt: skip


def take_back_issues(at: Reach, *, asked: int, units: int, copies: int, by: Actor) -> list[Issue]:
    """Take up to `asked` back issues, so many copies of each, out of stock for a term of so many units."""
    found = back_issues_in_stock(at.life, at.subscription.magazine_id, asked=asked, units=units)
    return [issue for issue in found if _take(at, issue, copies=copies, by=by)]


def _take(at: Reach, issue: Issue, *, copies: int, by: Actor) -> bool:
    try:
        catalog.take_stock(
            issue_id=issue.pk, copies=copies, why=StockMovement.Why.BACK_START,
            link=f"subscription:{at.subscription.uuid}", by=by, now=at.now,
        )  # fmt: skip
    except catalog.NoStock:
        return False
    return True


def _entry(term: Term, kind: str, issue: Issue, *, about: str, link: str, by: Actor, now: dt.datetime) -> Entry:
    return Entry.objects.create(
        term=term, kind=kind, units=-issue.weight, about=about, link=link, copy_issue=issue, at=now, by=by.reference
    )
