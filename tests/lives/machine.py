"""Random lives of three readers: whatever happens to them happens to the product and to the oracle, and both agree."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from foundation.errors import DomainError
from tests.lives import checks, stops
from tests.lives.changes import Bonus, Merge
from tests.lives.model import Issue, Line, Refused, Term, Wanted
from tests.lives.town import Town

few = st.integers(0, 2)
some = st.integers(0, 5)


@dataclass(frozen=True)
class Event:
    """What can happen, how often in comparison, and what is drawn for it."""

    often: int
    when: Callable[[Any], bool]
    wishes: st.SearchStrategy[dict[str, Any]]


def event(*, often: int = 2, when: Callable[[Any], bool] = lambda life: True, **wishes: st.SearchStrategy[Any]) -> Any:
    """Mark a method as something that can happen. Rules of Hypothesis come all alike often; in a life they do not."""

    def mark(method: Any) -> Any:
        method.event = Event(often, when, st.fixed_dictionaries(wishes))
        return method

    return mark


class Life(RuleBasedStateMachine):
    """What the events share. They stand in the classes that follow."""

    town: ClassVar[Town]
    ended: ClassVar[int] = 0

    @classmethod
    def events(cls) -> dict[str, Event]:
        marked = {name: getattr(getattr(cls, name), "event", None) for name in sorted(dir(cls))}
        return {name: found for name, found in marked.items() if found}

    @initialize(length=st.integers(8, 60), data=st.data())
    def is_born(self, length: int, data: Any) -> None:
        """Each life is of some length, and some things never happen in it."""
        self.to_come = length
        never = data.draw(st.sets(st.sampled_from([name for name, e in self.events().items() if e.often < 5])), "never")
        self.possible = {name: found for name, found in self.events().items() if name not in never}
        self.savepoint = self.town.begin()
        self.world = self.town.world()
        self.settled: list[tuple[Line, Term, uuid.UUID]] = []
        self.given: list[Bonus] = []
        self.merges: list[Merge] = []
        self.bulks: list[stops.Bulk] = []
        self.runs: dict[Issue, Any] = {}
        # Supplements and claims runs that have not been mailed, with what they send.
        self.later: list[tuple[Any, list[Wanted]]] = []

    @rule(data=st.data())
    def something_happens(self, data: Any) -> None:
        if self.to_come == 0:
            self.ends()
            type(self).ended += 1
        self.to_come -= 1
        if self.to_come < 0:
            return
        now = [name for name, found in self.possible.items() if found.when(self) for _ in range(found.often)]
        name = data.draw(st.sampled_from(now), "what")
        getattr(self, name)(**data.draw(self.possible[name].wishes, "how"))

    def ends(self) -> None:
        """What is looked at once, when nothing more happens."""

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.town.end(self.savepoint)

    @property
    def now(self) -> dt.datetime:
        return self.world.now

    def line(self, number: int) -> Line:
        return self.world.lines[number % len(self.world.lines)]

    def both(self, counted: Callable[[], Any], done: Callable[[], Any]) -> tuple[Any, Any] | None:
        """Let the event happen to both; None when both refuse it for the same reason."""
        refusal = said = ""
        answer = result = None
        try:
            answer = counted()
        except Refused as refused:
            refusal = refused.code
        try:
            result = done()
        except DomainError as refused:
            said = refused.code
        assert said == refusal, f"the product says {said or 'yes'}, the rules say {refusal or 'yes'}"
        return None if refusal else (answer, result)

    def surely(self, counted: Callable[[], Any], done: Callable[[], Any]) -> tuple[Any, Any]:
        """The same for what nothing can stand in the way of."""
        both = self.both(counted, done)
        assert both is not None, "refused"
        return both

    def refuse(self, code: str) -> None:
        raise Refused(code)

    def agree(self, touched: Collection[Line]) -> None:
        checks.everything(self.world, self.town, touched)

    def open_issue(self, ahead: int) -> Issue:
        return self.world.calendar.open(self.now)[ahead]
