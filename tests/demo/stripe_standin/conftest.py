"""One stand-in for the whole session, forgetful between tests, and a shop to drive it with the official SDK."""

from collections.abc import Iterator

import pytest

from demo.stripe_standin.testing import Standin
from tests.demo.stripe_standin.mailbox import Mailbox
from tests.demo.stripe_standin.shop import Shop


@pytest.fixture(scope="session")
def running() -> Iterator[Standin]:
    with Standin("--seed", "1") as standin:
        yield standin


@pytest.fixture
def standin(running: Standin) -> Standin:
    running.control("webhooks/endpoints", method="DELETE")
    running.control("rate_limit", {"per_second": None})
    running.control("latency", {"ms": [0, 0]})
    running.reset()
    return running


@pytest.fixture
def shop(standin: Standin) -> Iterator[Shop]:
    with Shop(standin) as shop:
        yield shop


@pytest.fixture
def mailbox(standin: Standin) -> Iterator[Mailbox]:
    """A receiver that the stand-in sends its events to."""
    with Mailbox() as mailbox:
        standin.send_webhooks_to(mailbox.url)
        yield mailbox
