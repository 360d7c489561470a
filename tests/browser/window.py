"""A browser window that notices: errors in the console, refused by the policy, and anything fetched from elsewhere."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, expect

from tests.browser.demo_house import DemoHouse

PHONE, DESKTOP = 390, 1280
HEIGHT = 844
PATIENCE = 60_000  # milliseconds, for what a worker has to do first
expect.set_options(timeout=PATIENCE)
CHECKS = Path(__file__).with_name("page_checks.js").read_text()
# The outline belongs to the element itself, or to the card around a radio button.
SHOWS_FOCUS = """
element => element.matches(":focus-visible") && [element, element.closest("label")].some(shown => {
  const style = shown && getComputedStyle(shown);
  const isOutlined = style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  return isOutlined || (style && style.boxShadow !== "none");
})
"""
FROM_THE_TOP = """
() => { const body = document.body; body.tabIndex = -1; body.focus(); body.removeAttribute("tabindex"); }
"""


class Window:
    """One person's window: nothing is shared with another."""

    def __init__(
        self, chromium: Browser, *, house: DemoHouse, screenshots: Path, width: int = DESKTOP, javascript: bool = True
    ) -> None:
        self.house, self._screenshots = house, screenshots
        self._width, self._javascript = width, javascript
        self.complaints: list[str] = []
        self._context = chromium.new_context(
            base_url=house.base_url,
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=javascript,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        self._context.set_default_timeout(PATIENCE)
        self._context.on("request", self._note_request)
        self._context.on("response", self._note_response)
        self.page: Page = self._context.new_page()
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def close(self) -> None:
        self._context.close()

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.hostname not in ("localhost", "127.0.0.1"):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        # A refused form is answered with 4xx, which the console calls an error. Of style sheets and scripts it is one.
        if message.type in ("error", "warning"):
            where = str(message.location.get("url", ""))
            if not ("status of 4" in message.text and where == self.page.url):
                self.complaints.append(f"console: {message.text} ({where})")

    def opens(self, path: str) -> None:
        self.page.bring_to_front()  # Whoever opens a page looks at it; behind another window nothing has the focus.
        self.page.goto(path)

    def presses(self, name: str) -> None:
        """The button or link of that name."""
        pattern = re.compile(f"^{re.escape(name)}$")
        either = self.page.get_by_role("button", name=pattern).or_(self.page.get_by_role("link", name=pattern))
        either.first.click()

    def reads(self, *texts: str) -> None:
        """Each stands on the page, or comes within a minute."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def looks(self, name: str, *, main_button: str = "") -> None:
        """Check the page at the width of a telephone and of a desk, keep a picture of both, and go on."""
        self._waits_until_it_is_drawn()
        for width in (PHONE, DESKTOP):
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            found: list[Any] = self.page.evaluate(CHECKS)
            self.complaints += [f"{name} at {width} px: {problem}" for problem in found]
            self.page.screenshot(path=self._screenshots / f"{name}-{width}.png", full_page=True, animations="disabled")
        self.page.set_viewport_size({"width": self._width, "height": HEIGHT})
        if main_button:
            self.reaches(self.page.get_by_role("button", name=main_button).last)

    def _waits_until_it_is_drawn(self) -> None:
        """With its styles; and a page of the desk is to be seen once its scripts have run."""
        self.page.wait_for_load_state("load")
        if self._javascript:
            self.page.wait_for_selector("html:not([x-cloak])", state="attached")

    def reaches(self, target: Locator, *, within: int = 80) -> None:
        """By Tab alone, from the top, and one sees all the way where one is."""
        self.page.evaluate(FROM_THE_TOP)
        for _ in range(within):
            self.page.keyboard.press("Tab")
            focused = self.page.locator(":focus")
            if focused.count() == 0:
                continue  # on what the browser itself draws, such as the calendar of a date field
            if not focused.evaluate(SHOWS_FOCUS):
                self.complaints.append(
                    f"{self.page.url}: no focus to be seen on {focused.evaluate('e => e.outerHTML')}"
                )
            if target.evaluate("element => element === document.activeElement"):
                return
        self.complaints.append(f"{self.page.url}: Tab does not reach {target}")
