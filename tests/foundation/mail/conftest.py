import copy
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from foundation.mail import actions
from foundation.mail.models import OutgoingMail

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)

Queue = Callable[..., OutgoingMail]


@pytest.fixture
def queue(settings: Settings) -> Queue:
    """Queue the sample mail; any argument of `queue_mail` may be given."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates

    def queue_sample(**changed: Any) -> OutgoingMail:
        values: dict[str, Any] = {
            "key": "order:1:acknowledged",
            "kind": "order_acknowledged",
            "to_email": "ana@readers.example",
            "template": "sample",
            "context": {
                "magazine_name": "Lantern & Sail",
                "reader": "Ana <Field>",
                "url": "https://lantern.example/o/1?a=1&b=2",
            },
            "now": NOON,
        }
        return actions.queue_mail(**{**values, **changed})

    return queue_sample
