"""A house with one of everything, for tests that open the doors: it is 20 February 2026, noon, in Chicago."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.house import House, at

NOW = at("2026-02-20")


@dataclass
class DeskHouse:
    """Ana gets issues 504 to 513 by a paid order; Ben looks like her; run 503 has gone out, run 504 is rehearsed."""

    house: House
    ana: Any
    ben: Any
    subscription: Any
    pair: Any
    order: Any
    run: Any
    sent: Any
    pause: Any
    mail: Any
    event: Any
    token: Any
    clerk: Any


@pytest.fixture
def house_time(settings: Any, db: None) -> Iterator[None]:
    """The doors' clock stands at NOW."""
    yield from _moved(settings)


@pytest.fixture
def desk_house(house: House, house_time: None, tmp_path: Any, settings: Any) -> DeskHouse:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    return furnish(house)


def furnish(house: House) -> DeskHouse:
    from foundation.accounts.models import ApiToken
    from foundation.mail.actions import send_test_mail
    from orders.payments.models import WebhookEvent
    from subscriptions.readers.models import PossibleDuplicate
    from subscriptions.terms.models import Pause
    from tests.signin import member

    ana, ben = house.reader("Ana Field"), house.reader("Ben Field")
    subscription = house.subscription(ana)
    house.term(subscription, first=503, units=11, cents=1995)
    house.pull_before(503)
    sent, run = _runs(house)
    clerk = member("clerk")
    ApiToken.issue(user=clerk, label="tests")
    return DeskHouse(
        house=house,
        ana=ana,
        ben=ben,
        subscription=subscription,
        pair=PossibleDuplicate.objects.create(new_reader=ben, known_reader=ana, reason="same_email"),
        order=_order(house),
        run=run,
        sent=sent,
        pause=Pause.objects.create(
            subscription=subscription, from_issue=house.issue(507), until_issue=house.issue(509), reason="vacation",
            entered_by="staff:1",
        ),
        mail=send_test_mail(to_email="ana@readers.example", now=NOW),
        event=WebhookEvent.objects.create(
            event_id="evt_lost", kind="charge.updated", object_id="ch_lost", created_at_stripe=NOW, state="dead"
        ),
        token=clerk.tokens.get(),
        clerk=clerk,
    )  # fmt: skip


def _runs(house: House) -> tuple[Any, Any]:
    """503 mailed on 2 February, and 504 rehearsed today."""
    from subscriptions.fulfillment import actions
    from tests.subscriptions.fulfillment.runs import PAT, rehearsed, released

    sent = released(house, 503)
    moment = house.issue(503).pull_at
    actions.hand_over(run_id=sent.pk, to="Wick & Sons", by=PAT, now=moment)
    actions.confirm_mailed(run_id=sent.pk, mailed_on=moment.date(), by=PAT, now=moment)
    sent.refresh_from_db()
    return sent, rehearsed(house, 504)


def _order(house: House) -> Any:
    from foundation.actors import ANONYMOUS
    from orders.checkout import actions
    from orders.checkout.rules import Circumstances, OrderRequest, Person
    from subscriptions.readers.rules.address import TypedAddress

    home = TypedAddress(
        name="Cleo Reed", line1="11 Wick St", city="Chicago", region="IL", postcode="60647-4002", country="US"
    )
    placed = actions.place_order(
        request=OrderRequest(offer="ten", payer=Person("Cleo Reed", "cleo@readers.example"), ship_to=home),
        key=uuid.uuid4().hex,
        by=ANONYMOUS,
        circumstances=Circumstances(channel="web", ip="203.0.113.7", user_agent="a browser"),
        now=NOW,
    )
    return placed.order


def move_to(moment: dt.datetime) -> None:
    """The doors' clock; `house_time` has made it movable."""
    from foundation import clock
    from foundation.clock.models import ClockShift

    ClockShift.objects.update_or_create(pk=1, defaults={"ahead": moment - clock.real_now()})
    clock.forget()


def _moved(settings: Any) -> Iterator[None]:
    from foundation import clock

    settings.CLOCK_CAN_BE_MOVED = True
    move_to(NOW)
    yield
    clock.forget()
