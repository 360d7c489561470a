"""Follow the pointers of the inbox: claim, look at the object at Stripe, set what it says, tick off.

Pointers to one attempt are followed once. Threads only wait for Stripe; rows are read and written here, a batch
of attempts to a transaction.
"""

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from foundation import rows, wake
from foundation.failpoints import reached
from orders.payments.actions import leases, methods, recording, ticking
from orders.payments.actions.customers import forget_customer
from orders.payments.actions.matching import PAYMENT_OBJECTS, Groups, Owner, ask_owner, group_by_attempt
from orders.payments.actions.refreshing import look
from orders.payments.actions.ticking import Claim
from orders.payments.errors import PaymentDiffers, StripeIsUnreachable
from orders.payments.models import PaymentAttempt, WebhookEvent
from orders.payments.rules.outcomes import Outcome, Paid
from orders.payments.stripe_gateway import Gateway, gateway

log = structlog.get_logger(__name__)
Looked = Outcome | Exception | None
MOST_BUSY_ROUNDS = 10
MOST_DECLINES_ON_A_PAGE = 5


def work_off_inbox(*, now: dt.datetime) -> int:
    """Follow all pointers that are due. Returns how many were claimed. Safe to run several times at once.

    :raises StripeIsNotSetUp: when there is no key
    """
    run = _Run(gateway(), now)
    claimed = rounds = 0
    some_wait = True
    while some_wait and rounds < MOST_BUSY_ROUNDS:
        some_wait = False
        while claims := ticking.claim(now=run.now()):
            reached("inbox.claimed")
            claimed += len(claims)
            some_wait |= run.follow(claims)
        if some_wait:
            rounds += 1
            time.sleep(ticking.BUSY_SECONDS)
    return claimed


@dataclass(frozen=True, slots=True)
class Answer:
    """What a look at Stripe gave for an attempt that we hold, and the pointers that made us look."""

    attempt_id: int
    lease: dt.datetime
    looked: Looked
    claims: list[Claim]


class _Run:
    """One pass over the inbox."""

    def __init__(self, stripe: Gateway, now: dt.datetime) -> None:
        self._stripe = stripe
        self._begun_at, self._began = now, time.monotonic()

    def now(self) -> dt.datetime:
        """The given time, going on."""
        return self._begun_at + dt.timedelta(seconds=time.monotonic() - self._began)

    def follow(self, claims: list[Claim]) -> bool:
        """True when some have to wait because somebody else speaks with Stripe about their attempt."""
        for claim in claims:
            if not claim.object_id.startswith(PAYMENT_OBJECTS):
                self._follow_other(claim)
        # Attempts that are known first, by their pages for the most part: these make payments and charges known too.
        known, unknown = group_by_attempt(claim for claim in claims if claim.object_id.startswith(PAYMENT_OBJECTS))
        busy, seen = self._follow_attempts(known)
        known, unknown = group_by_attempt(unknown)
        # What came in before an attempt was looked at is covered by that look.
        ticking.done([claim for key in known.keys() & seen for claim in known[key]], now=self.now())
        later, _ = self._follow_attempts({key: group for key, group in known.items() if key not in seen})
        return self._follow_unknown(unknown) or busy or later

    def _follow_attempts(self, groups: Groups) -> tuple[bool, set[int]]:
        """Look at each attempt once and set it. Returns whether any was busy, and the attempts that were set."""
        held = leases.take(groups)
        attempts = list(PaymentAttempt.objects.filter(pk__in=held))
        looks = list(self._stripe.each(lambda attempt: _look(self._stripe, attempt), attempts))
        reached("inbox.fetched")
        answers = [
            Answer(attempt.pk, held[attempt.pk], looked, groups[attempt.pk])
            for attempt, looked in zip(attempts, looks, strict=True)
        ]
        news, seen = self._set_all(answers)
        reached("inbox.applied")
        if news:
            wake.wake("payment_settled")
        waiting = [claim for key in groups.keys() - held.keys() for claim in groups[key]]
        ticking.wait(waiting, now=self.now())
        return bool(waiting), seen

    def _set_all(self, answers: Sequence[Answer]) -> tuple[bool, set[int]]:
        """All at once or, where that fails, one by one: one bad row never stops the others.

        True when the app above has something to do; and the attempts that were set.
        """
        good = [answer for answer in answers if not isinstance(answer.looked, Exception)]
        try:
            news = self._set(good)
        except Exception as error:
            log.warning("setting_one_by_one", attempts=len(good), error=type(error).__name__)
            news, good = False, []
        seen = {answer.attempt_id for answer in good}
        for answer in answers:
            if answer.attempt_id not in seen:
                one, was_set = self._set_or_park(answer)
                news |= one
                seen |= {answer.attempt_id} if was_set else set()
        return news, seen

    def _set_or_park(self, answer: Answer) -> tuple[bool, bool]:
        try:
            return self._set([answer]), True
        except StripeIsUnreachable as unreachable:
            ticking.postpone(answer.claims, unreachable.reason, now=self.now())
        except Exception as error:
            log.exception("pointer_not_followed", attempt_id=answer.attempt_id)
            ticking.fail(answer.claims, error, now=self.now())
        leases.give_back(answer.attempt_id, answer.lease)
        return False, False

    @transaction.atomic
    def _set(self, answers: Sequence[Answer]) -> bool:
        """One transaction, the pointers ticked off in it. True when the app above has something to do."""
        locked = leases.lock_all_held({answer.attempt_id: answer.lease for answer in answers})
        news = False
        for answer in answers:
            attempt = locked.get(answer.attempt_id)
            if attempt is None:
                ticking.wait(answer.claims, now=self.now())
                continue
            if isinstance(answer.looked, Exception):
                raise answer.looked
            if answer.looked is not None:
                news |= recording.apply(attempt=attempt, outcome=answer.looked, now=self.now())
            _note_card_testing(attempt, answer.claims, self.now())
            attempt.leased_until = None
        rows.update(list(locked.values()), recording.SET_BY_STRIPE)
        done = [claim for answer in answers if answer.attempt_id in locked for claim in answer.claims]
        ticking.done(done, now=self.now())
        return news

    def _follow_unknown(self, claims: list[Claim]) -> bool:
        """Ask Stripe whose they are; our metadata tells. Those of nobody here are kept and tried again."""
        by_object: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            by_object[claim.object_id].append(claim)
        ids = list(by_object)
        groups: Groups = defaultdict(list)
        for object_id, owner in zip(ids, self._stripe.each(lambda one: ask_owner(self._stripe, one), ids), strict=True):
            self._file_or_park(owner, by_object[object_id], groups)
        busy, _ = self._follow_attempts(dict(groups))
        return busy

    def _file_or_park(self, owner: Owner | Exception, claims: list[Claim], groups: Groups) -> None:
        try:
            if isinstance(owner, Exception):
                raise owner
            self._file(owner, claims, groups)
        except StripeIsUnreachable as unreachable:
            ticking.postpone(claims, unreachable.reason, now=self.now())
        except Exception as error:
            log.exception("owner_not_known", object_id=claims[0].object_id)
            ticking.fail(claims, error, now=self.now())

    def _file(self, owner: Owner, claims: list[Claim], groups: Groups) -> None:
        """Put the claims to their attempt, which learns its payment by this if we fell over before the answer."""
        attempt = _named(owner.attempt_uuid)
        if attempt is None:
            ticking.leave_unmatched(claims, now=self.now())
            return
        is_paid_by_another = (
            attempt.state == PaymentAttempt.State.PAID and attempt.payment_intent_id != owner.payment_id
        )
        if is_paid_by_another and isinstance(owner.outcome, Paid):
            twice = PaymentDiffers(f"{owner.payment_id} paid an attempt that {attempt.payment_intent_id} had paid.")
            ticking.fail(claims, twice, now=self.now())
            return
        if owner.payment_id:
            unset = Q(payment_intent_id=None, checkout_session_id=None)
            PaymentAttempt.objects.filter(unset, pk=attempt.pk).update(payment_intent_id=owner.payment_id)
        groups[attempt.pk].extend(claims)

    def _follow_other(self, claim: Claim) -> None:
        """A saved method that changed, a customer that is gone."""
        try:
            if claim.object_id.startswith("cus_"):
                forget_customer(claim.object_id)
            elif claim.object_id.startswith("pm_"):
                methods.correct_from_stripe(self._stripe, claim.object_id)
            ticking.done([claim], now=self.now())
        except StripeIsUnreachable as unreachable:
            ticking.postpone([claim], unreachable.reason, now=self.now())
        except Exception as error:
            log.exception("pointer_not_followed", event_id=claim.event_id)
            ticking.fail([claim], error, now=self.now())


def _named(attempt_uuid: str) -> PaymentAttempt | None:
    """Another program on the same account may say anything in its metadata."""
    try:
        known = UUID(attempt_uuid)
    except ValueError:
        return None
    return PaymentAttempt.objects.filter(uuid=known).first()


def _note_card_testing(attempt: PaymentAttempt, group: list[Claim], now: dt.datetime) -> None:
    """A buyer tries a few cards; who tries five on one page is no buyer. The sweep closes the page."""
    failed = "payment_intent.payment_failed"
    if attempt.state == PaymentAttempt.State.OPEN and any(claim.kind == failed for claim in group):
        tried = WebhookEvent.objects.filter(kind=failed, object_id=attempt.payment_intent_id).count()
        if tried >= MOST_DECLINES_ON_A_PAGE:
            log.warning("too_many_declines", attempt=str(attempt.uuid), declines=tried)
            attempt.last_error, attempt.next_check_at = recording.TOO_MANY_DECLINES, now


def _look(stripe: Gateway, attempt: PaymentAttempt) -> Looked:
    """Runs in a thread: no database here. What went wrong is handed back, so that the others go on."""
    try:
        return look(stripe, attempt)
    except Exception as error:
        return error
