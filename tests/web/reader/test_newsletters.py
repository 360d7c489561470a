"""Newsletters through the door: asked for, confirmed, left."""

import pytest

from foundation.mail.models import OutgoingMail
from subscriptions.newsletters.models import Enrolment, Newsletter
from tests.web.reader.conftest import Browser, link_in, text_of

PAGE = "/lantern/newsletters/"
EMAIL = "ana@readers.example"


@pytest.fixture
def weekend(shop):
    return Newsletter.objects.create(
        slug="weekend", name="The Lantern Weekend", consent_text="Yes, send me the Weekend every Saturday."
    )


def state():
    return Enrolment.objects.get().state


def confirm_link():
    return link_in(OutgoingMail.objects.get(kind="newsletter_confirm"), "confirm")


def leave_link(browser):
    browser.send(PAGE, lists="weekend", email=EMAIL)
    browser.send(confirm_link())
    return link_in(OutgoingMail.objects.get(kind="newsletter_welcome"), "leave")


def test_the_page_shows_the_exact_words_beside_an_empty_box(browser, weekend):
    page = browser.get(PAGE)

    assert weekend.consent_text in text_of(page)
    assert "lists" not in browser.form(page)


def test_says_when_there_is_none(browser, shop):
    assert "There is no newsletter" in text_of(browser.get(PAGE))


def test_signing_up_takes_the_button_behind_the_mailed_link(browser, weekend):
    assert "Please look into your mail" in text_of(browser.send(PAGE, lists="weekend", email=EMAIL))

    Browser().get(confirm_link())
    assert state() == "asked"

    assert "You are on the list" in text_of(browser.send(confirm_link()))
    assert state() == "confirmed"
    assert Enrolment.objects.get().consent_text == weekend.consent_text


def test_the_answer_is_the_same_for_who_is_on_the_list(browser, weekend):
    first = browser.send(PAGE, lists="weekend", email=EMAIL)
    browser.send(confirm_link())

    again = browser.send(PAGE, lists="weekend", email=EMAIL)

    assert first.content == again.content


def test_leaving_takes_one_button_and_no_sign_in(browser, weekend):
    link = leave_link(browser)

    Browser().get(link)
    assert state() == "confirmed"

    assert "You have left The Lantern Weekend" in text_of(browser.send(link))
    assert state() == "left"
    assert "You have left The Lantern Weekend" in text_of(browser.get(link))


def test_a_mail_program_leaves_with_one_click(browser, weekend):
    link = leave_link(browser)

    assert Browser().post(link, {}).status_code == 403
    assert Browser().post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert state() == "left"


@pytest.mark.parametrize("path", ["/newsletters/confirm/unknown/", "/newsletters/leave/unknown/"])
def test_an_unknown_link_says_what_to_do(browser, weekend, path):
    page = browser.get(path)

    assert page.status_code == 410
    assert "Nothing was changed." in text_of(page)


@pytest.mark.parametrize(
    "typed",
    [{"lists": "weekend", "email": ""}, {"lists": "weekend", "email": "ana"}, {"lists": "nosuch", "email": EMAIL},
     {"lists": "", "email": EMAIL}, {"email": EMAIL}, {"lists": "week\x00end", "email": EMAIL},
     {"lists": "weekend", "email": "x" * 300 + "@readers.example"}],
)  # fmt: skip
def test_bad_input_is_told_beside_the_field_and_writes_nothing(browser, weekend, typed):
    answer = browser.send(PAGE, **typed)

    assert answer.status_code == 400
    assert "Please have another look" in text_of(answer)
    assert not Enrolment.objects.exists()


def test_a_closed_newsletter_takes_nobody_in(browser, weekend):
    page = browser.get(PAGE)
    weekend.is_open = False
    weekend.save()

    assert browser.send(PAGE, page, lists="weekend", email=EMAIL).status_code == 400
    assert not Enrolment.objects.exists()


def test_too_many_sign_ups_from_one_connection_are_refused(browser, weekend):
    page = browser.get(PAGE)

    answers = [browser.send(PAGE, page, lists="weekend", email=f"r{i}@readers.example") for i in range(21)]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
