"""Time goes by: issues are pulled, taken back, mailed and posted, late and twice."""

import datetime as dt

from hypothesis import strategies as st

from subscriptions.fulfillment import actions as fulfillment
from subscriptions.terms import actions as terms
from tests.house import ZONE
from tests.lives import checks, stops, storeroom
from tests.lives.changes import GRACE, RECOUP_WITHIN
from tests.lives.machine import Life, event
from tests.lives.model import Issue, Line
from tests.lives.till import STAFF
from tests.lives.town import rows

ENOUGH = 11  # issues to come, so that no life runs into the end of the calendar


def has_enough(life: Life) -> bool:
    return len(life.world.calendar.planned()) > ENOUGH


class RunEvents(Life):
    @event(often=5, days=st.sampled_from([1, 4, 10, 25]))
    def days_go_by(self, days: int) -> None:
        self.world.now = self.now + dt.timedelta(days=days)

    @event(often=6, when=has_enough)
    def an_issue_is_pulled(self) -> None:
        self.pull()

    @event(often=12, when=has_enough)
    def a_month_goes_by(self) -> None:
        self.pull()
        self.world.now = self.now + dt.timedelta(days=10)
        self.mail()
        self.post()

    @event(when=lambda life: life.newest() is not None)
    def the_newest_run_is_voided(self) -> None:
        issue = self.newest()
        run = self.runs[issue]
        if self.both(
            lambda: stops.void(self.world, issue),
            lambda: fulfillment.void(run_id=run.pk, reason="wrong paper", by=STAFF, now=self.now),
        ):
            del self.runs[issue]
            assert rows("SELECT count(*) FROM fulfillment_copy WHERE issue_id = %s", issue.pk) == [(0,)]
        self.agree(self.world.lines)

    @event(when=lambda life: life.later or any(issue.state == "pulled" for issue in life.runs))
    def all_that_is_out_is_mailed(self) -> None:
        self.mail()

    @event()
    def what_was_mailed_is_posted(self) -> None:
        self.post()

    @event()
    def lapsed_grace_is_written_off(self) -> None:
        lapsed = [line for line in self.world.lines if self.has_lapsed(line)]
        for line in lapsed:
            self.world.write_off(line)
        assert terms.write_off_lapsed_grace(now=self.now) == len(lapsed)
        assert terms.write_off_lapsed_grace(now=self.now) == 0
        self.agree([])

    @event(when=lambda life: life.runs)
    def every_job_runs_again(self) -> None:
        self.post()
        before = self.footprint()
        newest = list(self.runs)[-1]
        self.both(lambda: self.refuse("issue_has_a_run"), lambda: self.town.pull(newest.pk, now=self.now))
        fulfillment.work_off_runs(now=self.now)
        assert self.town.post_all(self.now) == 0, "posted twice"
        assert terms.lay_addresses_again(now=self.now) == 0, "an address moves"
        checks.again_everything(self.world)
        assert self.footprint() == before, "a job that ran again left something behind"
        self.agree([])

    def ends(self) -> None:
        """Everything is mailed and posted; then the house's own nightly check finds nothing either."""
        self.mail()
        self.post()
        checks.again_everything(self.world)
        checks.the_nightly_check_finds_nothing(self.now)

    # -- what they share

    def pull(self) -> None:
        issue = self.world.calendar.planned()[0]
        self.world.now = max(self.now, issue.pull_at.astimezone(ZONE))
        checks.the_rule_serves_the_counted_ones(self.world, self.town, issue)
        sent, skipped = stops.pull(self.world, issue)
        self.runs[issue] = run = self.town.pull(issue.pk, now=self.now)
        assert (run.rows, run.skips) == (len(sent), len(skipped)), f"{issue}: labels and skips"
        checks.the_copies_are_the_counted_ones(self.world, self.town, issue, sent)
        self.agree(self.world.lines)

    def mail(self) -> None:
        for issue, run in self.runs.items():
            if issue.state == "pulled":
                self.town.mail(run, now=self.now)
                stops.mail(self.world, issue)
        for run, sent in self.later:
            self.town.mail(run, now=self.now)
            storeroom.mail(self.world, sent)
        self.later.clear()
        self.agree([])

    def post(self) -> None:
        self.town.post_all(self.now)
        checks.the_books_are_the_counted_ones(self.world)

    def newest(self) -> Issue | None:
        """The newest pull, while it has not been mailed."""
        out = [issue for issue in self.world.calendar.issues if issue.state in ("pulled", "mailed")]
        return out[-1] if out[-1].state == "pulled" and out[-1] in self.runs else None

    def has_lapsed(self, line: Line) -> bool:
        return any(
            term.grace and not term.left and term.passed > max(RECOUP_WITHIN, GRACE) and not term.written_off
            for term in line.terms
        ) and any(issue.weight for issue in line.graced)  # fmt: skip

    def footprint(self) -> list[tuple[int, ...]]:
        return rows(
            "SELECT (SELECT count(*) FROM terms_term), (SELECT count(*) FROM terms_entry), (SELECT count(*) FROM"
            " terms_pause), (SELECT count(*) FROM fulfillment_copy), (SELECT count(*) FROM ledger_line),"
            " (SELECT count(*) FROM fulfillment_labelrun)"
        )
