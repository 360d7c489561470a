"""A reader of 75 misses an issue: three taps after sign-in, and the page says what happens to which issue."""

import datetime as dt

import pytest

from subscriptions.catalog import actions as catalog
from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import Claim
from subscriptions.terms.actions import merge_lines
from subscriptions.terms.models import ServiceReason
from tests.house import at
from tests.subscriptions.fulfillment.runs import PAT, mailed_later, released
from tests.web.reader.conftest import set_clock, text_of

HOME = "/lantern/my-subscription/"


@pytest.fixture
def ana(shop):
    return shop.reader("Ana Field")


@pytest.fixture
def subscription(shop, ana, tmp_path, settings, monkeypatch):
    """504 was mailed on 20 March and 505 on 20 April; it is 6 May, and 505 should have come by yesterday."""
    settings.VAR_DIR = tmp_path / "var"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    subscription = shop.subscription(ana)
    shop.term(subscription, first=504)
    for number, on in ((504, "2026-03-20"), (505, "2026-04-20")):
        mailed_later(shop, released(shop, number), on=on)
    set_clock(monkeypatch, at("2026-05-06"))
    return subscription


def missing(subscription, number=None):
    path = f"{HOME}{subscription.uuid}/missing/"
    return path if number is None else f"{path}{number}/"


def test_three_taps_lead_to_an_answer(shop, subscription, signed_in, ana):
    browser = signed_in(ana)
    assert missing(subscription) in browser.get(HOME).content.decode()

    page = browser.get(missing(subscription))
    assert "May 2026 mailed April 20, 2026, expected April 27 to May 5" in text_of(page)
    assert missing(subscription, 505) in page.content.decode()

    answer = browser.send(missing(subscription, 505))

    assert answer.headers["Location"] == missing(subscription)
    said = text_of(browser.get(missing(subscription)))
    assert "We have no copy of May 2026 left, so you get one issue more: your last is now Apr 2027." in said
    assert "You told us; you get one issue more at the end." in said
    claim = Claim.objects.get()
    assert (claim.reason.code, claim.reported_by) == ("missing", f"reader:{ana.pk}")


def test_after_a_merge_what_went_out_before_is_claimed_from_the_page_of_what_goes_on(
    shop, subscription, signed_in, ana
):
    kept = shop.subscription(ana)
    merge_lines(kept_id=kept.pk, merged_id=subscription.pk, by=PAT, now=at("2026-05-06"))
    browser = signed_in(ana)

    assert missing(kept, 505) in browser.get(missing(kept)).content.decode()
    browser.send(missing(kept, 505))

    said = text_of(browser.get(missing(kept)))
    assert "We have no copy of May 2026 left, so you get one issue more: your last is now Apr 2027." in said
    assert Claim.objects.get().subscription == subscription


def test_nothing_happens_before_the_last_tap(shop, subscription, signed_in, ana):
    said = text_of(signed_in(ana).get(missing(subscription, 505)))

    assert "What about May 2026?" in said
    assert "2040 N Milwaukee Ave" in said
    assert not Claim.objects.exists()


def test_another_copy_while_there_is_one(shop, subscription, signed_in, ana):
    catalog.receive_stock(issue_id=shop.issue(505).pk, copies=1, by=PAT, now=at("2026-05-01"))
    browser = signed_in(ana)

    browser.send(missing(subscription, 505))

    said = text_of(browser.get(missing(subscription)))
    assert "We send you another copy of May 2026." in said
    assert "another copy is on its way to you" in said


def test_one_that_may_still_come_says_from_when_to_ask(shop, subscription, signed_in, ana, monkeypatch):
    set_clock(monkeypatch, at("2026-04-22"))
    browser = signed_in(ana)
    assert "It may still be on its way; tell us from May 6 on." in text_of(browser.get(missing(subscription)))

    browser.send(missing(subscription, 505))

    assert "If it has not come by then, tell us again from May 6 on." in text_of(browser.get(missing(subscription)))
    assert not Claim.objects.exists()


def test_damaged_is_another_thing_to_say(shop, subscription, signed_in, ana, monkeypatch):
    set_clock(monkeypatch, at("2026-04-22"))
    browser = signed_in(ana)

    browser.send(missing(subscription, 505), reason="damaged")

    assert Claim.objects.get().reason.code == "damaged"


def test_a_person_and_a_wrong_address_are_said_so(shop, subscription, signed_in, ana):
    actions.set_claim_policy(magazine_id=shop.magazine.pk, by=PAT, extensions=0, misses_that_mean_undeliverable=2)
    browser = signed_in(ana)

    browser.send(missing(subscription, 504))
    assert "One of us looks into Apr 2026 and writes to you." in text_of(browser.get(missing(subscription)))
    browser.send(missing(subscription, 505))

    assert "May 2026 is not the first that did not come" in text_of(browser.get(missing(subscription)))


def test_twice_is_refused_in_words(shop, subscription, signed_in, ana):
    browser = signed_in(ana)
    form = browser.get(missing(subscription, 505))
    browser.send(missing(subscription, 505), page=form)

    again = browser.send(missing(subscription, 505), page=form)

    assert again.status_code == 409
    assert "May 2026 was claimed before, and answered" in text_of(again)


@pytest.mark.parametrize("reason", ["", "returned", "eaten"])
def test_a_reason_that_readers_do_not_give_is_asked_again(shop, subscription, signed_in, ana, reason):
    answer = signed_in(ana).send(missing(subscription, 505), reason=reason)

    assert answer.status_code == 400
    assert "Error:" in text_of(answer)
    assert not Claim.objects.exists()


def test_the_reasons_are_the_houses(shop, subscription, signed_in, ana):
    ServiceReason.objects.filter(code="came_late").update(is_active=False)

    said = text_of(signed_in(ana).get(missing(subscription, 505)))

    assert "It came damaged" in said
    assert "It came very late" not in said


def test_somebody_elses_copies_and_ones_never_sent_are_not_there(shop, subscription, signed_in, ana):
    other = shop.subscription(shop.reader("Ben Field", email="ben@readers.example"))
    browser = signed_in(ana)

    assert browser.get(missing(other)).status_code == 404
    assert browser.get(missing(subscription, 506)).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to_be(shop, subscription, browser):
    assert browser.get(missing(subscription)).headers["Location"] == "/lantern/sign-in/"


def test_a_reader_without_copies_reads_so(shop, signed_in, ana):
    subscription = shop.subscription(ana)
    shop.term(subscription, first=504)

    assert "We have not sent you an issue yet." in text_of(signed_in(ana).get(missing(subscription)))


def test_only_the_last_six_are_shown(shop, subscription, signed_in, ana, monkeypatch):
    for number in range(506, 511):
        issue = shop.issue(number)
        mailed_later(shop, released(shop, number), on=(issue.mail_on + dt.timedelta(days=0)).isoformat())
    set_clock(monkeypatch, at("2026-12-01"))

    said = text_of(signed_in(ana).get(missing(subscription)))

    assert "Nov/Dec 2026" in said
    assert "May 2026 mailed" in said
    assert "Apr 2026" not in said
