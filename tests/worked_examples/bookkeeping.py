"""A press whose sales, mailings and entries go into the real books, so that a rule can be read off the accounts."""

from typing import Any

from orders.ledger import queries as books
from orders.revenue import actions as revenue
from orders.revenue.queries import liability_cents
from subscriptions.fulfillment.models import LabelRun
from subscriptions.terms.models import OwedCopy, Term
from tests.orders.revenue.printing import mail_issue, post_sale
from tests.worked_examples.press import Press

FOREVER = "9999-12-31"


class Bookkeeping:
    def __init__(self, press: Press) -> None:
        self.press = press

    def sells(self, line: Any, *, after: int = 503, **fields: Any) -> Term:
        """Ten issues for $19.95, from the issue behind `after` on, paid and booked."""
        term = self.press.order(line, now=self.press.between(after, after + 1), **fields)
        post_sale(term)
        return term

    def mails(self, first: int, last: int, *terms: Term) -> None:
        """Mail these issues to these terms on their day, and post what they earn."""
        for said in range(first, last + 1):
            issue = self.press.issue(said)
            mail_issue(issue.number, list(terms), on=str(issue.mail_on))
        self.posts(last)

    def mails_from_stock(self, said: int, owed: OwedCopy) -> None:
        """A run of its own for one copy that is owed, after the pull of the issue that the rule book calls `said`."""
        after = self.press.issue(said)
        run = LabelRun.objects.create(
            issue=owed.issue, purpose=LabelRun.Purpose.SUPPLEMENT, state="mailed", mailed_on=after.mail_on,
            created_by="system:test", rehearsed_at=after.pull_at, approved_by="staff:1", released_at=after.pull_at,
            pulled_at=after.pull_at, file_sha256="0" * 64, manifest_sha256="0" * 64,
            revision=LabelRun.objects.filter(issue=owed.issue).count() + 1,
        )  # fmt: skip
        OwedCopy.objects.filter(pk=owed.pk).update(state="sent", run_uuid=run.uuid)

    def posts(self, said: int) -> None:
        now = self.press.issue(said + 1).pull_at
        revenue.post_mailed_runs(now=now)
        revenue.post_entries(now=now)

    @property
    def earned(self) -> int:
        return -books.balance("4100") - books.balance("4110")

    @property
    def deferred(self) -> int:
        """Account 2100, which is what the terms still owe."""
        owed = -books.balance("2100")
        assert owed == liability_cents(until=self.press.issue(540).mail_on)
        return owed
