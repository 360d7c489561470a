"""Copies that come from the shelf: back issues, claims, returned copies, and the runs that send them."""

from typing import Any

from hypothesis import strategies as st

from subscriptions.catalog import actions as catalog
from subscriptions.fulfillment import actions as fulfillment
from subscriptions.fulfillment.models import Claim as ClaimRow
from subscriptions.terms import actions as terms
from tests.lives import checks, storeroom
from tests.lives.machine import Life, event, few, some
from tests.lives.model import Claim, Issue
from tests.lives.till import STAFF
from tests.lives.town import rows

troubles = st.sampled_from(["missing", "missing", "missing", "damaged", "came_late"])


class CopyEvents(Life):
    @event(often=4, back=few, copies=st.integers(1, 4))
    def stock_arrives(self, back: int, copies: int) -> None:
        issue = self.been(back)
        catalog.receive_stock(issue_id=issue.pk, copies=copies, by=STAFF, now=self.now)
        self.world.stock[issue] = self.world.stock.get(issue, 0) + copies
        self.shelves_agree()

    @event(back=few, when=lambda life: any(life.world.stock.values()))
    def the_shelf_is_counted(self, back: int) -> None:
        """The mice were at it."""
        issue = self.been(back)
        catalog.count_stock(issue_id=issue.pk, copies=0, note="mice", by=STAFF, now=self.now)
        self.world.stock[issue] = 0
        self.shelves_agree()

    @event(
        often=8, line=few, back=some, reason=st.sampled_from(["missing", "missing", "missing", "damaged", "came_late"])
    )
    def is_claimed(self, line: int, back: int, reason: str) -> None:
        whose, issue = self.line(line), self.mailed(back)
        if issue is None or storeroom.is_being_sent(self.world, whose, issue):
            return
        both = self.both(
            lambda: storeroom.claim(self.world, whose, issue, reason),
            lambda: fulfillment.claim_copy(
                subscription_id=whose.pk, issue_id=issue.pk, reason_code=reason, by=STAFF, now=self.now
            ),
        )
        if both and both[0] == "too_early":
            assert both[1].outcome == "too_early"
        elif both:
            self.name_claim(both[0], both[1].claim)
        self.agree([whose])
        self.shelves_agree()

    @event(line=few, back=few)
    def a_copy_comes_back(self, line: int, back: int) -> None:
        whose, issue = self.line(line), self.mailed(back)
        if issue is None or storeroom.is_being_sent(self.world, whose, issue):
            return
        both = self.both(
            lambda: storeroom.returned(self.world, whose, issue),
            lambda: fulfillment.record_returned_copy(
                subscription_id=whose.pk, issue_id=issue.pk, by=STAFF, now=self.now
            ),
        )
        if both:
            self.name_claim(*both)
        self.agree([whose])

    @event(
        when=lambda life: life.world.claims, which=some,
        answer=st.sampled_from(["replacement", "extension", "refusal"]),
    )  # fmt: skip
    def somebody_answers(self, which: int, answer: Any) -> None:
        claim = self.one_claim(which)
        both = self.both(
            lambda: storeroom.answer(self.world, claim, answer),
            lambda: fulfillment.answer_claim(
                claim_id=claim.pk, answer=answer, words="No." if answer == "refusal" else "", by=STAFF, now=self.now
            ),
        )
        if both:
            self.name_claim(claim, both[1])
        self.agree([claim.line])
        self.shelves_agree()

    @event(when=lambda life: life.world.claims, which=some)
    def it_came_after_all(self, which: int) -> None:
        claim = self.one_claim(which)
        self.both(
            lambda: storeroom.withdraw(self.world, claim),
            lambda: fulfillment.withdraw_claim(claim_id=claim.pk, by=STAFF, now=self.now),
        )
        self.agree([claim.line])
        self.shelves_agree()

    @event(
        often=6, when=lambda life: any(w.state == "waiting" for w in life.world.wanted), which=some
    )  # fmt: skip
    def what_waits_is_sent(self, which: int) -> None:
        waiting = [w for w in self.world.wanted if w.state == "waiting"]
        issue, purpose = waiting[which % len(waiting)].issue, waiting[which % len(waiting)].purpose
        both = self.both(
            lambda: storeroom.send(self.world, issue, purpose),
            lambda: self.town.pull_later(issue.pk, purpose, now=self.now),
        )
        if both:
            (sent, stuck), run = both
            assert (run.rows, run.skips, run.copies) == (len(sent), len(stuck), sum(w.copies for w in sent))
            checks.the_later_copies_are_the_counted_ones(self.town, run.pk, sent)
            self.later.append((run, sent))
            self.claims_agree()
        self.agree([])

    @event(when=lambda life: any(w.units for w in life.world.wanted), which=some)
    def a_back_issue_is_not_sent(self, which: int) -> None:
        owed = [each for each in self.world.wanted if each.units]
        each = owed[-1 - which % len(owed)]
        ((pk,),) = rows(
            "SELECT id FROM terms_owedcopy WHERE term_id = %s AND issue_id = %s AND state <> 'withdrawn'", each.term.pk,
            each.issue.pk,
        )  # fmt: skip
        self.both(
            lambda: storeroom.keep(self.world, each),
            lambda: terms.withdraw_owed(owed_id=pk, by=STAFF, now=self.now),
        )
        self.agree([each.line])
        self.shelves_agree()

    @event(when=lambda life: life.later)
    def it_is_not_sent_after_all(self) -> None:
        run, sent = self.later.pop()
        fulfillment.void(run_id=run.pk, reason="wrong shelf", by=STAFF, now=self.now)
        storeroom.take_run_back(sent)
        checks.the_later_copies_are_the_counted_ones(self.town, run.pk, [])
        self.claims_agree()

    # -- what they share

    def been(self, back: int) -> Issue:
        out = storeroom.out(self.world)
        return out[-1 - back % len(out)]

    def mailed(self, back: int) -> Issue | None:
        out = [issue for issue in self.runs if issue.state == "mailed"]
        return out[-1 - back % len(out)] if out else None

    def one_claim(self, which: int) -> Claim:
        return self.world.claims[-1 - which % len(self.world.claims)]

    def name_claim(self, counted: Claim, done: ClaimRow) -> None:
        counted.pk = done.pk
        if counted.bonus is not None:
            counted.bonus.pk = done.entry_id
            counted.bonus.term.pk = counted.bonus.term.pk or done.entry.term_id
        for hold in counted.line.holds:
            if not hold.pk:
                ((hold.pk,),) = rows(
                    "SELECT max(id) FROM terms_pause WHERE subscription_id = %s AND reason = %s", counted.line.pk,
                    hold.reason,
                )  # fmt: skip
        self.claims_agree()

    def claims_agree(self) -> None:
        found = dict(rows("SELECT id, state FROM fulfillment_claim"))
        counted = {claim.pk: storeroom.state_of(claim) for claim in self.world.claims}
        assert found == counted, f"claims: {found}, counted {counted}"

    def shelves_agree(self) -> None:
        found = {pk: copies for pk, copies in rows("SELECT issue_id, on_hand FROM catalog_issuestock") if copies}
        counted = {issue.pk: copies for issue, copies in self.world.stock.items() if copies}
        assert found == counted, f"shelf: {found}, counted {counted}"
