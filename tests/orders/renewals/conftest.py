"""Ana agreed to be renewed: 10 issues from 504 (Apr 2026) to 513. Two are left after the pull of 511 on 10 December, so
she is charged on 11 December 2026; notice 1 is due on 6 November, notice 2 on 21 November."""

import datetime as dt
from typing import Any

import pytest

from demo.stripe_standin.testing import VISA
from tests.house import at
from tests.shop import Shop

FIRST_NOTICE, SECOND_NOTICE, CHARGE = at("2026-11-06"), at("2026-11-21"), at("2026-12-11")


class Renewing:
    """What Celery's timetable does on a day, and what the reader and Stripe do meanwhile."""

    def __init__(self, shop: Shop, *, card: str = VISA) -> None:
        self.shop = shop
        order = shop.order(shop.agreed())
        shop.pays(order, card)
        shop.settles()
        self.subscription: Any = order.lines.get().subscription

    @property
    def cycle(self) -> Any:
        from orders.renewals.models import Cycle

        return Cycle.objects.get(subscription=self.subscription)

    def lives(self, moment: dt.datetime) -> None:
        """One round of the timetable at that moment."""
        from foundation.mail.actions import send_waiting
        from orders.checkout.actions import settle_paid_orders
        from orders.payments import actions as payments
        from orders.renewals import actions

        self.shop.move_to(moment)
        self.shop.house.pull_before(self._next_issue(moment))
        actions.plan_cycles(now=moment)
        actions.keep_cycles_true(now=moment)
        actions.send_due_notices(now=moment)
        actions.send_due_invitations(now=moment)
        send_waiting(now=moment)
        actions.charge_due_cycles(now=moment)
        payments.send_waiting_attempts(now=moment)
        self.shop.hears()
        settle_paid_orders(now=moment)
        actions.follow_up_charges(now=moment)
        send_waiting(now=moment)

    def lives_through(self, *moments: dt.datetime) -> None:
        for moment in moments:
            self.lives(moment)

    def _next_issue(self, moment: dt.datetime) -> int:
        from subscriptions.catalog.models import Issue

        return Issue.objects.filter(pull_at__gt=moment).order_by("ordinal").values_list("number", flat=True)[0]

    def charges(self) -> list[Any]:
        from orders.payments.models import PaymentAttempt

        return list(PaymentAttempt.objects.filter(purpose="renewal").order_by("pk"))

    def mails(self, kind: str) -> list[Any]:
        from foundation.mail.models import OutgoingMail

        return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


@pytest.fixture
def ana(shop: Shop, settings: Any) -> Renewing:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return Renewing(shop)
