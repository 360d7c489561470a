"""The demo's house, opened once, and windows of one browser onto it. `SCREENSHOTS=folder` says where pictures go."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.demo_house import DemoHouse, open_house
from tests.browser.people import Bought, Person, buys
from tests.browser.window import DESKTOP, PHONE, Window

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine has a name.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
SCREENSHOTS = pytest.StashKey[Path]()


class OpenWindow(Protocol):
    def __call__(self, *, width: int = DESKTOP, javascript: bool = True) -> Window: ...


@pytest.fixture(scope="session")
def demo_house() -> Iterator[DemoHouse]:
    with open_house() as opened:
        yield opened


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def screenshots(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    asked = os.environ.get("SCREENSHOTS")
    folder = Path(asked) if asked else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    pytestconfig.stash[SCREENSHOTS] = folder
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if folder := config.stash.get(SCREENSHOTS, None):
        terminalreporter.write_line(f"Pictures of the pages: {folder}")


@pytest.fixture
def open_window(demo_house: DemoHouse, chromium: Browser, screenshots: Path) -> Iterator[OpenWindow]:
    """Windows for one test, in which, once it ends, nothing was amiss."""
    opened: list[Window] = []

    def open_one(*, width: int = DESKTOP, javascript: bool = True) -> Window:
        opened.append(Window(chromium, house=demo_house, screenshots=screenshots, width=width, javascript=javascript))
        return opened[-1]

    yield open_one
    for window in opened:
        window.close()
    complaints = [complaint for window in opened for complaint in window.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def vera(demo_house: DemoHouse, chromium: Browser, screenshots: Path) -> Bought:
    """Vera bought ten issues on her telephone, without JavaScript: a reader for the others to find."""
    window = Window(chromium, house=demo_house, screenshots=screenshots, width=PHONE, javascript=False)
    bought = buys(window, Person("Vera Quillfeather", "vera@readers.example", "77 Tallow St"))
    window.close()
    assert window.complaints == []
    return bought
