"""Gifts by code, through the order that a donor places: paid together, redeemed one by one, or taken back."""

import itertools
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from orders.checkout import actions as checkout
from orders.checkout import queries as orders
from orders.checkout.models import OrderLine
from orders.checkout.rules import Person
from subscriptions.terms.models import Subscription
from tests import gifts
from tests.lives import storeroom
from tests.lives.machine import Life, event, few, some
from tests.lives.model import Line, Refused, Term
from tests.lives.money import GIFT as CENTS
from tests.lives.till import STAFF

ISSUES = 10
numbers = itertools.count(1)


@dataclass(eq=False)
class Code:
    """A gift that has been paid for and that nobody has yet."""

    donor: str
    pk: int
    letters: str
    state: str = "open"


class GiftEvents(Life):
    @event(often=3, how_many=st.integers(1, 3))
    def gifts_are_bought(self, how_many: int) -> None:
        donor = f"donor {next(numbers)}"
        asked = gifts.given(*[gifts.code_for() for _ in range(how_many)], offer="gift")
        lines = gifts.buy(asked, now=self.now, by=STAFF)  # on the telephone; doors count the orders of a connection
        assert [line.total_cents for line in lines] == [CENTS] * how_many
        self.world.codes += [Code(donor, line.gift_code.pk, orders.code_of(line.gift_code)) for line in lines]
        self.agree([])

    @event(often=4, when=lambda life: life.world.codes, line=few, which=some)
    def a_gift_is_redeemed(self, line: int, which: int) -> None:
        """It waits behind what its reader has, on the line that goes on where lines were made one."""
        named, code = self.line(line), self.one_code(which)
        whose = named.in_force
        term = Term(
            units=ISSUES, magazine_cents=CENTS, postage_cents=0, copies=1, copy_class="gift", payer=code.donor,
            ordered_at=self.now, not_before=self.world.calendar.issues[0], bought=ISSUES,
        )  # fmt: skip
        both = self.both(
            lambda: self.redeem(whose, code, term),
            lambda: checkout.redeem_code(
                code=code.letters, recipient=Person(whose.reader, ""), address=gifts.address("Ana Field"), by=STAFF,
                subscription=Subscription.objects.select_related("reader").get(pk=named.pk), now=self.now,
            ),
        )  # fmt: skip
        if both:
            term.pk = both[1].term.pk
        self.agree([whose])

    @event(when=lambda life: life.world.codes, which=some)
    def a_gift_is_taken_back(self, which: int) -> None:
        code = self.one_code(which)
        self.both(
            lambda: self.take_back(code),
            lambda: checkout.take_back_code(code_id=code.pk, by=STAFF, now=self.now),
        )
        self.agree([])

    @event(often=5, when=lambda life: life.redeemed(), which=some, line=few)
    def a_gift_joins_what_somebody_has(self, which: int, line: int) -> None:
        """Its rest comes behind the copies of another line, for the money that was paid for it."""
        codes = self.redeemed()
        gift = OrderLine.objects.get(gift_code=codes[-1 - which % len(codes)].pk)
        running, to = orders.term_of(gift), self.line(line)
        assert running is not None
        [(whose, term)] = [(own, term) for own in self.world.lines for term in own.terms if term.pk == running.pk]
        last = self.world.calendar.issues[-1]
        served_by = orders.service_of(gift)
        if whose is to or to.merged_into or {whose.home_of(last), to.home_of(last)} & self.world.abroad:
            return  # It is there already, nothing is served there, or it would cost more postage.
        if served_by is not None and served_by.pk == to.pk:
            return  # It went on elsewhere by a bare split, of which the gift does not know.
        both = self.both(
            lambda: self.world.split(whose, term, to=to),
            lambda: checkout.join_gift(
                line_id=gift.pk, subscription_id=to.pk, meets="extension", by=STAFF, now=self.now
            ),
        )  # fmt: skip
        if both:
            both[0][1].pk = self.town.continuation_of(term.pk)
        self.agree([whose, to])

    # -- what is counted

    def redeemed(self) -> list[Code]:
        return [code for code in self.world.codes if code.state == "redeemed"]

    def redeem(self, line: Line, code: Code, term: Term) -> None:
        refuse_closed(code)
        if line.home_of(self.world.calendar.issues[-1]) in self.world.abroad:
            raise Refused("invalid")  # its postage is not paid for that country
        storeroom.order(self.world, line, term, pin=None)
        code.state = "redeemed"

    def take_back(self, code: Code) -> None:
        refuse_closed(code)
        code.state = "withdrawn"
        self.world.promised.append(("refund", None, CENTS))

    def one_code(self, which: int) -> Any:
        return self.world.codes[-1 - which % len(self.world.codes)]


def refuse_closed(code: Code) -> None:
    if code.state != "open":
        raise Refused("gift_code_is_used" if code.state == "redeemed" else "gift_code_is_over")
