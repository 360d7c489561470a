"""What a signed-in reader sees and may change: everything that is theirs, and nothing else."""

import uuid

import pytest

from foundation.mail.models import OutgoingMail
from orders.checkout.models import AutoRenewConsent, Order, OrderLine
from orders.checkout.rules import OrderRequest, Person
from orders.renewals.models import Cycle
from subscriptions.readers.models import Address
from subscriptions.terms.models import ShipTo, Subscription
from tests.gifts import address, buy
from tests.house import at
from tests.web.reader.conftest import set_clock, text_of

HOME = "/lantern/my-subscription/"


@pytest.fixture
def ana(shop):
    return shop.reader("Ana Field")


@pytest.fixture
def subscription(shop, ana):
    """Ten issues from April 2026 (504) through March 2027."""
    subscription = shop.subscription(ana)
    shop.term(subscription, first=504)
    return subscription


def paid_order(shop, subscription, *, payer=None, renews=True):
    """The order that the subscription came from, with the consent to charge again."""
    payer = payer or subscription.reader
    order = Order.objects.create(
        number="M-TEST-0001", magazine=shop.magazine, payer=payer, currency="usd", total_cents=1995, state="paid",
        source_key=shop.source, placed_at=at("2026-02-20"), paid_at=at("2026-02-20"), placed_by="anonymous:web",
    )  # fmt: skip
    line = OrderLine.objects.create(
        order=order, offer=shop.offer, recipient=subscription.reader, address=ShipTo.objects.get().address,
        subscription=subscription, term=subscription.terms.get(), issues=10, magazine_cents=1995,
    )  # fmt: skip
    if renews:
        AutoRenewConsent.objects.create(
            line=line, payer=payer, text_version="x", text="Yes.", text_sha256="0" * 64, shown_price_cents=1995,
            shown_issues=10, channel="web", given_at=at("2026-02-20"),
        )  # fmt: skip
        Subscription.objects.filter(pk=subscription.pk).update(renewal="auto_charge")
    return line


def path_of(subscription, verb):
    return f"{HOME}{subscription.uuid}/{verb}/"


def test_says_how_many_issues_are_left_until_which_and_why(shop, subscription, signed_in, ana):
    said = text_of(signed_in(ana).get(HOME))

    assert "10 more issues are paid for, through Mar 2027." in said
    assert "Apr 2026 expected March 27 to April 4, 2026" in said
    assert "2040 N Milwaukee Ave" in said
    assert "You bought 10 issues from Apr 2026. So the last issue is Mar 2027." in said
    assert "Issues ordered and paid for +10" in said
    assert "Apr 2026 through Mar 2027: running, 10 still to come." in said
    assert "Does not renew by itself" in said


def test_says_when_there_is_nothing(shop, signed_in, ana):
    assert "There is no running subscription to The Lantern" in text_of(signed_in(ana).get(HOME))


def test_says_when_it_has_ended(shop, signed_in, ana):
    shop.term(shop.subscription(ana), first=501, units=3)

    assert "Your subscription ended with Mar 2026." in text_of(signed_in(ana).get(HOME))


@pytest.fixture
def charge(shop, subscription):
    """Planned for the day after the pull that leaves two issues."""
    line = paid_order(shop, subscription)
    return Cycle.objects.create(
        subscription=subscription, after_term=subscription.terms.get(), consent=line.consent,
        offer=shop.offer.renews_with, magazine_cents=1995, postage_cents=0, currency="usd",
        charge_on=at("2026-12-11").date(),
    )  # fmt: skip


def test_says_the_date_and_amount_of_the_next_charge(subscription, charge, signed_in, ana):
    said = text_of(signed_in(ana).get(HOME))

    assert "We will charge $19.95 on December 11, 2026" in said
    assert "Cancel automatic renewal" in said


def test_a_charge_that_a_secret_gift_puts_off_has_no_day_yet(shop, subscription, charge, signed_in, ana):
    shop.term(
        subscription, first=514, payer=shop.reader("Cleo Reed"), copy_class="gift", opens_on=at("2026-12-24").date()
    )

    said = text_of(signed_in(ana).get(HOME))

    assert "Renews automatically when 2 issues are left." in said
    assert "December 11" not in said


def test_couples_who_share_a_mail_address_see_both(shop, subscription, signed_in, ana):
    shop.term(shop.subscription(shop.reader("Ben Field", email=ana.email)), first=504, units=4)

    said = text_of(signed_in(ana).get(HOME))

    assert "for Ana Field" in said
    assert "for Ben Field" in said


@pytest.mark.parametrize("verb", ["address", "renew", "stop-renewal"])
def test_somebody_elses_subscription_is_not_there(shop, subscription, signed_in, verb):
    browser = signed_in(shop.reader("Bo Lind"))
    token = browser.form(browser.get(HOME))["csrfmiddlewaretoken"]

    for path in (path_of(subscription, verb), f"{HOME}{uuid.uuid4()}/{verb}/"):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"csrfmiddlewaretoken": token, "offer": "ten-again"}).status_code == 404
    assert Address.objects.count() == 1
    assert not Order.objects.exists()


@pytest.mark.parametrize("verb", ["address", "renew", "stop-renewal"])
def test_whoever_is_not_signed_in_is_asked_to_be(shop, subscription, browser, verb):
    assert browser.get(path_of(subscription, verb)).url == "/lantern/sign-in/"


def test_a_change_of_address_says_which_issue_it_reaches(shop, subscription, signed_in, ana, monkeypatch):
    # Rule 4.22: on March 12 the April issue has been pulled and is on its way.
    shop.pull_before(505)
    set_clock(monkeypatch, at("2026-03-12"))
    browser = signed_in(ana)

    answer = browser.send(path_of(subscription, "address"), line1="9 Elm St", postcode="60614-1234")

    said = text_of(browser.get(answer.url))
    assert "May 2026 is the first issue that goes to the new address." in said
    assert "Apr 2026 still goes to the old address; expect it by April 4." in said
    assert "change it again before 5:00 p.m., April 10: then May 2026 still follows." in said
    assert ShipTo.objects.get(from_ordinal=shop.issue(505).ordinal).address.line1 == "9 Elm St"


def test_the_form_has_the_address_as_it_stands(shop, subscription, signed_in, ana):
    browser = signed_in(ana)

    form = browser.form(browser.get(path_of(subscription, "address")))

    assert (form["name"], form["line1"], form["region"]) == ("Ana Field", "2040 N Milwaukee Ave", "IL")


def test_moving_abroad_shows_the_fields_of_the_country_first(shop, subscription, signed_in, ana):
    browser = signed_in(ana)

    page = browser.send(path_of(subscription, "address"), country="CA", region="")
    assert "Province or territory" in text_of(page)
    assert Address.objects.count() == 1

    answer = browser.send(
        path_of(subscription, "address"), page, line1="1 Main St", city="Ottawa", region="ON", postcode="K1A 0B1"
    )
    assert answer.status_code == 302
    assert Address.objects.latest("pk").zone == "ca"


def test_a_doubtful_address_is_asked_about_before_it_is_kept(shop, subscription, signed_in, ana):
    browser = signed_in(ana)

    asked = browser.send(path_of(subscription, "address"), postcode="97201-1234")
    assert "Is this address right?" in text_of(asked)
    assert Address.objects.count() == 1

    mark = asked.content.decode().split('name="as_typed" value="')[1].split('"')[0]
    assert browser.send(path_of(subscription, "address"), asked, as_typed=mark).status_code == 302


@pytest.mark.parametrize(
    "typed", [{"line1": ""}, {"name": ""}, {"line1": "x\x00y"}, {"city": "x" * 300}, {"postcode": "nowhere"},
              {"name": "=1+1"}, {"line2": "4242424242424242"}],
)  # fmt: skip
def test_a_bad_address_is_told_beside_the_field_and_changes_nothing(shop, subscription, signed_in, ana, typed):
    answer = signed_in(ana).send(path_of(subscription, "address"), **typed)

    assert answer.status_code == 400
    assert "Please have another look" in text_of(answer)
    assert Address.objects.count() == 1


def test_asking_to_cancel_changes_nothing_and_the_button_does(shop, subscription, signed_in, ana):
    line = paid_order(shop, subscription)
    browser = signed_in(ana)

    page = browser.get(path_of(subscription, "stop-renewal"))
    subscription.refresh_from_db()
    assert subscription.renewal == "auto_charge"

    answer = browser.send(path_of(subscription, "stop-renewal"), page)

    subscription.refresh_from_db()
    line.consent.refresh_from_db()
    assert "We will not charge you again." in text_of(browser.get(answer.url))
    assert subscription.renewal == "renew"
    assert line.consent.withdrawn_by == f"reader:{ana.pk}"
    assert OutgoingMail.objects.filter(kind="renewal_cancelled").count() == 1


def test_whoever_is_given_a_magazine_sees_no_price_and_cancels_nothing(shop, subscription, signed_in, ana):
    paid_order(shop, subscription, payer=shop.reader("Dora Donor"))
    browser = signed_in(ana)

    said = text_of(browser.get(HOME))

    assert "Renewed by whoever gives it to you." in said
    assert "Cancel automatic renewal" not in said
    assert browser.get(path_of(subscription, "stop-renewal")).status_code == 404


def test_whoever_pays_for_another_may_cancel_and_sees_no_address(shop, subscription, signed_in, ana):
    dora = shop.reader("Dora Donor")
    paid_order(shop, subscription, payer=dora)
    browser = signed_in(dora)

    said = text_of(browser.get(HOME))
    assert "You pay for Ana Field" in said
    assert "2040 N Milwaukee Ave" not in said
    assert browser.get(path_of(subscription, "address")).status_code == 404

    browser.send(path_of(subscription, "stop-renewal"))
    subscription.refresh_from_db()
    assert subscription.renewal == "renew"


def test_renewing_says_first_what_is_paid_for(shop, subscription, signed_in, ana):
    said = text_of(signed_in(ana).get(path_of(subscription, "renew")))

    assert "You are paid through Mar 2027 : 10 issues are still to come." in said
    assert "behind the issues that you have" in said


def test_a_renewal_is_an_order_of_the_same_subscription(shop_with_stripe, standin, signed_in):
    ana = shop_with_stripe.reader("Ana Field")
    subscription = shop_with_stripe.subscription(ana)
    shop_with_stripe.term(subscription, first=504)

    answer = signed_in(ana).send(path_of(subscription, "renew"), offer="ten-again")

    line = OrderLine.objects.get()
    assert answer.url.startswith(standin.base_url)
    assert (line.subscription, line.order.payer, line.order.total_cents) == (subscription, ana, 1995)
    assert line.promised_first_issue == shop_with_stripe.issue(514)  # behind 504 through 513


def test_a_reader_who_is_paid_far_ahead_has_to_say_yes(shop, subscription, signed_in, ana):
    shop.term(subscription, first=514)
    browser = signed_in(ana)

    answer = browser.send(path_of(subscription, "renew"), offer="ten-again")

    assert answer.status_code == 400
    assert "You are paid up well ahead" in text_of(answer)
    assert not Order.objects.exists()


def test_a_subscription_without_end_has_nothing_to_renew(shop, signed_in, ana):
    forever = shop.subscription(ana)
    shop.term(forever, first=504, units=None)

    assert "There is nothing to renew." in text_of(signed_in(ana).get(path_of(forever, "renew")))


@pytest.mark.parametrize("offer", ["", "ten", "free-forever", "\x00"])
def test_only_offers_for_renewal_renew(shop, subscription, signed_in, ana, offer):
    answer = signed_in(ana).send(path_of(subscription, "renew"), offer=offer)

    assert answer.status_code == 400
    assert not Order.objects.exists()


def test_a_renewal_at_a_new_price_is_shown_before_it_is_ordered(shop, subscription, signed_in, ana):
    browser = signed_in(ana)
    page = browser.get(path_of(subscription, "renew"))
    shop.offer.renews_with.prices.filter(zone="us").update(magazine_cents=2495)

    answer = browser.send(path_of(subscription, "renew"), page, offer="ten-again")

    assert "Please look at the price again" in text_of(answer)
    assert not Order.objects.exists()


def test_no_cache_keeps_the_page(shop, subscription, signed_in, ana):
    assert "no-store" in signed_in(ana).get(HOME)["Cache-Control"]


def test_whoever_bought_digital_access_alone_reads_until_when(shop, signed_in):
    shop.make_offer(code="online", issues=0, cents=9_99, access_days=30)
    ana = Person("Ana Field", "ana@readers.example")
    [line] = buy(OrderRequest(offer="online", payer=ana, ship_to=address("Ana Field")), now=at("2026-02-20"))

    page = text_of(signed_in(line.recipient).get(HOME))

    assert "The Lantern online, for Ana Field Digital access through March 21, 2026." in page
    assert "There is no running subscription" not in page


def test_digital_access_that_is_over_is_not_shown(shop, signed_in, monkeypatch):
    shop.make_offer(code="online", issues=0, cents=9_99, access_days=30)
    ana = Person("Ana Field", "ana@readers.example")
    [line] = buy(OrderRequest(offer="online", payer=ana, ship_to=address("Ana Field")), now=at("2026-02-20"))
    set_clock(monkeypatch, at("2026-03-22"))

    assert "There is no running subscription" in text_of(signed_in(line.recipient).get(HOME))
