"""The SQL of the runs that follow an issue: copies owed from stock, and replacements of copies claimed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from subscriptions.catalog.queries import first_open_issue
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries.pull import Pull, compose, pull_at
from subscriptions.fulfillment.queries.waiting import WANTED
from subscriptions.terms.queries.merged import all_in_force


@dataclass(frozen=True, slots=True)
class Extras:
    """A supplement or claims run as it sees what is wanted, and the service of this moment."""

    run: LabelRun
    # The next open issue: whoever would not get that one gets nothing now, and its address is the one in force.
    pull: Pull
    ids: Sequence[int]
    # Whose they are, and the subscription that each was made one with, or itself: where its copies go now.
    lines: Mapping[int, int]

    def labels(self, *, serial_first: int) -> sql.Composed:
        run = self.run
        ids = sql.Literal(list(self.ids))
        return compose(
            "extras",
            {
                **self.pull.values(),
                "wanted": compose(WANTED[run.purpose].sql_file, {"ids": ids, "issue": run.issue_id}),
                "lines": self.pull.lines(among=sorted(set(self.lines.values()))),
                "merged": sql.Literal(list(self.lines)),
                "in_force": sql.Literal(list(self.lines.values())),
                "open_issue": self.pull.issue.pk,
                "run": run.pk,
                "issue": run.issue_id,
                "purpose": sql.SQL(str(int(run.purpose))),
                "serial": serial_first,
                "sent_before": _SENT_BEFORE.format(issue=run.issue_id, purpose=run.purpose),
            },
        )


# So that a second replacement of the same issue has a name of its own.
_SENT_BEFORE = sql.SQL(
    "coalesce((select max(c.sequence) from fulfillment_copy c where c.subscription_id = e.subscription_id"
    " and c.issue_id = {issue} and c.purpose = {purpose}), 0)"
)


def extras_of(run: LabelRun, *, now: dt.datetime, locked: bool) -> Extras | None:
    """What the run would send now; None when the calendar has no open issue, so that no address is in force.

    :param locked: hold the rows that ask for a copy until the transaction has ended
    """
    open_issue = first_open_issue(magazine_id=run.issue.magazine_id, now=now)
    if open_issue is None:
        return None
    waiting = WANTED[run.purpose].waiting(run.issue_id).order_by("pk")
    if locked:
        waiting = waiting.select_for_update()
    rows = list(waiting.values_list("pk", "subscription_id"))
    return Extras(
        run=run,
        pull=pull_at(run, open_issue.pk),
        ids=[row[0] for row in rows],
        lines=all_in_force(row[1] for row in rows),
    )
