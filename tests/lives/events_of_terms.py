"""Orders, gifts, comps, cancellations, splits, merges and extensions, in any order."""

import uuid
from typing import Any

from hypothesis import strategies as st

from orders.checkout import actions as checkout
from subscriptions.terms import actions as terms
from tests.house import at
from tests.lives import storeroom
from tests.lives.machine import Life, event, few, some
from tests.lives.model import FOREVER, Issue, Line, Term, Walk
from tests.lives.money import copies_changed
from tests.lives.till import STAFF

EFFECTS = {"goodwill": "bonus", "never_came": "credit", "spread": "split"}
cents = st.sampled_from([1995, 0, 1, 1000, 777])
class_names = st.sampled_from(["paid", "paid", "paid", "gift", "gift", "agency", "credit"])


class TermEvents(Life):
    @event(
        often=10,
        line=few,
        payer=few,
        units=st.integers(1, 12),
        price=st.tuples(cents, cents),
        copies=st.sampled_from([1, 1, 3]),
        copy_class=class_names,
        pin=st.sampled_from([None, None, None, 0, 1, 3, 6]),
    )
    def is_ordered(
        self,
        *,
        line: int,
        payer: int,
        units: int,
        price: tuple[int, int],
        copies: int,
        copy_class: str,
        pin: int | None,
    ) -> None:
        whose, served = self.line(line), self.line(line).in_force
        pinned = self.world.calendar.open(self.now, counting=True)[pin] if pin is not None else None
        term = self.new_term(units, payer=self.line(payer).reader, price=price, copies=copies, copy_class=copy_class)
        line_uuid = uuid.uuid4()
        back, started = self.surely(
            lambda: storeroom.order(self.world, served, term, pin=pinned),
            lambda: self.town.order(whose, term, pin=pinned, now=self.now, line_uuid=line_uuid),
        )
        term.pk = started.pk
        self.settled.append((whose, term, line_uuid))
        first = back.number if back else self.first_issue_of(served, term)
        assert self.number_of(started.start_issue) == first
        self.agree([whose, served])

    @event(when=lambda life: life.settled, which=some)
    def is_settled_again(self, which: int) -> None:
        whose, term, line_uuid = self.settled[which % len(self.settled)]
        again = self.town.settle_again(whose, term, now=self.now, line_uuid=line_uuid)
        assert again.pk == term.pk
        self.agree([whose])

    @event(line=few, units=st.sampled_from([1, 4, None]), copies=st.sampled_from([1, 2]))
    def is_given_for_nothing(self, line: int, units: int | None, copies: int) -> None:
        whose, served = self.line(line), self.line(line).in_force
        term = self.new_term(units or FOREVER, payer=served.reader, price=(0, 0), copies=copies, copy_class="comp")
        both = self.both(
            lambda: self.world.comp(served, term),
            lambda: terms.give_comp(
                subscription_id=whose.pk, units=units, owner="The editor", why="author", copies=copies, by=STAFF,
                confirm_by=at("2035-01-01").date(), now=self.now,
            ),
        )  # fmt: skip
        if both:
            term.pk = both[1].pk
        self.agree([whose, served])

    @event(line=few, money=st.sampled_from(["refund", "credit"]))
    def is_cancelled(self, line: int, money: str) -> None:
        """What was not served is promised back to its payers."""
        whose = self.line(line)
        both = self.both(
            lambda: self.world.cancel_now(whose),
            lambda: checkout.cancel_subscription(
                subscription_id=whose.pk, when="now", reason_code="too_dear", money=money, by=STAFF, now=self.now
            ),
        )
        if both:
            self.are_released(both[0], both[1].terms)
            self.world.promise_back(both[0], way=money)
        self.agree([whose])

    @event(line=few, which=some)
    def one_term_is_cancelled(self, line: int, which: int) -> None:
        whose = self.line(line)
        if not whose.terms:
            return
        term = whose.terms[which % len(whose.terms)]
        both = self.both(
            lambda: self.world.cancel_term(whose, term),
            lambda: checkout.cancel_term(term_id=term.pk, reason_code="twice", by=STAFF, now=self.now),
        )
        if both:
            self.are_released([both[0]], both[1].terms)
            self.world.promise_back([both[0]], way="refund")
        self.agree([whose])

    @event(line=few)
    def is_cancelled_at_the_end(self, line: int) -> None:
        whose = self.line(line)
        self.both(
            lambda: self.world.cancel_at_end(whose),
            lambda: checkout.cancel_subscription(
                subscription_id=whose.pk, when="end", reason_code="other", by=STAFF, now=self.now
            ),
        )
        self.agree([whose])

    @event(line=few)
    def is_reinstated(self, line: int) -> None:
        whose = self.line(line)
        both = self.both(
            lambda: self.world.reinstate(whose),
            lambda: checkout.reinstate_subscription(subscription_id=whose.pk, by=STAFF, now=self.now),
        )
        if both:
            self.name_them(zip(*both, strict=True))
        self.agree([whose])

    @event(line=few, which=some, copies=st.sampled_from([1, 2, 5]))
    def gets_another_number_of_copies(self, line: int, which: int, copies: int) -> None:
        self.is_split(self.line(line), which, to=None, copies=copies)

    @event(line=few, copies=st.sampled_from([1, 2, 3]), how=st.sampled_from(["convert", "absorb", "credit"]))
    def gets_more_or_fewer_for_the_money(self, line: int, copies: int, how: Any) -> None:
        whose = self.line(line)
        both = self.both(
            lambda: copies_changed(self.world, whose, copies=copies, how=how),
            lambda: checkout.change_copies(subscription_id=whose.pk, copies=copies, how=how, by=STAFF, now=self.now),
        )
        if both:
            self.name_them(zip(both[0], both[1].terms, strict=True))
        self.agree([whose])

    @event(line=few, which=some, issues=st.sampled_from([-9, -2, -1, 1, 3]))
    def has_a_number_put_right(self, line: int, which: int, issues: int) -> None:
        whose = self.line(line)
        if not whose.terms:
            return
        term = whose.terms[which % len(whose.terms)]
        both = self.both(
            lambda: self.world.correct(whose, term, issues),
            lambda: terms.correct_term(term_id=term.pk, issues=issues, because="miscounted", by=STAFF, now=self.now),
        )
        if both:
            both[0].pk = both[1].term_id
        self.agree([whose])

    @event(line=few, to=few, which=some)
    def goes_on_for_somebody_else(self, line: int, to: int, which: int) -> None:
        self.is_split(self.line(line), which, to=self.line(to), copies=None)

    def is_split(self, line: Line, which: int, *, to: Line | None, copies: int | None) -> None:
        if not line.terms or to is line:
            return
        term = line.terms[which % len(line.terms)]
        both = self.both(
            lambda: self.world.split(line, term, to=to, copies=copies),
            lambda: terms.split(
                term_id=term.pk, why="changed", copies=copies, to_subscription_id=to.pk if to else None, by=STAFF,
                now=self.now,
            ),
        )  # fmt: skip
        if both:
            (_, new), done = both
            new.pk = done.new.pk
            said, counted = self.number_of(done.first_issue), self.first_issue_of(to or line, new)
            assert said == counted, f"goes on with {said}, counted {counted}"
        self.agree([line, to or line])

    @event(kept=few, merged=few)
    def are_made_one(self, kept: int, merged: int) -> None:
        one, other = self.line(kept), self.line(merged)
        both = self.both(
            lambda: self.world.merge(one, other),
            lambda: terms.merge_lines(kept_id=one.pk, merged_id=other.pk, by=STAFF, now=self.now),
        )
        if both:
            (merge, moved), done = both
            merge.pk = done.pk
            self.name_continuations(moved)
            self.merges.append(merge)
        self.agree([one, other])

    @event(when=lambda life: life.merges, which=some)
    def are_made_two_again(self, which: int) -> None:
        merge = self.merges[which % len(self.merges)]
        both = self.both(
            lambda: self.world.unmerge(merge),
            lambda: terms.unmerge_lines(merge_id=merge.pk, by=STAFF, now=self.now),
        )
        if both:
            self.name_continuations(both[0])
        self.agree([merge.kept, merge.merged])

    @event(line=few, issues=st.integers(1, 3), reason=st.sampled_from(sorted(EFFECTS)), copy=some)
    def is_extended(self, line: int, issues: int, reason: str, copy: int) -> None:
        whose, served = self.line(line), self.line(line).in_force
        out = [issue for issue in self.world.calendar.issues if issue.state in ("pulled", "mailed")]
        issue = out[-1 - copy % len(out)]
        both = self.both(
            lambda: self.world.extend(served, issues, effect=EFFECTS[reason], copy_issue=issue),
            lambda: terms.extend(
                subscription_id=whose.pk, issues=issues, reason_code=reason, copy_issue_id=issue.pk, by=STAFF,
                now=self.now,
            ),
        )  # fmt: skip
        if both:
            (given, term), done = both
            term.pk = term.pk or done.term.pk
            assert term.pk == done.term.pk
            if given is not None:
                given.pk = done.entry.pk
                self.given.append(given)
        self.agree([whose, served])

    @event(when=lambda life: life.given, which=some)
    def is_taken_back(self, which: int) -> None:
        given = self.given[which % len(self.given)]
        self.both(
            lambda: self.world.take_back(given),
            lambda: terms.take_back(entry_id=given.pk, by=STAFF, now=self.now),
        )
        self.agree([given.line])

    @event(line=few)
    def has_its_grace_written_off(self, line: int) -> None:
        whose = self.line(line)
        self.both(
            lambda: self.world.write_off(whose),
            lambda: terms.write_off_grace(subscription_id=whose.pk, by=STAFF, now=self.now),
        )
        self.agree([whose])

    # -- what they share

    def new_term(self, units: float, *, payer: str, price: tuple[int, int], copies: int, copy_class: str) -> Term:
        return Term(
            units=units, magazine_cents=price[0], postage_cents=price[1], copies=copies, copy_class=copy_class,
            payer=payer, ordered_at=self.now, not_before=self.world.calendar.issues[0], bought=units,
        )  # fmt: skip

    def are_released(self, counted: list[Any], done: list[Any]) -> None:
        """Both say the same of each term that ended."""
        said = {term.pk: (term.cut, term.released_magazine_cents, term.released_postage_cents) for term in done}
        assert said == {release.term.pk: (release.term.cut, *release.cents) for release in counted}

    def name_them(self, pairs: Any) -> None:
        for counted, done in pairs:
            counted.pk = done.pk

    def name_continuations(self, moved: list[tuple[Term, Term]]) -> None:
        for old, new in moved:
            new.pk = self.town.continuation_of(old.pk)

    def number_of(self, issue: Any) -> int | None:
        return issue.number if issue else None

    def first_issue_of(self, line: Line, term: Term) -> int | None:
        ahead = Walk(line, self.world.calendar).ahead()
        first: Issue | None = next(
            (issue for issue, copy in ahead if copy.term is term and issue.weight and copy.copy_class != "grace"), None
        )
        return first.number if first else None
