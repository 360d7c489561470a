"""Sign-in by mailed link."""

import datetime as dt

import pytest

from foundation import clock
from foundation.mail.models import MailLink, OutgoingMail
from tests.own_database import at_once
from tests.web.reader.conftest import Browser, link_in, text_of

PAGE = "/lantern/sign-in/"
HOME = "/lantern/my-subscription/"


@pytest.fixture
def ana(shop):
    return shop.reader("Ana Field")


def mailed_link(browser, reader):
    browser.send(PAGE, email=reader.email)
    return link_in(OutgoingMail.objects.get(), "sign-in")


def test_a_reader_asks_follows_the_link_and_is_in(browser, ana):
    link = mailed_link(browser, ana)

    answer = browser.send(link)

    assert answer.url == HOME
    assert "My subscription" in text_of(browser.get(HOME))


def test_capitals_in_a_mail_address_do_not_matter(browser, ana):
    browser.send(PAGE, email="ANA@Readers.example")

    assert OutgoingMail.objects.get().to_email == ana.email


def test_the_answer_is_the_same_for_an_address_that_nobody_has(browser, ana):
    known = browser.send(PAGE, email=ana.email)
    unknown = browser.send(PAGE, email="nobody@readers.example")

    assert known.content == unknown.content
    assert known.status_code == unknown.status_code == 200
    assert OutgoingMail.objects.count() == 1
    assert MailLink.objects.count() == 1


def test_looking_at_the_link_uses_nothing_up(browser, ana):
    link = mailed_link(browser, ana)

    for _ in range(3):
        Browser().get(link)
        Browser().head(link)

    assert browser.send(link).url == HOME


def test_the_link_works_once(browser, ana):
    link = mailed_link(browser, ana)
    page = browser.get(link)
    browser.send(link, page)

    other = Browser()
    other.get(PAGE)
    again = other.send(link, other.get(PAGE))

    assert again.status_code == 410
    assert "no longer good" in text_of(again)
    assert other.get(HOME).url == PAGE


def test_the_link_is_over_after_ten_minutes(browser, ana):
    link = mailed_link(browser, ana)
    MailLink.objects.update(expires_at=clock.real_now())

    assert browser.get(link).status_code == 410


def test_a_link_made_for_something_else_lets_nobody_in(browser, shop):
    from foundation.mail.actions import make_link

    token = make_link(purpose="cancel_auto_renew", subject="subscription:x", lives=dt.timedelta(days=1))

    assert browser.get(f"/sign-in/{token}/").status_code == 410


def test_a_link_to_an_old_mail_address_lets_nobody_in(browser, ana):
    link = mailed_link(browser, ana)
    page = browser.get(link)
    ana.email = "new@readers.example"
    ana.save()

    assert browser.send(link, page).status_code == 410


def test_of_two_clicks_at_once_one_gets_in(own_database):
    from tests.house import House

    house = House()
    browser = Browser()
    link = mailed_link(browser, house.reader())
    browsers = [Browser(), Browser()]
    pages = [each.get(link) for each in browsers]

    answers = at_once(*[lambda b=b, p=p: b.send(link, p) for b, p in zip(browsers, pages, strict=True)])

    assert sorted(answer.status_code for answer in answers) == [302, 410]


def test_too_many_links_for_one_address_are_refused_known_or_not(browser, ana, settings):
    settings.LIMIT_SIGN_INS_PER_EMAIL = 2

    for email in (ana.email, "nobody@readers.example"):
        answers = [browser.send(PAGE, email=email) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[-1]["Retry-After"]) > 0


def test_too_many_links_from_one_connection_are_refused(browser, shop, settings):
    settings.LIMIT_SIGN_INS_PER_EMAIL = 1

    answers = [browser.send(PAGE, email=f"r{i}@readers.example") for i in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]


@pytest.mark.parametrize("email", ["", "ana", "ana@", "a\x00@b.example", "<b>@x", "x" * 300 + "@readers.example"])
def test_what_is_no_mail_address_is_told_so(browser, shop, email):
    answer = browser.send(PAGE, email=email)

    assert answer.status_code == 400
    assert "Please have another look" in text_of(answer)
    assert not OutgoingMail.objects.exists()


def test_the_session_gets_a_new_key_and_ends_after_twelve_hours(browser, ana, monkeypatch):
    link = mailed_link(browser, ana)
    browser.session.save()
    before = browser.session.session_key

    browser.send(link)
    assert browser.session.session_key != before

    later = clock.real_now() + dt.timedelta(hours=12)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert browser.get(HOME).url == PAGE


def test_a_changed_mail_address_ends_the_session(browser, ana, signed_in):
    signed_in(ana)
    ana.email = "new@readers.example"
    ana.save()

    assert browser.get(HOME).url == PAGE


def test_signing_out_forgets_everything(browser, ana, signed_in):
    signed_in(ana)

    page = browser.send("/lantern/sign-out/", browser.get(HOME))

    assert "You are signed out" in text_of(page)
    assert browser.get(HOME).url == PAGE


def test_signing_out_takes_a_button(browser, ana, signed_in):
    signed_in(ana)

    assert browser.get("/lantern/sign-out/").status_code == 405
    assert browser.get(HOME).status_code == 200


def test_the_mail_has_the_link_in_both_parts_and_no_name(browser, ana):
    link = mailed_link(browser, ana)
    mail = OutgoingMail.objects.get()

    assert link in mail.html
    assert "Ana" not in mail.text
