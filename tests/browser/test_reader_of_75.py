"""A reader of 75 with a telephone, after the link from the mail: each errand takes at most three taps, and the page
says in words what happens to which issue.

Ruth has ten issues of the demo's story, the first of which was mailed to her. The demo lays out its calendar from the
real year on, and the other tests of this house let time pass: which issues it is about is read from the pages.
"""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.demo_house import DemoHouse
from tests.browser.test_my_subscription import signs_in_by_mail
from tests.browser.window import PHONE, Window

RUTH = "ruth@readers.example"
MOST_TAPS = 3
# As the calendar of the demo repeats them every year.
COVERS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul/Aug", "Sep", "Oct", "Nov/Dec"]


def left_over(*, first: str, last: str) -> str:
    """Of $19.95 for ten issues from `first` on, when `last` was cut off and one of them was given back."""
    since_first = (COVERS.index(last[:-5]) - COVERS.index(first[:-5])) % 10  # without the year
    return f"${(1995 - 1995 * since_first // 10) / 100:.2f}"


class Thumb:
    """Counts what is tapped; typing is no tap."""

    def __init__(self, window: Window) -> None:
        self.window, self.taps = window, 0

    def taps_on(self, name: str) -> None:
        self.taps += 1
        self.window.presses(name)

    @contextmanager
    def errand(self) -> Iterator[None]:
        self.taps = 0
        yield
        assert self.taps <= MOST_TAPS


@pytest.fixture
def ruth(demo_house: DemoHouse, open_window: OpenWindow) -> Thumb:
    demo_house.waits_until_the_storys_issue_is_missed()
    window = open_window(width=PHONE)
    signs_in_by_mail(window, RUTH)
    return Thumb(window)


def test_she_moves_goes_away_misses_a_copy_and_cancels(demo_house: DemoHouse, ruth: Thumb):
    window, page, today = ruth.window, ruth.window.page, demo_house.today()

    with ruth.errand():
        ruth.taps_on("Change address")
        window.heading("Change address")
        window.looks("reader-moves", main_button="Save the new address")
        page.get_by_label("Street address").fill("12 Ember St")
        ruth.taps_on("Save the new address")
        window.reads("is the first issue that goes to the new address.", "12 Ember St")

    with ruth.errand():
        ruth.taps_on("Going away")
        window.heading("Going away")
        window.looks("reader-goes-away", main_button="Show what is held back")
        page.get_by_label("First day away").fill(str(today + dt.timedelta(days=50)))
        page.get_by_label("Back home on").first.fill(str(today + dt.timedelta(days=120)))
        ruth.taps_on("Show what is held back")
        window.heading("Hold these issues back?")
        window.reads("held back", "is the first to come again", "Nothing is used up")
        window.looks("reader-goes-away-confirm", main_button="Yes, hold them back")
        ruth.taps_on("Yes, hold them back")
        window.reads("Held back from", "is sent again", "You can take this back before")
        window.looks("reader-held")

    with ruth.errand():
        ruth.taps_on("An issue did not come")
        window.heading("An issue did not come?")
        window.looks("reader-missing")
        # The latest comes first; the last is her first one.
        button = page.get_by_role("link", name=re.compile(r"did not come$")).last.inner_text()
        missed = button.removesuffix(" did not come")
        ruth.taps_on(button)
        window.heading(f"What about {missed}?")
        window.looks("reader-claim", main_button="Tell us")
        ruth.taps_on("Tell us")
        window.reads("Thank you for telling us.", missed, "get one issue more")
        window.looks("reader-claimed")

    window.opens("/lantern/my-subscription/")
    with ruth.errand():
        ruth.taps_on("Cancel the subscription")
        window.heading("Cancel the subscription")
        window.looks("reader-cancels", main_button="Cancel the subscription")
        window.reads(
            "With the last issue that is paid for", "comes back to you", "is the last issue; nothing comes from"
        )
        now = page.get_by_label("Now, and")
        card = now.locator("xpath=..")
        last = card.locator(".card-help").inner_text().partition(" is the last issue")[0]
        back = left_over(first=missed, last=last)
        expect(card).to_contain_text(f"Now, and {back} comes back to you")
        now.check()
        ruth.taps += 1
        ruth.taps_on("Cancel the subscription")
        window.reads(f"It is cancelled. The last issue is {last}.", f"{back} goes back to you.")
        window.looks("reader-cancelled")
