"""A reader goes away: three taps after sign-in, and the page says in words which issues are held and which come."""

import uuid

import pytest

from foundation.actors import system
from subscriptions.catalog.models import Issue
from subscriptions.terms import actions
from subscriptions.terms.models import Pause
from subscriptions.terms.queries import expire
from tests.house import at
from tests.web.reader.conftest import set_clock, text_of

HOME = "/lantern/my-subscription/"


@pytest.fixture
def ana(shop):
    return shop.reader("Ana Field")


@pytest.fixture
def subscription(shop, ana):
    """Ten issues from April 2026 (504) through March 2027 (513)."""
    subscription = shop.subscription(ana)
    shop.term(subscription, first=504)
    return subscription


@pytest.fixture
def page(subscription, signed_in, ana):
    """The holiday page of a reader who is signed in."""
    return Page(signed_in(ana), f"{HOME}{subscription.uuid}/holiday/")


class Page:
    def __init__(self, browser, path):
        self.browser, self.path = browser, path

    def asks(self, **typed):
        """Fill in the form by days, or the one by issues, and send it."""
        shown = self.browser.get(self.path)
        number = next(n for n in range(4) if self.browser.form(shown, n).get("how") == typed.get("how", "days"))
        return self.browser.post(self.path, {**self.browser.form(shown, number), **typed})

    def agrees(self, confirm):
        form = next(f for n in range(3) if (f := self.browser.form(confirm, n)).get("how"))
        return self.browser.post(self.path, {**form, "agreed": "1"}, follow=True)


def hold_days(page, leaves="2026-06-20", back="2026-10-20"):
    return page.agrees(page.asks(away_from=leaves, back_on=back))


def test_three_taps_from_my_subscription_to_the_hold(shop, subscription, page):
    my = page.browser.get(HOME)
    assert page.path in my.content.decode()  # tap 1

    confirm = page.asks(away_from="2026-06-20", back_on="2026-10-20")  # tap 2
    said = text_of(confirm)
    assert "3 issues are held back: Jul/Aug 2026, Sep 2026, Oct 2026." in said
    assert "Nov/Dec 2026 is the first to come again; expect it from October 27, 2026." in said
    assert "Nothing is used up: your last issue is then Jun 2027." in said
    assert "You can take this back before 5:00 p.m., June 10, 2026." in said
    assert not Pause.objects.exists()

    done = page.agrees(confirm)  # tap 3
    assert "3 issues are held back: Jul/Aug 2026, Sep 2026, Oct 2026." in text_of(done)
    assert "Held back from Jul/Aug 2026; Nov/Dec 2026 is sent again." in text_of(done)
    assert (expire(subscription.pk).issue.number, Pause.objects.get().entered_by[:7]) == (516, "reader:")


def test_an_issue_on_its_way_comes_anyway_and_is_named(shop, page, monkeypatch):
    set_clock(monkeypatch, at("2026-06-12"))
    shop.pull_before(508)

    said = text_of(page.asks(away_from="2026-06-20", back_on="2026-10-20"))

    assert "Jul/Aug 2026 is on its way already and still comes." in said
    assert "2 issues are held back: Sep 2026, Oct 2026." in said


def test_issues_can_be_chosen_instead_of_days(shop, subscription, page):
    asked = {"how": "issues", "from_issue": shop.issue(507).pk, "until_issue": shop.issue(508).pk}

    page.agrees(page.asks(**asked))

    pause = Pause.objects.get()
    assert (pause.from_issue.number, pause.until_issue.number) == (507, 508)


def test_without_a_day_of_coming_home_everything_is_held_until_told(page, subscription):
    confirm = page.asks(away_from="2026-06-20")

    assert "Jul/Aug 2026 and everything after it is held back, until you tell us that you are back." in text_of(confirm)
    assert "Your subscription is held. 10 issues are paid for and wait for you." in text_of(page.agrees(confirm))


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"away_from": ""}, 400, "Please give the first day away."),
        ({"away_from": "soon"}, 400, "Enter a valid date."),
        ({"away_from": "2026-06-20", "back_on": "2026-06-19"}, 400, "This has to be after the first day away."),
        ({"away_from": "2026-07-01", "back_on": "2026-07-20"}, 409, "There is nothing to hold back."),
        ({"away_from": "2036-07-01"}, 409, "not laid out as far as July 1, 2036"),
        ({"how": "issues", "from_issue": "1"}, 400, "Select a valid choice."),
    ],
)
def test_what_cannot_be_held_is_said_at_its_field_and_nothing_is_held(page, typed, status, sentence):
    answer = page.asks(**typed)

    assert (answer.status_code, sentence in text_of(answer)) == (status, True), text_of(answer)
    assert not Pause.objects.exists()


def test_the_last_held_before_the_first_is_refused(shop, page):
    answer = page.asks(how="issues", from_issue=shop.issue(508).pk, until_issue=shop.issue(507).pk)

    assert (answer.status_code, "has to be after the first one" in text_of(answer)) == (409, True)


def test_more_than_the_house_allows_is_refused_in_words(shop, page):
    shop.magazine.most_held_issues = 2
    shop.magazine.save()
    assert "You can hold back up to 2 issues of a year." in text_of(page.browser.get(page.path))

    answer = hold_days(page)

    assert "of 2026, 2 are left" in text_of(answer)
    assert not Pause.objects.exists()


def test_a_hold_that_has_not_begun_is_taken_back_in_two_taps(page, subscription):
    hold_days(page)
    path = f"{page.path}{Pause.objects.get().pk}/"
    assert path in page.browser.get(HOME).content.decode()

    done = page.browser.post(path, {**page.browser.form(page.browser.get(path), 0), "verb": "withdraw"}, follow=True)

    assert "The hold is taken back." in text_of(done)
    assert expire(subscription.pk).issue.number == 513


def test_a_hold_that_has_begun_is_ended(shop, page, subscription, monkeypatch):
    hold_days(page)
    shop.pull_before(509)
    set_clock(monkeypatch, at("2026-08-15"))
    path = f"{page.path}{Pause.objects.get().pk}/"
    shown = page.browser.get(path)
    assert "Oct 2026 is then the first issue to come." in text_of(shown)

    done = page.browser.post(path, {**page.browser.form(shown, 0), "verb": "end"}, follow=True)

    assert "Welcome back. Oct 2026 is the first issue to be sent again." in text_of(done)
    assert expire(subscription.pk).issue.number == 515


def test_a_hold_is_made_longer_and_shorter_by_day_or_issue(shop, page, subscription):
    hold_days(page)
    path = f"{page.path}{Pause.objects.get().pk}/"
    token = page.browser.form(page.browser.get(path), 1)

    page.browser.post(path, {**token, "verb": "change", "back_on": "2027-01-20"})
    assert expire(subscription.pk).issue.number == 518
    page.browser.post(path, {**token, "verb": "change", "back_on": "", "until_issue": shop.issue(508).pk})
    assert expire(subscription.pk).issue.number == 514
    nothing = page.browser.post(path, {**token, "verb": "change", "back_on": "", "until_issue": ""})
    assert (nothing.status_code, "Please give a day, or choose an issue." in text_of(nothing)) == (400, True)


def test_a_refused_change_is_said_on_the_page(shop, page, subscription):
    hold_days(page)
    shop.magazine.most_held_issues = 3
    shop.magazine.save()
    path = f"{page.path}{Pause.objects.get().pk}/"
    token = page.browser.form(page.browser.get(path), 1)

    answer = page.browser.post(path, {**token, "verb": "change", "back_on": "2026-12-20"})

    assert (answer.status_code, "At most 3 issues of a year" in text_of(answer)) == (409, True)


def test_a_hold_of_the_house_is_shown_and_not_the_readers_to_end(shop, page, subscription):
    pause = Pause.objects.create(
        subscription=subscription, from_issue=shop.issue(507), reason="imposed", entered_by="staff:1"
    )

    assert "Held back from Jul/Aug 2026 until further notice." in text_of(page.browser.get(HOME))
    assert page.browser.get(f"{page.path}{pause.pk}/").status_code == 404


def test_nobody_holds_somebody_elses_copies(shop, page):
    other = shop.subscription(shop.reader("Ben Stone"))
    shop.term(other, first=504)

    assert page.browser.get(f"{HOME}{other.uuid}/holiday/").status_code == 404
    assert page.browser.get(f"{HOME}{uuid.uuid4()}/holiday/").status_code == 404
    assert page.browser.get(f"{page.path}999999/").status_code == 404


def test_who_is_back_is_told_what_really_comes_again(shop, page, subscription, monkeypatch):
    """The house holds 509 and 510 back, whatever the reader does."""
    hold_days(page)
    actions.hold(
        subscription_id=subscription.pk, from_issue_id=shop.issue(509).pk, until_issue_id=shop.issue(511).pk,
        reason="imposed", by=system("test"), now=at("2026-06-01"),
    )  # fmt: skip
    shop.pull_before(509)
    set_clock(monkeypatch, at("2026-08-15"))
    path = f"{page.path}{Pause.objects.get(reason='vacation').pk}/"

    done = page.browser.post(path, {**page.browser.form(page.browser.get(path), 0), "verb": "end"}, follow=True)

    assert "Welcome back. Jan 2027 is the first issue to be sent again." in text_of(done)


def test_a_second_tap_holds_nothing_twice(page):
    confirm = page.asks(away_from="2026-06-20", back_on="2026-10-20")

    assert [page.agrees(confirm).status_code for _ in range(2)] == [200, 200]

    assert Pause.objects.count() == 1


def test_a_hold_of_nothing_but_a_dropped_issue_holds_nothing(shop, page):
    """508 alone was held, and then it was dropped."""
    confirm = page.asks(how="issues", from_issue=shop.issue(508).pk, until_issue=shop.issue(509).pk)
    page.agrees(confirm)
    Issue.objects.filter(number=508).update(state="dropped")

    said = text_of(page.browser.get(f"{page.path}{Pause.objects.get().pk}/"))

    assert "No issue is held back." in said
    assert "until you tell us" not in said


def test_who_does_not_know_when_they_come_home_leaves_it_open(page):
    hold_days(page)
    path = f"{page.path}{Pause.objects.get().pk}/"
    form = page.browser.form(page.browser.get(path), 1)

    done = page.browser.post(path, {**form, "verb": "change", "until_issue": "0"}, follow=True)

    assert "Jul/Aug 2026 and everything after it is held back" in text_of(done)
    assert Pause.objects.filter(until_issue=None).count() == 1
