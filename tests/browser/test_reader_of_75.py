"""A reader of 75 with a telephone, after the link from the mail: each errand takes at most three taps, and the page
says in words what happens to which issue.

Ruth has ten issues of the demo's story, and Jan 2027 was mailed to her. The other tests of this house let time pass:
today is 11 January 2027, just after the cut-off of Feb 2027, or a day after that of Mar 2027.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.browser.conftest import OpenWindow
from tests.browser.test_my_subscription import signs_in_by_mail
from tests.browser.window import PHONE, Window

RUTH = "ruth@readers.example"
MOST_TAPS = 3
# The last issue that was cut off, and what then comes back of $19.95 for ten: Jan 2027 was given back by the claim, so
# one of ten is earned with Feb 2027, two with Mar 2027.
LEFT_OVER = {"Feb 2027": "$17.96", "Mar 2027": "$15.96"}


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
def ruth(open_window: OpenWindow) -> Thumb:
    window = open_window(width=PHONE)
    signs_in_by_mail(window, RUTH)
    return Thumb(window)


def test_she_moves_goes_away_misses_a_copy_and_cancels(ruth: Thumb):
    window, page = ruth.window, ruth.window.page

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
        page.get_by_label("First day away").fill("2027-03-01")
        page.get_by_label("Back home on").first.fill("2027-05-10")
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
        ruth.taps_on("Jan 2027 did not come")
        window.heading("What about Jan 2027?")
        window.looks("reader-claim", main_button="Tell us")
        ruth.taps_on("Tell us")
        window.reads("Thank you for telling us.", "Jan 2027")
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
        last = now.locator("xpath=..").locator(".card-help").inner_text().partition(" is the last issue")[0]
        now.check()
        ruth.taps += 1
        ruth.taps_on("Cancel the subscription")
        window.reads(f"It is cancelled. The last issue is {last}.", f"{LEFT_OVER[last]} goes back to you.")
        window.looks("reader-cancelled")
