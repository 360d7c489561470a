"""Fulfillment sends an issue out, and finance sees what it has earned."""

import csv
import re
import time
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenWindow
from tests.browser.demo_house import DemoHouse
from tests.browser.people import Bought, signs_in
from tests.browser.window import PATIENCE, Window


def verb(window: Window, link: str, button: str, *, picture: str = "") -> None:
    """A button of the run's page, which asks first."""
    window.page.get_by_role("link", name=link, exact=True).click()
    if picture:
        window.looks(picture, main_button=button)
    window.page.get_by_role("button", name=button, exact=True).click()


def accept_what_the_checks_found(window: Window) -> None:
    """A check that a person may accept, such as many more labels than last time in a small house, is ticked."""
    boxes = window.page.get_by_role("checkbox").all()
    for box in boxes:
        box.check()
    if boxes:
        window.page.get_by_label("Why it is all right").fill("The house is new")


def step(window: Window, done: str) -> Locator:
    return window.page.locator(".road .done", has_text=re.compile(f"^{done}$"))


def plans(window: Window, issue: str) -> None:
    window.opens("/desk/runs/")
    note = window.page.locator(".note").filter(has_text=f"{issue} is the next issue")
    note.get_by_role("link", name="Plan it").click()
    window.page.get_by_role("button", name="Plan it").click()


def rehearses_and_releases(window: Window, *, picture: str = "") -> None:
    """Each is a worker's part; the page follows by itself."""
    verb(window, "Rehearse", "Rehearse it")
    expect(step(window, "Rehearsed")).to_be_visible()
    if picture:
        window.looks(f"{picture}-rehearsed")
    window.page.get_by_role("link", name="Approve", exact=True).click()
    accept_what_the_checks_found(window)
    window.page.get_by_role("button", name="Approve it").click()
    verb(window, "Release", "Release it", picture=picture and f"{picture}-release")
    expect(step(window, "Released")).to_be_visible()


def waiting_issue(window: Window) -> str:
    """The next issue of the calendar."""
    window.opens("/desk/runs/")
    return window.page.locator(".note").first.inner_text().partition(" is the next issue")[0].strip()


def labels(window: Window, folder: Path) -> list[dict[str, str]]:
    with window.page.expect_download() as download:
        window.page.get_by_role("link", name="Label file (CSV)").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    with file.open(newline="") as opened:
        return list(csv.DictReader(opened))


def hands_over_and_confirms(window: Window, *, picture: str = "") -> None:
    window.page.get_by_role("link", name="Hand over", exact=True).click()
    window.page.get_by_label("The printer or mail house").fill("Wick & Sons")
    if picture:
        window.looks(picture, main_button="It has been handed over")
    window.presses("It has been handed over")
    expect(step(window, "Handed over")).to_be_visible()
    verb(window, "Confirm as mailed", "It has been mailed")
    expect(step(window, "Mailed")).to_be_visible()


def account_number(window: Window, bought: Bought) -> str:
    """One reader is found, so the search leads to the file itself; its heading ends with the number."""
    window.opens(f"/desk/readers/?q={bought.order_number}")
    expect(window.page.get_by_role("heading", level=1)).to_contain_text(bought.person.name)
    return window.page.get_by_role("heading", level=1).inner_text()[-7:]


def earned(window: Window) -> list[str]:
    """The cells of the months under “Earned magazine”."""
    window.opens("/desk/revenue/")
    window.heading("Deferred revenue")
    rows = window.page.get_by_role("region", name="Month by month").locator("tbody tr").all()
    return [row.locator("td").nth(2).inner_text() for row in rows]


def test_the_run_of_the_next_issue_reaches_the_mail_house_the_post_and_the_books(
    vera: Bought, demo_house: DemoHouse, open_window: OpenWindow, tmp_path: Path
):
    finance = open_window()
    signs_in(finance, "finance")
    window = open_window()
    signs_in(window, "fulfillment")
    number = account_number(window, vera)
    while (issue := waiting_issue(window)) != vera.first_issue:
        # Closed before Vera bought: it goes out without her.
        plans(window, issue)
        rehearses_and_releases(window)
        assert number not in [label["top_line"][:7] for label in labels(window, tmp_path)]
        hands_over_and_confirms(window)
    before = earned(finance)
    finance.looks("desk-revenue")

    demo_house.waits_for_the_next_cut_off()
    window.looks("desk-runs")
    plans(window, issue)
    window.looks("desk-run-planned")
    rehearses_and_releases(window, picture="desk-run")
    window.looks("desk-run-released")
    hers = [label for label in labels(window, tmp_path) if label["top_line"][:7] == number]
    assert [(label["name"], label["copies"]) for label in hers] == [(vera.person.name.upper(), "1")]
    assert hers[0]["addr1"] == vera.person.street.upper()

    hands_over_and_confirms(window, picture="desk-hand-over")
    window.looks("desk-run-mailed")
    see_it_earned(finance, issue, before=before)


def see_it_earned(finance: Window, issue: str, *, before: list[str]) -> None:
    give_up_at = time.monotonic() + PATIENCE / 1000
    while earned(finance) == before:
        assert time.monotonic() < give_up_at, "Nothing was earned"
        finance.page.wait_for_timeout(300)
    finance.reads("agree in every month, to the cent")
    finance.looks("desk-revenue-after")
    finance.opens("/desk/revenue/earned-by-issue/")
    finance.reads(issue)
    finance.looks("desk-earned")
    for name in ("revenue/trial-balance", "renewals", "checks"):
        finance.opens(f"/desk/{name}/")
        finance.looks(f"desk-{name.rpartition('/')[2]}")
