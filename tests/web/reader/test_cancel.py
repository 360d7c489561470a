"""A signed-in reader cancels: at most three taps, and the page says in words which issue is the last and what comes
back. On February 20, 2026 the ten issues from April through March 2027 are all to come."""

import pytest

from foundation.actors import system
from foundation.mail.models import OutgoingMail
from orders.checkout.models import LineRefund
from orders.ledger import queries as books
from subscriptions.readers import actions as readers
from subscriptions.terms.actions import follow_merge, start_access
from subscriptions.terms.models import Subscription
from tests.house import at
from tests.orders.revenue.printing import post_sale
from tests.web.reader.conftest import set_clock, text_of
from tests.web.reader.test_my_subscription import HOME, paid_order, path_of


@pytest.fixture
def ana(shop):
    return shop.reader("Ana Field")


@pytest.fixture
def subscription(shop, ana):
    subscription = shop.subscription(ana)
    post_sale(shop.term(subscription, first=504))
    return subscription


@pytest.fixture
def in_july(shop, monkeypatch):
    """504 to 507 are out."""
    shop.pull_before(508)
    set_clock(monkeypatch, at("2026-07-01"))


def test_the_page_says_what_becomes_of_which_issue_and_of_the_money(shop, subscription, signed_in, ana, in_july):
    said = text_of(signed_in(ana).get(path_of(subscription, "cancel")))

    assert "Every issue still comes, through Mar 2027." in said
    assert "Now, and $11.97 comes back to you" in said
    assert "Jul/Aug 2026 is the last issue; nothing comes from Sep 2026 on." in said
    assert not LineRefund.objects.exists()


def test_stopping_now_brings_the_rest_of_the_money_back(shop, subscription, signed_in, ana, in_july):
    browser = signed_in(ana)
    # One tap from "my subscription", one on the choice, one on the button.
    assert path_of(subscription, "cancel") in browser.get(HOME).content.decode()

    answer = browser.send(path_of(subscription, "cancel"), when="now")

    said = text_of(browser.get(answer["Location"]))
    assert "It is cancelled. The last issue is Jul/Aug 2026." in said
    assert "$11.97 goes back to you." in said
    refund = LineRefund.objects.get()
    assert (refund.cents, refund.payer, refund.promised_by) == (1197, ana, f"reader:{ana.pk}")
    assert books.balance("2300") == -1197
    assert OutgoingMail.objects.filter(kind="subscription_cancelled", to_email=ana.email).count() == 1


def test_whoever_only_confirms_stops_at_the_end_without_giving_a_reason(shop, subscription, signed_in, ana):
    paid_order(shop, subscription)

    answer = signed_in(ana).send(path_of(subscription, "cancel"))

    assert "It is cancelled. The last issue is Mar 2027." in text_of(signed_in(ana).get(answer["Location"]))
    assert Subscription.objects.get(pk=subscription.pk).renewal == "do_not_renew"
    assert not LineRefund.objects.exists()


def test_whoever_paid_under_an_older_number_of_theirs_has_the_money_back(shop, subscription, signed_in, ana, in_july):
    kept = shop.reader("Ana B. Field", "new@readers.example")
    merged = readers.merge_readers(
        kept_id=kept.pk, merged_id=ana.pk, joins_lines=False, by=system("test"), now=at("2026-07-01")
    )
    follow_merge(merge_id=merged.pk, now=at("2026-07-01"))
    browser = signed_in(kept)

    page = browser.get(path_of(subscription, "cancel"))
    assert "Now, and $11.97 comes back to you" in text_of(page)
    assert "Somebody else has paid" not in text_of(page)
    browser.send(path_of(subscription, "cancel"), page=page, when="now")

    assert LineRefund.objects.get().cents == 1197


def test_a_recipient_may_let_a_gift_run_out_and_nothing_else(shop, ana, signed_in):
    gift = shop.subscription(ana)
    ben = shop.reader("Ben Gale")
    shop.term(gift, first=504, payer=ben, copy_class="gift")
    browser = signed_in(ana)

    page = browser.get(path_of(gift, "cancel"))
    assert "Somebody else has paid for it" in text_of(page)
    assert "$" not in text_of(page)
    answer = browser.send(path_of(gift, "cancel"), page=page, when="now")

    assert answer.status_code == 400
    assert gift.terms.get().ended_on is None
    assert browser.send(path_of(gift, "cancel")).status_code == 302


def test_the_giver_may_end_it_and_has_the_money_back(shop, ana, signed_in):
    gift = shop.subscription(ana)
    ben = shop.reader("Ben Gale")
    post_sale(shop.term(gift, first=504, payer=ben, copy_class="gift"))

    browser = signed_in(ben)
    assert "Now, and $19.95 comes back to you" in text_of(browser.get(path_of(gift, "cancel")))
    browser.send(path_of(gift, "cancel"), when="now")

    assert [(refund.payer, refund.cents) for refund in LineRefund.objects.all()] == [(ben, 1995)]


def test_somebody_else_finds_no_such_page(shop, subscription, signed_in):
    assert signed_in(shop.reader("Cy Dale")).get(path_of(subscription, "cancel")).status_code == 404


def test_what_has_ended_cannot_be_cancelled(shop, subscription, signed_in, ana):
    browser = signed_in(ana)
    browser.send(path_of(subscription, "cancel"), when="now")

    assert "There is nothing to cancel" in text_of(browser.get(path_of(subscription, "cancel")))


@pytest.mark.parametrize("typed", [{"when": "yesterday"}, {"reason": "died"}])
def test_what_is_no_answer_changes_nothing(shop, subscription, signed_in, ana, typed):
    answer = signed_in(ana).send(path_of(subscription, "cancel"), **typed)

    assert answer.status_code == 400
    assert subscription.terms.get().ended_on is None


def test_digital_access_goes_on_and_the_page_says_until_when(shop, subscription, signed_in, ana, in_july):
    access = start_access(
        magazine_id=shop.magazine.pk, reader_id=ana.pk, payer_id=ana.pk, line_uuid=None, days=365, price_cents=1200,
        currency="usd", sold_on=at("2026-02-20").date(), by=system("test"), now=at("2026-02-20"),
    )  # fmt: skip
    browser = signed_in(ana)

    said = text_of(browser.get(path_of(subscription, "cancel")))
    browser.send(path_of(subscription, "cancel"), when="now")

    assert "Your digital access is paid for until February 19, 2027" in said
    access.refresh_from_db()
    assert access.ended_on is None


def test_without_digital_access_nothing_is_said_of_it(shop, subscription, signed_in, ana, in_july):
    assert "digital access" not in text_of(signed_in(ana).get(path_of(subscription, "cancel")))


@pytest.fixture
def given_behind_her_own(shop, subscription):
    """Ben's ten issues wait behind Ana's own, which she renews by herself."""
    paid_order(shop, subscription)
    ben = shop.reader("Ben Gale")
    post_sale(shop.term(subscription, first=514, payer=ben, copy_class="gift"))
    Subscription.objects.filter(pk=subscription.pk).update(renewal="auto_charge")
    return ben


def test_a_donor_ends_what_he_gave_and_nothing_of_hers(shop, subscription, signed_in, given_behind_her_own):
    own, gift = subscription.terms.order_by("c_from")
    browser = signed_in(given_behind_her_own)

    page = browser.get(path_of(subscription, "cancel"))
    assert "Now, and $19.95 comes back to you" in text_of(page)
    # What Ana has herself, 504 (Apr 2026) to 513 (Mar 2027), is none of his business.
    assert "Mar 2027" not in text_of(page)
    assert browser.send(path_of(subscription, "cancel"), page=page, when="end").status_code == 400
    answer = browser.send(path_of(subscription, "cancel"), page=page, when="now")

    assert "Mar 2027" not in text_of(browser.get(answer["Location"]))
    assert [refund.cents for refund in LineRefund.objects.all()] == [1995]
    assert [subscription.terms.get(pk=term.pk).ended_on is None for term in (own, gift)] == [True, False]
    assert Subscription.objects.get(pk=subscription.pk).renewal == "auto_charge"
    [mail] = OutgoingMail.objects.filter(kind="subscription_cancelled")
    assert mail.subject == "Your gift of The Lantern has ended"
    assert "Mar 2027" not in mail.text


def test_a_donor_whose_gift_ran_out_finds_no_such_page(shop, ana, signed_in, in_july):
    line, ben = shop.subscription(ana), shop.reader("Ben Gale")
    shop.term(line, first=504, units=3, payer=ben, copy_class="gift")
    shop.term(line, first=508)

    assert signed_in(ben).get(path_of(line, "cancel")).status_code == 404


def test_a_gift_that_is_announced_later_is_neither_told_nor_ended(shop, subscription, signed_in, ana):
    hidden = shop.term(subscription, first=514, payer=shop.reader("Ben Gale"), copy_class="gift")
    subscription.terms.filter(pk=hidden.pk).update(opens_on=at("2026-12-24").date())
    browser = signed_in(ana)

    said = text_of(browser.get(path_of(subscription, "cancel")))
    answer = browser.send(path_of(subscription, "cancel"), when="now")

    assert "Every issue still comes, through Mar 2027." in said
    assert "Somebody else" not in said
    assert "Now, and $19.95 comes back to you" in said
    assert "It is cancelled. No issue will be sent." in text_of(browser.get(answer["Location"]))
    hidden.refresh_from_db()
    assert hidden.ended_on is None


def test_whoever_pays_for_another_finds_the_way_to_end_only_what_they_have_left(shop, subscription, signed_in, in_july):
    ben = shop.reader("Ben Gale")
    paid_order(shop, subscription, payer=ben)
    browser = signed_in(ben)
    assert path_of(subscription, "cancel") not in browser.get(HOME).content.decode()

    subscription.terms.update(payer=ben)

    assert path_of(subscription, "cancel") in browser.get(HOME).content.decode()


def test_who_gets_copies_in_the_hope_of_a_renewal_stops_them(shop, ana, signed_in, monkeypatch):
    """513 was the last; 514 came in hope, and 515 would."""
    line = shop.subscription(ana)
    shop.term(line, first=504, grace=3)
    shop.pull_before(515)
    set_clock(monkeypatch, at("2027-03-20"))
    browser = signed_in(ana)
    assert path_of(line, "cancel") in browser.get(HOME).content.decode()
    assert "nothing comes from May 2027 on" in text_of(browser.get(path_of(line, "cancel")))

    answer = browser.send(path_of(line, "cancel"))

    said = browser.get(answer["Location"])
    assert "No further copy comes from May 2027 on." in text_of(said)
    assert path_of(line, "cancel") not in said.content.decode()
    assert line.terms.get().grace == 1
    assert "has ended" in OutgoingMail.objects.get(kind="subscription_cancelled").text
