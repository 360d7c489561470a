"""The publisher's changes of the calendar: issues dropped, restored, added, weighed and pulled on another day."""

import datetime as dt

from hypothesis import strategies as st

from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue as IssueRow
from subscriptions.terms import actions as terms
from tests.lives import addresses, stops
from tests.lives.machine import Life, event
from tests.lives.model import Issue
from tests.lives.till import STAFF

soon = st.integers(0, 4)


class CalendarEvents(Life):
    @event(ahead=soon)
    def an_issue_is_dropped(self, ahead: int) -> None:
        issue = self.world.calendar.planned()[ahead]
        terms.drop_issue(issue_id=issue.pk, by=STAFF)
        issue.state = "dropped"
        self.calendar_has_changed()

    @event(when=lambda life: life.dropped())
    def an_issue_appears_after_all(self) -> None:
        issue = self.dropped()[-1]
        self.both(
            lambda: stops.restore(self.world, issue),
            lambda: terms.restore_issue(issue_id=issue.pk, by=STAFF),
        )
        self.calendar_has_changed()

    @event(ahead=soon, weight=st.sampled_from([0, 1, 2]))
    def an_issue_is_added(self, ahead: int, weight: int) -> None:
        before = self.open_issue(ahead)
        earlier = [i.pull_at for i in self.world.calendar.issues[: before.place] if i.state != "dropped"]
        pull_at = before.pull_at - (before.pull_at - max([self.now, *earlier])) / 2
        day = pull_at.date()
        added = Issue(
            number=600 + len(self.world.calendar.issues), pk=0, pull_at=pull_at, weight=weight, mail_on=day,
            in_home_from=day, in_home_until=day,
        )  # fmt: skip
        row = IssueRow(
            number=added.number, weight=weight, cover_label=f"Extra {added.number}", cover_year=2026, cover_month=1,
            pull_at=pull_at, mail_on=day, in_home_from=day, in_home_until=day,
        )  # fmt: skip
        added.pk = terms.add_issue(before_issue_id=before.pk, issue=row, by=STAFF).pk
        stops.add_issue(self.world, added, before=before)
        self.calendar_has_changed()

    @event(often=3, ahead=soon, weight=st.sampled_from([0, 1, 2, 2]))
    def an_issue_gets_another_weight(self, ahead: int, weight: int) -> None:
        issue = self.world.calendar.planned()[ahead]
        terms.reweigh_issue(issue_id=issue.pk, weight=weight, by=STAFF)
        issue.weight = weight
        self.calendar_has_changed()

    @event(ahead=soon, days=st.sampled_from([-5, 3, 8, 20]))
    def a_pull_is_moved(self, ahead: int, days: int) -> None:
        issue = self.world.calendar.planned()[ahead]
        pull_at = issue.pull_at + dt.timedelta(days=days)
        self.both(
            lambda: stops.move_pull(self.world, issue, pull_at=pull_at),
            lambda: catalog.move_pull(issue_id=issue.pk, pull_at=pull_at, by=STAFF),
        )
        self.calendar_has_changed()

    def calendar_has_changed(self) -> None:
        """Stays, and moves for later, are laid again when it has."""
        if any(line.stays or any(ship.is_named for ship in line.ships) for line in self.world.lines):
            for line in self.world.lines:
                addresses.note(self.world, line)
            terms.lay_addresses_again(now=self.now)
        self.agree(self.world.lines)

    def dropped(self) -> list[Issue]:
        return [issue for issue in self.world.calendar.issues if issue.state == "dropped"]
