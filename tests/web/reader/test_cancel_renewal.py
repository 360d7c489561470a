"""The one-step link in every notice."""

import datetime as dt

import pytest

from foundation import clock
from foundation.actors import ANONYMOUS
from foundation.mail.actions import make_link
from foundation.mail.models import MailLink
from subscriptions.terms.actions import merge_lines
from subscriptions.terms.models import Subscription
from tests.web.reader.conftest import Browser, text_of


@pytest.fixture
def subscription(shop):
    subscription = shop.subscription()
    shop.term(subscription, first=504)
    subscription.renewal = "auto_charge"
    subscription.save()
    return subscription


@pytest.fixture
def link(subscription):
    token = make_link(
        purpose="cancel_auto_renew", subject=f"subscription:{subscription.uuid}", lives=dt.timedelta(days=90),
        single_use=False,
    )  # fmt: skip
    return f"/cancel-renewal/{token}/"


def renews(subscription):
    return Subscription.objects.get(pk=subscription.pk).renewal == "auto_charge"


def test_opening_the_link_shows_a_button_and_changes_nothing(browser, subscription, link):
    page = browser.get(link)

    assert "We will not charge you again. Every issue that is paid for still comes, through Mar 2027." in text_of(page)
    assert renews(subscription)
    assert "Ana" not in text_of(page)


def test_the_button_cancels_without_signing_in(browser, subscription, link):
    page = browser.send(link)

    assert "Automatic renewal is cancelled" in text_of(page)
    assert not renews(subscription)


def test_the_link_of_an_old_notice_ends_the_renewal_of_what_goes_on(shop, browser, subscription, link):
    kept = shop.subscription(subscription.reader)
    merge_lines(kept_id=kept.pk, merged_id=subscription.pk, by=ANONYMOUS, now=clock.now())
    Subscription.objects.filter(pk=kept.pk).update(renewal="auto_charge")

    assert "We will not charge you again." in text_of(browser.get(link))
    assert "Automatic renewal is cancelled" in text_of(browser.send(link))

    assert not renews(kept)


def test_it_works_again_and_says_that_it_is_done(browser, subscription, link):
    page = browser.get(link)
    browser.send(link, page)

    assert "It is cancelled already" in text_of(browser.send(link, page))
    assert "It is cancelled already" in text_of(browser.get(link))


def test_a_mail_program_cancels_with_one_click_and_no_form_token(subscription, link):
    answer = Browser().post(link, {"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain")
    assert not renews(subscription)


def test_any_other_post_needs_the_form_token(subscription, link):
    assert Browser().post(link, {}).status_code == 403
    assert Browser().post(link, {"List-Unsubscribe": "no"}).status_code == 403
    assert renews(subscription)


@pytest.mark.parametrize("token", ["unknown", "%00", "x" * 500])
def test_an_unknown_link_says_what_to_do(browser, subscription, token):
    page = browser.get(f"/cancel-renewal/{token}/")

    assert page.status_code == 410
    assert "use the link in our newest mail" in text_of(page)
    assert browser.post(f"/cancel-renewal/{token}/", {"List-Unsubscribe": "One-Click"}).status_code == 410
    assert renews(subscription)


def test_an_old_link_is_over(browser, subscription, link):
    MailLink.objects.update(expires_at=clock.real_now())

    assert browser.get(link).status_code == 410
    assert renews(subscription)


def test_a_link_made_to_sign_in_cancels_nothing(browser, subscription):
    token = make_link(purpose="reader_sign_in", subject=f"subscription:{subscription.uuid}", lives=dt.timedelta(days=1))

    assert browser.post(f"/cancel-renewal/{token}/", {"List-Unsubscribe": "One-Click"}).status_code == 410
    assert renews(subscription)
