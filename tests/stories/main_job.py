"""The main job as a road of acts: what people do in each, and then Celery's timetable until nothing moves any more.

Ana buys four issues on 20 February 2026, to be renewed automatically, with three others. Two are left after the pull
of 505 on 10 April, so she is told on 7 and 22 March and charged on 11 April.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.stripe_standin.testing import Standin
from foundation import clock
from foundation.actors import Actor
from tests.house import House, at
from tests.shop import Shop
from tests.standin import Letterbox
from tests.stories.crew import ALL_TASKS, Tasks, Worker
from tests.stories.rows import Rows, all_rows, differences

PAT = Actor("staff", "7")
# The stand-in is shared by all runs and has one list of events: reading it would bring the events of other runs.
TASKS = [task for task in ALL_TASKS if not task.endswith("sweep_events")]
MOST_ROUNDS = 20
READERS_FROM_BEFORE = 12


class MainJob:
    """The people of the story. Their database is the one that Django's settings name at the moment."""

    def __init__(self, *, standin: Standin, letterbox: Letterbox) -> None:
        self.standin, self.letterbox = standin, letterbox
        self._shop: Shop | None = None

    @property
    def shop(self) -> Shop:
        assert self._shop is not None, "The house has to be furnished first."
        return self._shop

    def furnish(self) -> None:
        from orders.ledger import actions as ledger
        from orders.ledger.actions import Posting

        house = House()
        self._shop = Shop(house, self.standin, self.letterbox)
        house.make_offer(code="four", issues=4, cents=595, renews_with=self._shop.renewal)
        for number in range(READERS_FROM_BEFORE):
            self._takes_over(number)
        owed = READERS_FROM_BEFORE * 19_95
        ledger.post(
            posting_key="migration:bureau",
            kind="migration",
            book_date=self._shop.now.date(),
            currency="usd",
            lines=[Posting("3900", owed, magazine="lantern"), Posting("2100", -owed, magazine="lantern")],
        )

    def _takes_over(self, number: int) -> None:
        """A reader from before: one is on holiday for the next issue, one moved away, one gets two copies."""
        from subscriptions.terms.models import Pause

        house = self.shop.house
        reader = house.reader(f"Reader {number}")
        gone = dt.date(2026, 2, 1) if number == 5 else None
        subscription = house.subscription(reader, house.address(reader, undeliverable_since=gone))
        house.term(subscription, first=504, copies=2 if number == 3 else 1, stepped=number == 7)
        if number == 7:
            Pause.objects.create(
                subscription=subscription,
                from_issue=house.issue(504),
                until_issue=house.issue(505),
                reason="vacation",
                entered_by="system:test",
            )

    def wakes_up(self) -> None:
        """The database was changed under us: look at its clock, and give Stripe the same."""
        clock.forget()
        self.standin.control("clock", {"now": int(clock.now().timestamp())})

    # What people do

    def four_people_order_and_pay(self) -> None:
        wishes: list[tuple[str, dict[str, Any]]] = [
            ("Ana Field", {"offer": "four", "agreed_text_sha256": self._auto_renew_text()}),
            ("Ben Hill", {"copies": 2}),
            ("Cleo Lake", {"offer": "four"}),
            ("Dov Moor", {}),
        ]
        for name, wish in wishes:
            self.standin.pay(self.checkout_of(name, **wish))

    def many_order_and_pay(self, buyers: int) -> None:
        """All of them want four issues, to be renewed automatically."""
        text = self._auto_renew_text()
        for number in range(buyers):
            self.standin.pay(self.checkout_of(f"Buyer{number} Field", offer="four", agreed_text_sha256=text))

    def checkout_of(self, name: str, **wish: Any) -> str:
        """The id of the checkout page that somebody gets for an order."""
        from orders.checkout.rules import Person

        payer = Person(name, f"{name.split(maxsplit=1)[0].lower()}@readers.example")
        attempt = self.shop.checkout(self.shop.order(self.shop.request(payer=payer, **wish)))
        return str(attempt.checkout_session_id)

    def _auto_renew_text(self) -> str:
        from orders.checkout import queries

        text = queries.quote(offer_code="four", country="US", copies=1, now=self.shop.now).consent
        assert text is not None
        return text.sha256

    def clock_shows(self, day: str, hour: int = 12) -> None:
        self.shop.move_to(at(day, hour))

    def rehearsal_is_asked(self, number: int) -> None:
        from subscriptions.fulfillment import actions

        run = actions.plan_run(issue_id=self.shop.house.issue(number).pk, by=PAT, now=clock.now())
        actions.ask_rehearsal(run_id=run.pk, by=PAT, now=clock.now())

    def release_is_asked(self) -> None:
        from subscriptions.fulfillment import actions

        run = self.latest_run()
        actions.approve(run_id=run.pk, by=PAT, now=clock.now())
        actions.ask_release(run_id=run.pk, by=PAT, now=clock.now())

    def issue_is_mailed(self) -> None:
        from subscriptions.fulfillment import actions

        run, today = self.latest_run(), clock.now().astimezone(House.at("2026-01-01").tzinfo).date()
        actions.hand_over(run_id=run.pk, to="Wick & Sons", by=PAT, now=clock.now())
        actions.confirm_mailed(run_id=run.pk, mailed_on=today, by=PAT, now=clock.now())

    def latest_run(self) -> Any:
        from subscriptions.fulfillment.models import LabelRun

        return LabelRun.objects.order_by("-pk")[0]

    # What the house does

    def lives_on(
        self, tasks: Tasks, workers: list[Worker], *, each_round: Sequence[str] = TASKS, before: Rows | None = None
    ) -> Rows:
        """Rounds of the timetable, with the webhooks that have come, until nothing moves and nothing is owed.

        :param before: how the rows stood before; with it one round is enough if nothing has moved
        """
        for _ in range(MOST_ROUNDS):
            self.standin.wait_for_webhooks()
            self.letterbox.hand_in(clock.now())
            tasks.do(*each_round, workers=workers)
            after = all_rows()
            if before is not None and not differences(before, after) and not self._is_owed() and not tasks.waiting():
                return after
            before = after
        raise AssertionError(f"It never came to rest: {self._is_owed()}")

    def _is_owed(self) -> list[str]:
        """Work that some lease still keeps from being done."""
        from foundation.mail.models import OutgoingMail
        from orders.payments.models import PaymentAttempt, WebhookEvent
        from orders.renewals.models import Cycle
        from subscriptions.fulfillment.models import LabelRun

        waiting: list[tuple[Any, dict[str, Any]]] = [
            (OutgoingMail, {"state": "waiting"}),
            (PaymentAttempt, {"state__in": ["planned", "submitting", "unknown"]}),
            (PaymentAttempt, {"state": "paid", "settled_at": None}),
            (WebhookEvent, {"state__in": ["new", "unmatched"]}),
            (Cycle, {"state": "charging"}),
            (LabelRun, {"state__in": ["rehearsing", "releasing"]}),
        ]
        return [model.__name__ for model, which in waiting if model.objects.filter(**which).exists()]


@dataclass(frozen=True)
class Act:
    """One stretch of the road: what people do, and where in the work that follows a worker is killed, each apart.

    `soak_points` are those for which the ordinary run of the tests has no time.
    """

    name: str
    people: Callable[[MainJob], None]
    points: list[str] = field(default_factory=list)
    soak_points: list[str] = field(default_factory=list)


def _pulls_505(job: MainJob) -> None:
    job.clock_shows("2026-04-10", hour=18)
    job.rehearsal_is_asked(505)


def _rehearses_504(job: MainJob) -> None:
    job.clock_shows("2026-03-10", hour=18)
    job.rehearsal_is_asked(504)


def _mails_504(job: MainJob) -> None:
    job.clock_shows("2026-03-20")
    job.issue_is_mailed()


ROAD = [
    Act(
        "settle",
        MainJob.four_people_order_and_pay,
        ["inbox.fetched", "settle.claimed", "settle.terms_started", "settle.committed"],
        ["inbox.claimed", "inbox.applied", "settle.posted", "settle.marked"],
    ),
    Act(
        "notice",
        lambda job: job.clock_shows("2026-03-07"),
        ["notice.written", "notice.committed", "mail.sent"],
        ["notice.claimed", "mail.claimed", "mail.recorded"],
    ),
    Act("rehearse", _rehearses_504, ["run.claimed", "rehearse.counted"], ["rehearse.drawn"]),
    Act(
        "release",
        MainJob.release_is_asked,
        ["run.claimed", "release.copies_inserted", "release.committed", "release.file_written"],
        ["release.locked", "release.attached", "release.manifest_written", "release.finished"],
    ),
    Act("earn", _mails_504, [], ["revenue.computed", "revenue.written", "revenue.posted"]),
    Act("second notice", lambda job: job.clock_shows("2026-03-22"), [], ["notice.committed"]),
    Act("rehearse again", _pulls_505),
    Act("release again", MainJob.release_is_asked),
    Act(
        "charge",
        lambda job: job.clock_shows("2026-04-11"),
        ["charge.planned", "charge.submitting", "charge.answered", "settle.committed", "renewal.followed"],
        ["cycle.charging", "charge.recorded", "settle.terms_started"],
    ),
]
