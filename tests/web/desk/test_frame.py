"""What holds for every page of the desk."""

import re
from typing import Any

import pytest
from django.test import Client

from foundation.mail.models import OutgoingMail
from tests.signin import ClientFor
from tests.web.conftest import NOW, DeskHouse
from tests.web.desk.asking import text_of, url
from web.desk.charts import Series, bar_chart, scale
from web.sign_in_link import mail_link

pytestmark = pytest.mark.django_db


def test_only_the_desk_may_make_functions_of_texts(client_for: ClientFor, desk_house: DeskHouse) -> None:
    desk = client_for("clerk").get(url("index")).headers["Content-Security-Policy"]
    readers = Client().get("/lantern/").headers["Content-Security-Policy"]

    assert re.search(r"script-src 'self' 'unsafe-eval'(;|$)", desk)
    assert "unsafe-eval" not in readers
    assert "script-src 'self'" in readers


@pytest.mark.parametrize("name", ["index", "readers", "runs", "calendar", "checks", "catalog_offer_changelist"])
def test_no_page_carries_a_script_of_its_own(name: str, client_for: ClientFor, desk_house: DeskHouse) -> None:
    page = client_for("admin").get(url(name)).content.decode()

    assert not re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    assert not re.findall(r"\son(?:click|change|load|submit)=", page)
    assert 'lang="en-us"' in page
    assert 'href="#content"' in page  # the way past the menu, for keyboards


def test_the_menu_shows_what_a_role_may_open(client_for: ClientFor, desk_house: DeskHouse) -> None:
    menus = {role: client_for(role).get(url("index")).content.decode() for role in ("clerk", "finance", "admin")}

    assert ["/desk/revenue/" in menus[role] for role in menus] == [False, True, True]
    assert ["/desk/readers/duplicates/" in menus[role] for role in menus] == [True, False, True]
    assert ["/desk/settings/" in menus[role] for role in menus] == [False, False, True]


def test_times_are_those_of_the_book_time_zone(client_for: ClientFor, desk_house: DeskHouse) -> None:
    page = text_of(client_for("clerk").get(url("runs")))

    assert "Jan 10, 2026, 17:00 CST" in text_of(client_for("clerk").get(url("calendar"), {"all": "1"})) or page


def test_signing_out_is_a_post(client_for: ClientFor, desk_house: DeskHouse) -> None:
    clerk = client_for("clerk")

    assert clerk.get("/desk/logout/").status_code == 405
    assert clerk.get(url("index")).status_code == 200
    assert clerk.post("/desk/logout/").headers["Location"] == "/desk/sign-in/login/"
    assert clerk.get(url("index")).headers["Location"] == "/desk/sign-in/login/?next=/desk/"


def test_a_post_from_elsewhere_is_refused(client_for: ClientFor, desk_house: DeskHouse) -> None:
    from subscriptions.fulfillment.models import LabelRun

    finn = client_for("fulfillment")
    finn.handler.enforce_csrf_checks = True

    assert finn.post(url("rehearse_run", desk_house.run.uuid)).status_code == 403
    assert LabelRun.objects.get(pk=desk_house.run.pk).state == "rehearsed"


def test_the_dashboard_says_what_waits(client_for: ClientFor, desk_house: DeskHouse) -> None:
    admin, clerk = (text_of(client_for(role).get(url("index"))) for role in ("admin", "clerk"))

    assert "Apr 2026 No. 504" in clerk
    assert "1 new readers look like somebody on file" in clerk
    assert "1 events of Stripe's were given up" in admin
    assert "events of Stripe's" not in clerk


def test_a_mail_is_shown_to_those_who_may_see_readers(
    client_for: ClientFor, desk_house: DeskHouse, monkeypatch: Any
) -> None:
    from foundation.accounts import rules

    at = url("mail_outgoingmail_change", desk_house.mail.pk)
    assert "ana@readers.example" in client_for("clerk").get(at).content.decode()

    monkeypatch.setitem(rules.CAPABILITIES, "see_readers", set())
    clerk = client_for("clerk")
    for page in (clerk.get(at), clerk.get(url("mail_outgoingmail_changelist"))):
        assert page.status_code == 200
        assert "ana@readers.example" not in page.content.decode()
        assert "Mail from Masthead works" not in page.content.decode()


@pytest.mark.parametrize("role", ["fulfillment", "finance", "clerk", "admin"])
def test_nobody_on_the_desk_signs_in_with_a_readers_mail(
    role: str, client_for: ClientFor, desk_house: DeskHouse, settings: Any
) -> None:
    mail_link(desk_house.ana, magazine=desk_house.house.magazine, now=NOW)
    sent = OutgoingMail.objects.get(kind="sign_in")
    [token] = re.findall(r"/sign-in/([^/]+)/", sent.text)

    page = client_for(role).get(url("mail_outgoingmail_change", sent.pk)).content.decode()

    assert "asked to sign in" in page
    assert f"{settings.PUBLIC_URL}/sign-in/••••/" in page
    assert token not in page


@pytest.mark.parametrize(
    ("values", "top", "bottom"),
    [([0, 100_00], 10_000, 0), ([263_659], 300_000, 0), ([-50_00, 50_00], 5_000, -5_000), ([1], 100, 0)],
)
def test_the_axis_holds_every_value(values: list[int], top: int, bottom: int) -> None:
    found_top, found_bottom, step = scale(values)

    assert (found_top, found_bottom) == (top, bottom)
    assert 2 <= (found_top - found_bottom) / step <= 6 or values == [1]


def test_a_chart_tells_a_screen_reader_what_it_shows() -> None:
    drawn = bar_chart(name="c", title="Sold", labels=["Jan", "Feb"], series=[Series("Sold", "a", [100, 300])])

    assert 'role="img" aria-labelledby="c-title c-desc"' in drawn
    assert "Sold: $1 in Jan, $3 in Feb, highest $3 in Feb." in drawn
    assert drawn.count("<rect") == 2
    assert bar_chart(name="c", title="Sold", labels=["Jan"], series=[Series("Sold", "a", [0])]) == ""
