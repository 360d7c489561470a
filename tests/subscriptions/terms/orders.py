"""An order line that has been paid, for tests that start terms."""

import datetime as dt
import uuid
from typing import Any

from foundation import actors
from subscriptions.terms import actions
from subscriptions.terms.models import Term

SYSTEM = actors.system("test")


def settle(
    subscription: Any, *, now: dt.datetime, units: int = 10, line: uuid.UUID | None = None, **fields: Any
) -> Term:
    values: dict[str, Any] = {
        "payer_id": subscription.reader_id,
        "copies": 1,
        "copy_class": "paid",
        "magazine_cents": 1995,
        "postage_cents": 0,
        "currency": "usd",
        "sold_on": now.date(),
        "by": SYSTEM,
    }
    return actions.start_term(
        subscription_id=subscription.pk,
        line_uuid=line or uuid.uuid4(),
        units=units,
        now=now,
        **{**values, **fields},
    )
