"""The SQL of a pull: who is owed an issue, and what each label says.

Text with every value in it, quoted by psycopg: COPY and CREATE TABLE take no parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from psycopg import sql

from subscriptions.catalog.models import Issue, Magazine
from subscriptions.catalog.queries import calendar
from subscriptions.fulfillment.models import CLAIM, MAIN, SUPPLEMENT, LabelRun
from subscriptions.fulfillment.rules import label
from subscriptions.terms.models import Term

PAID = [Term.Class.PAID, Term.Class.GIFT, Term.Class.AGENCY, Term.Class.BULK]
_FOLDER = Path(__file__).parent / "sql"
# Piece ids: `2604-0000017-1` from the main run, `2604-0000017-S1` from a supplement, `-C1` for a replacement.
_DASHES = {MAIN: "-", SUPPLEMENT: "-S", CLAIM: "-C"}


@dataclass(frozen=True, slots=True)
class Pull:
    """One issue as its pull sees it. Read the calendar under lock, so that it cannot move in between."""

    run_id: int
    magazine: Magazine
    issue: Issue
    # What follows the issue: a term that is pinned to one of them does not begin yet.
    later: list[int]
    # The next one in the calendar, dropped or not: a skip ends with it. None when none is planned.
    next_issue_id: int | None
    expiries: list[tuple[int, str]]
    beyond: str

    def lines(self, *, among: Sequence[int] | None = None) -> sql.Composed:
        """:param among: these subscriptions alone, each with all its terms; without it, those that need it"""
        whose = {
            "waiting": sql.SQL("not stepped and c_from > {}").format(self.issue.unit),
            "whole": sql.SQL("t.stepped"),
        }
        if among is not None:
            some = sql.SQL("t.subscription_id = any({}::bigint[])").format(sql.Literal(list(among)))
            whose = {"waiting": sql.SQL("false"), "whole": some}
        return compose("lines", {**self.values(), **whose})

    def labels(self, *, lines: sql.Composable, serial_first: int) -> sql.Composed:
        """:param lines: the table that holds `lines()`; :param serial_first: 0 when the magazine has no mailer id"""
        return compose("labels", {**self.values(), "lines": lines, "serial": serial_first})

    def entitled(self) -> sql.Composed:
        return compose("entitled", self.values())

    def held(self) -> sql.Composed:
        return compose("held", self.values())

    def changes(self, *, table: str, last: str) -> sql.Composed:
        """:param table: drawn labels; :param last: the copies of an earlier issue"""
        names = {"table": sql.Identifier(table), "last": sql.Identifier(last)}
        return compose("changes", {**self.values(), **names})

    def values(self) -> dict[str, Any]:
        return {
            "run": self.run_id,
            "magazine": self.magazine.pk,
            "issue": self.issue.pk,
            "ordinal": self.issue.ordinal,
            "unit": self.issue.unit,
            "weight": self.issue.weight,
            "later": sql.Literal(self.later) + sql.SQL("::bigint[]"),
            "paid": sql.Literal([str(word) for word in PAID]) + sql.SQL("::text[]"),
            "expiries": sql.SQL(", ").join(
                sql.SQL("({}, {})").format(sql.Literal(unit), sql.Literal(cover)) for unit, cover in self.expiries
            ),
            "beyond": self.beyond,
        }


def pull_of(run: LabelRun) -> Pull:
    return pull_at(run, run.issue_id)


def pull_at(run: LabelRun, issue_id: int) -> Pull:
    """The calendar and the service as a pull of this issue by the run would see them."""
    issues = list(calendar(run.issue.magazine_id))
    issue = next(each for each in issues if each.pk == issue_id)
    later = [each for each in issues if each.ordinal > issue.ordinal]
    served = [each for each in issues if each.state != Issue.State.DROPPED]
    return Pull(
        run_id=run.pk,
        magazine=issue.magazine,
        issue=issue,
        later=[each.pk for each in later],
        next_issue_id=later[0].pk if any(each.state == Issue.State.PLANNED for each in later) else None,
        expiries=[
            (each.unit + step, label.expiry(each.cover_year, each.cover_month))
            for each in served
            for step in range(each.weight)
        ],
        beyond=label.beyond(served[-1].cover_year, served[-1].cover_month),
    )


def file_of(run: LabelRun, *, table: sql.Composable, ordered: bool = True) -> sql.Composed:
    """The records of the run's file, from the table (or subquery) that holds its copies."""
    printed = run.printed
    return compose(
        "file",
        {
            **records_of(run),
            "dash": _DASHES[run.purpose],
            **{name: printed[name] for name in ("prefix", "acs", "mid", "stid", "serial_digits", "issue_code")},
            "barcodes": bool(printed["barcodes"]),
            "copies": table,
            # The few labels of a later run lie wherever the partition had room.
            "order": sql.SQL("order by rec_no" if ordered or not run.is_main else ""),
        },
    )


def records_of(run: LabelRun) -> dict[str, Any]:
    """What picks the records of a run among the copies of its issue: one for several copies, but for replacements."""
    return {"run": run.pk, "is_record": sql.SQL("copy_no = 1" if run.is_main else "(copy_no = 1 or copies = 1)")}


def compose(name: str, values: dict[str, Any]) -> sql.Composed:
    ready = {key: value if isinstance(value, sql.Composable) else sql.Literal(value) for key, value in values.items()}
    return sql.SQL(_text(name)).format(**ready)


@cache
def _text(name: str) -> str:
    # Comments go: the braces and quotes in them are not meant for psycopg, and the server need not parse them.
    lines = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("--"))
