"""A payments desk for tests: what checkout and renewals would ask for, without them."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from demo.stripe_standin.testing import VISA, Standin
from foundation import clock
from foundation.clock.actions import move_to
from orders.payments import actions, queries
from orders.payments.models import ChargePermit, PaymentAttempt, SavedMethod
from subscriptions.readers.models import Reader
from tests.standin import Letterbox

PRICE = 19_95
MoveClock = Callable[[dt.timedelta], None]


class Desk:
    """Plans and reads like the apps above; `now` is the time, for us and for Stripe."""

    def __init__(self, standin: Standin, letterbox: Letterbox) -> None:
        self.standin, self.letterbox = standin, letterbox

    @property
    def now(self) -> dt.datetime:
        return clock.now()

    def reader(self, name: str = "Ana Field") -> Reader:
        return Reader.objects.create(name=name, email=f"{name.split(maxsplit=1)[0].lower()}@readers.example")

    def plan(self, *, payer: Reader | None = None, subject: UUID | None = None, **changes: Any) -> PaymentAttempt:
        asked: dict[str, Any] = {
            "payer_id": (payer or self.reader()).pk,
            "subject_uuid": subject or uuid4(),
            "amount_cents": PRICE,
            "currency": "usd",
            "description": "The Lantern, 10 issues",
            "email": "ana@readers.example",
            "save_method": True,
            "success_url": "http://localhost:8000/thanks/",
            "cancel_url": "http://localhost:8000/back/",
            "now": self.now,
        }
        return actions.plan_checkout(**{**asked, **changes})

    def open(self, **changes: Any) -> PaymentAttempt:
        return actions.open_checkout(attempt_id=self.plan(**changes).pk)

    def pay(self, attempt: PaymentAttempt, card: str = VISA, **more: Any) -> dict[str, Any]:
        return self.standin.pay(str(attempt.checkout_session_id), card, **more)

    def paid(self, card: str = VISA, **changes: Any) -> PaymentAttempt:
        """A first purchase, paid and known to be."""
        attempt = self.open(**changes)
        self.pay(attempt, card)
        return self.heard(attempt)

    def saved(self, card: str = VISA) -> SavedMethod:
        """A card that was saved with a first purchase."""
        method = self.paid(card).saved_method
        assert method is not None
        return method

    def heard(self, attempt: PaymentAttempt) -> PaymentAttempt:
        """All webhooks have come, were handed in and followed."""
        self.hear()
        attempt.refresh_from_db()
        return attempt

    def hear(self, now: dt.datetime | None = None) -> int:
        self.standin.wait_for_webhooks()
        self.letterbox.hand_in(now or self.now)
        return actions.work_off_inbox(now=now or self.now)

    def permit(self, method: SavedMethod, **changes: Any) -> ChargePermit:
        """Leave to charge the price today, and for the fortnight from then."""
        today = clock.today()
        asked: dict[str, Any] = {
            "payer_id": method.payer_id,
            "method_id": method.pk,
            "subject_uuid": uuid4(),
            "cap_cents": PRICE,
            "currency": "usd",
            "charge_on": today,
            "until": today + dt.timedelta(days=15),
            "consent_given_at": self.now - dt.timedelta(days=300),
            "first_notice_uuid": uuid4(),
            "first_notice_on": today - dt.timedelta(days=35),
            "second_notice_uuid": uuid4(),
            "second_notice_on": today - dt.timedelta(days=20),
        }
        return actions.grant_permit(**{**asked, **changes})

    def plan_charge(self, permit: ChargePermit, **changes: Any) -> PaymentAttempt:
        asked: dict[str, Any] = {
            "permit_id": permit.pk,
            "charge_on": clock.today(),
            "description": "The Lantern, renewal",
            "now": self.now,
        }
        with transaction.atomic():
            return actions.plan_charge(**{**asked, **changes})

    def charge(self, permit: ChargePermit, **changes: Any) -> PaymentAttempt:
        return actions.send_attempt(attempt_id=self.plan_charge(permit, **changes).pk)

    def charge_saved(self, card: str) -> PaymentAttempt:
        """A renewal on a card that was saved with a first purchase."""
        return self.charge(self.permit(self.saved(card)))

    def days_until_the_next_try(self, attempt: PaymentAttempt) -> int | None:
        on = queries.next_try_on(attempt.subject_uuid)
        return (on - clock.today()).days if on else None

    def payments(self) -> list[dict[str, Any]]:
        """All payment intents at Stripe that took money."""
        found = self.standin.look("objects/payment_intent")["objects"]
        return [intent for intent in found if intent["status"] == "succeeded"]


def without_proofs_of_renewals() -> None:
    """Renewals' own guards demand notices and mails behind every permit; here only those of payments are looked at."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_chargepermit DISABLE TRIGGER permit_has_its_proofs")
        cursor.execute("ALTER TABLE payments_paymentattempt DISABLE TRIGGER charge_has_its_proofs")


@pytest.fixture
def desk(db: None, standin: Standin, letterbox: Letterbox) -> Desk:
    without_proofs_of_renewals()
    return Desk(standin, letterbox)


@pytest.fixture
def moved_clock(desk: Desk, settings: Settings) -> Iterator[MoveClock]:
    """Moves our clock and Stripe's forward by so much."""
    settings.CLOCK_CAN_BE_MOVED = True

    def move(by: dt.timedelta) -> None:
        move_to(moment=clock.now() + by)
        desk.standin.advance(int(by.total_seconds()))

    yield move
    clock.forget()
