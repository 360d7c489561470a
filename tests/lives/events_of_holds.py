"""Holds of every kind."""

from hypothesis import strategies as st

from subscriptions.terms import actions as terms
from subscriptions.terms.queries import Where
from tests.lives import stops
from tests.lives.machine import Life, event, few, some
from tests.lives.model import Hold, Issue, Line
from tests.lives.till import STAFF
from tests.lives.town import PLACES

lengths = st.sampled_from([1, 2, 2, 4, None])
reasons = st.sampled_from(["vacation", "vacation", "imposed", "non_pay", "dispute", "bad_address"])


class HoldEvents(Life):
    @event(line=few, ahead=st.integers(0, 4), length=lengths, reason=reasons)
    def is_held(self, line: int, ahead: int, length: int | None, reason: str) -> None:
        whose = self.line(line)
        begins, until = self.stretch(ahead, length)
        both = self.both(
            lambda: stops.hold(self.world, whose, begins=begins, until=until, reason=reason),
            lambda: terms.hold(
                subscription_id=whose.pk, from_issue_id=begins.pk, until_issue_id=until.pk if until else None,
                reason=reason, by=STAFF, now=self.now,
            ),
        )  # fmt: skip
        if both:
            both[0].pk = both[1].pk
        self.agree([whose])

    @event(when=lambda life: life.all_holds(), which=some, ahead=st.sampled_from([None, 0, 1, 3]))
    def comes_back(self, which: int, ahead: int | None) -> None:
        whose, part = self.one_hold(which)
        resumes = None if ahead is None else self.open_issue(ahead)
        self.both(
            lambda: stops.end_hold(self.world, whose, part, resumes=resumes),
            lambda: terms.end_hold(
                pause_id=part.pk, until_issue_id=resumes.pk if resumes else None, by=STAFF, now=self.now
            ),
        )
        self.agree([whose])

    @event(when=lambda life: life.all_holds(), which=some, ahead=st.sampled_from([None, 0, 1, 3, 6]))
    def stays_longer_or_shorter(self, which: int, ahead: int | None) -> None:
        whose, part = self.one_hold(which)
        ends = None if ahead is None else self.open_issue(ahead)
        both = self.both(
            lambda: stops.change_hold_end(self.world, whose, part, ends=ends),
            lambda: terms.change_hold_end(
                pause_id=part.pk, until_issue_id=ends.pk if ends else None, by=STAFF, now=self.now
            ),
        )
        if both and both[0]:
            both[0].pk = both[1].pk
        self.agree([whose])

    @event(when=lambda life: life.all_holds(), which=some)
    def stays_at_home(self, which: int) -> None:
        whose, part = self.one_hold(which)
        self.both(
            lambda: stops.withdraw_hold(self.world, whose, part),
            lambda: terms.withdraw_hold(pause_id=part.pk, by=STAFF, now=self.now),
        )
        self.agree([whose])

    @event(ahead=st.integers(0, 2), length=lengths, state=st.sampled_from([None, "IL", "FL"]))
    def the_post_is_on_strike(self, ahead: int, length: int | None, state: str | None) -> None:
        begins, until = self.stretch(ahead, length)
        reached = None if state is None else {n for n in range(9) if PLACES[n % len(PLACES)][1] == state}
        both = self.both(
            lambda: stops.bulk_hold(self.world, begins=begins, until=until, places=reached),
            lambda: terms.bulk_hold(
                from_issue_id=begins.pk, until_issue_id=until.pk if until else None, reason_code="strike",
                where=Where(states=[state] if state else []), by=STAFF, now=self.now,
            ),
        )  # fmt: skip
        if both:
            bulk, done = both
            bulk.pk = done.pk
            pauses = dict(done.pauses.values_list("subscription_id", "pk"))
            assert set(pauses) == {line.pk for line, _ in bulk.holds}
            for line, part in bulk.holds:
                part.pk, part.bulk = pauses[line.pk], bulk.pk
                line.holds.append(part)
            self.bulks.append(bulk)
        self.agree(self.world.lines)

    @event(when=lambda life: life.bulks, which=some, ahead=st.sampled_from([None, 0, 1]))
    def the_strike_ends(self, which: int, ahead: int | None) -> None:
        bulk = self.bulks[which % len(self.bulks)]
        resumes = None if ahead is None else self.open_issue(ahead)
        self.both(
            lambda: stops.end_bulk_hold(self.world, bulk, resumes=resumes),
            lambda: terms.end_bulk_hold(
                bulk_id=bulk.pk, until_issue_id=resumes.pk if resumes else None, by=STAFF, now=self.now
            ),
        )
        self.agree(self.world.lines)

    # -- what they share

    def stretch(self, ahead: int, length: int | None) -> tuple[Issue, Issue | None]:
        return self.open_issue(ahead), None if length is None else self.open_issue(ahead + length)

    def all_holds(self) -> list[tuple[Line, Hold]]:
        return [(line, part) for line in self.world.lines for part in line.holds]

    def one_hold(self, which: int) -> tuple[Line, Hold]:
        holds = self.all_holds()
        return holds[-1 - which % len(holds)]
