"""One magazine on each of three calendars, so that no rule hangs on the numbers of one.

The rule book speaks of the issues 501 to 540 of the sample calendar. `press` translates: on the quarterly its 504 is
No. 4, and on the weekly, which has a special (weight 0) between any two issues, it is No. 1007. Dates are said by the
issues they lie between.
"""

import datetime as dt
import uuid
from typing import Any

import pytest

from foundation.actors import Actor
from subscriptions.catalog.models import Issue
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Subscription, Term
from tests.house import ZONE, House

BY = Actor("staff", "1")
FIRST, COUNT = 501, 40
CALENDARS = ["sample", "quarterly", "weekly_with_specials"]


class Press:
    def __init__(self, house: House, calendar: str) -> None:
        self.house, self.magazine = house, house.magazine
        if calendar == "quarterly":
            self._lay_out(first=1, days=91, specials=False)
        if calendar == "weekly_with_specials":
            self._lay_out(first=1001, days=7, specials=True)
        counting = Issue.objects.filter(magazine=self.magazine, weight__gt=0).order_by("ordinal")
        self._numbers = dict(zip(range(FIRST, FIRST + COUNT), counting.values_list("number", flat=True), strict=True))
        self._back = {number: said for said, number in self._numbers.items()}

    def _lay_out(self, *, first: int, days: int, specials: bool) -> None:
        Issue.objects.filter(magazine=self.magazine).delete()
        begins = dt.datetime(2025, 12, 10, 17, tzinfo=ZONE)
        step = 2 if specials else 1
        issues = []
        for place in range(COUNT * step):
            pull_at = begins + dt.timedelta(days=days) * place / step
            issues.append(
                Issue(
                    magazine=self.magazine,
                    number=first + place,
                    ordinal=place + 1,
                    weight=0 if place % step else 1,
                    unit=(place + step - 1) // step,
                    cover_label=f"No. {first + place}",
                    cover_year=pull_at.year,
                    cover_month=pull_at.month,
                    pull_at=pull_at,
                    mail_on=pull_at.date() + dt.timedelta(days=1),
                    in_home_from=pull_at.date() + dt.timedelta(days=2),
                    in_home_until=pull_at.date() + dt.timedelta(days=4),
                )
            )
        Issue.objects.bulk_create(issues)

    def issue(self, said: int) -> Any:
        """The issue that the rule book calls so."""
        return self.house.issue(self._numbers[said])

    def said(self, issue: Any) -> int:
        """What the rule book calls an issue of this calendar."""
        return self._back[issue.number]

    def between(self, pulled: int, following: int) -> dt.datetime:
        """A moment after the pull of one issue and before that of the next; everything up to the first is pulled."""
        last, then = self.issue(pulled), self.issue(following)
        self.house.pull_before(last.number + 1)
        moment: dt.datetime = last.pull_at + (then.pull_at - last.pull_at) / 3
        return moment

    def order(self, line: Any, *, now: dt.datetime, units: int = 10, cents: int = 1995, **fields: Any) -> Term:
        """A paid order of ten issues for $19.95, settled."""
        values: dict[str, Any] = {
            "payer_id": line.reader_id, "copies": 1, "copy_class": "paid", "postage_cents": 0, "currency": "usd",
            "sold_on": now.date(), "by": BY, **fields,
        }  # fmt: skip
        return actions.start_term(
            subscription_id=line.pk, line_uuid=uuid.uuid4(), units=units, magazine_cents=cents, now=now, **values
        )

    def line(self, name: str = "Ana Field") -> Any:
        return self.house.subscription(self.house.reader(name))

    def reader_of_rule_4_1(self) -> tuple[Subscription, Term]:
        """Ordered on 20 February 2026: ten issues from 504."""
        line = self.line()
        return line, self.order(line, now=self.between(503, 504))

    def expires(self, line: Any) -> int | str:
        answer = queries.expire(line.pk)
        return self.said(answer.issue) if answer.issue else answer.reason

    def served(self, line: Any) -> dict[int, list[int]]:
        """By term, what it pays for, as the rule book calls it. Specials apart."""
        from subscriptions.terms import rules

        life = queries.life_of(line.pk)
        found: dict[int, list[int]] = {term.pk: [] for term in life.terms}
        for row in life.calendar:
            copy = rules.serving(life.calendar, life.pauses, life.spans, row.ordinal)
            if copy is not None and not copy.is_grace and row.units:
                found[life.terms[copy.place].pk].append(self.said(life.issues[row.ordinal]))
        return found

    def allow(self, **policy: int) -> None:
        for name, value in policy.items():
            setattr(self.magazine, name, value)
        self.magazine.save(update_fields=list(policy))

    def stock(self, *said: int, copies: int = 5) -> None:
        from subscriptions.catalog.actions import receive_stock

        for number in said:
            receive_stock(issue_id=self.issue(number).pk, copies=copies, by=BY, now=self.issue(number).pull_at)


@pytest.fixture(params=CALENDARS)
def press(house: House, request: pytest.FixtureRequest) -> Press:
    return Press(house, request.param)
