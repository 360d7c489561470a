"""What a reader is asked for in mid-term: dearer postage, and more copies. On July 1, 2026 six issues are left."""

from typing import Any

import pytest

from foundation.actors import Actor
from foundation.mail.models import OutgoingMail
from orders.checkout import actions, queries
from orders.checkout.models import Bill
from orders.payments.models import PaymentAttempt
from subscriptions.terms.models import Subscription, Term
from tests.card_testing import cards_are_tested
from tests.house import at
from tests.shop import Shop
from tests.web.reader.conftest import Browser, text_of

HOME = "/lantern/my-subscription/"


class Ana:
    """Signed in, with ten issues bought and four of them out."""

    def __init__(self, shop: Shop, sign_in: Any) -> None:
        self.shop = shop
        self.subscription: Subscription = shop.sells().lines.get().subscription
        shop.house.pull_before(508)
        shop.move_to(at("2026-07-01"))
        self.reader = self.subscription.reader
        self.browser: Browser = sign_in(self.reader)
        self.copies = f"{HOME}{self.subscription.uuid}/copies/"

    def moves_to_canada(self) -> Bill:
        toronto = self.shop.house.address(self.reader, country="CA", zone="ca", label_country="CANADA")
        actions.move_house(
            subscription_id=self.subscription.pk, address_id=toronto.pk, by=Actor("staff", "1"), now=self.shop.now
        )
        return queries.open_bills().get()

    def sees(self, path: str = HOME) -> str:
        return text_of(self.browser.get(path))

    def pays_on(self, page: Any) -> None:
        """On Stripe's page, to which the answer leads."""
        assert page.status_code == 302, text_of(page)
        self.shop.standin.pay(PaymentAttempt.objects.latest("pk").checkout_session_id)
        self.shop.hears()
        self.shop.settles()


@pytest.fixture
def ana(shop: Shop, signed_in: Any) -> Ana:
    return Ana(shop, signed_in)


@pytest.fixture
def shop(house: Any, standin: Any, letterbox: Any, settings: Any) -> Any:
    from tests.shop import open_shop

    yield from open_shop(standin, letterbox, settings, house=house)


def test_my_subscription_says_what_is_owed_and_leads_to_payment(ana: Ana):
    bill = ana.moves_to_canada()

    said = ana.sees()
    assert "You owe: $7.20 for dearer postage, from Sep 2026 on" in said
    assert "You can pay it until July 31, 2026." in said
    page = ana.browser.send(f"/orders/{bill.order.number}/pay/", page=ana.browser.get(f"/orders/{bill.order.number}/"))
    ana.pays_on(page)

    thanks = ana.sees(f"/orders/{bill.order.number}/thanks/")
    assert "See your subscription" in thanks
    assert "See your gifts" not in thanks
    assert "You owe" not in ana.sees()
    assert "Your order is paid" in ana.sees(f"/orders/{bill.order.number}/")


def test_the_link_in_the_mail_opens_the_bill_for_its_payer_only(ana: Ana):
    bill = ana.moves_to_canada()
    path = f"/orders/{bill.order.number}/"
    assert path in OutgoingMail.objects.get(kind="bill_postage").text

    said = ana.sees(path)
    assert "This is not paid yet" in said
    assert "dearer postage, from Sep 2026 on" in said
    assert "$7.20" in said
    assert Browser().get(path).status_code == 404


def test_a_closed_bill_has_nothing_left_to_pay(ana: Ana):
    bill = ana.moves_to_canada()
    actions.waive_surcharge(
        zone_move_id=bill.lines.get().zone_move_id, because="a friend", by=Actor("staff", "1"), now=ana.shop.now
    )

    assert "Nothing is left to pay" in ana.sees(f"/orders/{bill.order.number}/")
    page = ana.browser.get(f"/orders/{bill.order.number}/")
    assert "Pay $7.20" not in text_of(page)


def test_what_more_copies_cost_is_said_before_they_are_ordered(ana: Ana):
    assert ana.copies in ana.browser.get(HOME).content.decode()
    assert "How many copies" in ana.sees(ana.copies)

    page = ana.browser.get(f"{ana.copies}?copies=5")

    assert "That is $47.88 more for the 6 issues that are left, from Sep 2026 on." in text_of(page)
    assert not Bill.objects.exists()
    ana.pays_on(ana.browser.send(ana.copies, page=page))
    assert Term.objects.get(ended_at__isnull=True).copies == 5
    assert "5 copies" in OutgoingMail.objects.get(kind="bill_paid").text


def test_more_copies_open_no_page_while_cards_are_tested(ana: Ana):
    page = ana.browser.get(f"{ana.copies}?copies=5")
    cards_are_tested(now=ana.shop.now)

    refused = ana.browser.send(ana.copies, page=page)

    assert refused.status_code == 409
    assert "Card payments are paused for some minutes" in text_of(refused)
    assert not PaymentAttempt.objects.filter(subject_uuid=Bill.objects.get().order.uuid).exists()


def test_a_price_that_has_changed_is_shown_again(ana: Ana):
    page = ana.browser.get(f"{ana.copies}?copies=5")
    ana.shop.house.pull_before(509)
    ana.shop.move_to(at("2026-08-20"))

    again = ana.browser.send(ana.copies, page=page)

    assert "That is $39.92 more for the 5 issues that are left, from Oct 2026 on." in text_of(again)
    assert not Bill.objects.exists()


def test_a_wish_that_waits_is_shown_and_taken_back(ana: Ana):
    ana.browser.send(ana.copies, page=ana.browser.get(f"{ana.copies}?copies=5"))
    assert "Not paid yet: $47.88 for 5 copies of each issue, from Sep 2026 on" in ana.sees()

    page = ana.browser.get(ana.copies)
    assert "You asked for 5 copies of each issue." in text_of(page)
    ana.browser.post(withdrawals(Bill.objects.get()), ana.browser.form(page, 1))

    assert "Taken back." in ana.sees()
    assert not queries.open_bills().exists()


def test_a_donor_takes_back_the_wish_for_somebody_else_s_copies(ana: Ana, signed_in: Any):
    ben = ana.shop.house.reader("Ben Stone")
    Term.objects.filter(subscription=ana.subscription).update(payer=ben)
    bill = actions.order_copies(subscription_id=ana.subscription.pk, copies=5, by=Actor("staff", "1"), now=ana.shop.now)
    at = withdrawals(bill)
    assert ana.browser.post(at, ana.browser.form(ana.browser.get(HOME))).status_code == 404
    donor = signed_in(ben)
    page = donor.get(HOME)

    assert ana.copies not in page.content.decode()
    assert at in page.content.decode()
    assert "Taken back." in text_of(donor.post(at, donor.form(page, 2), follow=True))
    assert not queries.open_bills().exists()
    assert donor.post(at, donor.form(page, 2)).status_code == 409


def test_a_bill_for_postage_is_not_taken_back(ana: Ana):
    bill = ana.moves_to_canada()

    assert ana.browser.post(withdrawals(bill), ana.browser.form(ana.browser.get(HOME))).status_code == 404
    assert queries.open_bills().get() == bill


def withdrawals(bill: Bill) -> str:
    return f"{HOME}bills/{bill.order.number}/withdrawals/"


def test_another_number_takes_the_place_of_what_waits(ana: Ana):
    ana.browser.send(ana.copies, page=ana.browser.get(f"{ana.copies}?copies=5"))

    ana.pays_on(ana.browser.send(ana.copies, page=ana.browser.get(f"{ana.copies}?copies=3")))

    assert Term.objects.get(ended_at__isnull=True).copies == 3
    assert Bill.objects.count() == 2


BAD = {
    "nothing": ("", 400, "Please say how many"),
    "none": ("0", 400, "At least one copy."),
    "below none": ("-3", 400, "At least one copy."),
    "words": ("many", 400, "whole number"),
    "a half": ("1.5", 400, "whole number"),
    "a zero byte": ("\x00", 400, "whole number"),
    "more than can be": ("1000", 400, "please write or call us"),
    "far too many": (str(10**30), 400, "please write or call us"),
    "the same": ("1", 409, "not more than you get already"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_number_is_said_at_its_field(ana: Ana, case: str):
    typed, status, sentence = BAD[case]

    page = ana.browser.get(ana.copies, {"copies": typed})

    assert (page.status_code, sentence in text_of(page)) == (status, True), text_of(page)
    assert not Bill.objects.exists()


def test_the_recipient_of_a_gift_orders_no_more_of_it_and_sees_no_price(ana: Ana):
    Term.objects.filter(subscription=ana.subscription).update(payer=ana.shop.house.reader("Ben Stone"))
    ana.moves_to_canada()

    assert ana.browser.get(ana.copies).status_code == 404
    said = ana.sees()
    assert "$7.20" not in said
    assert "More copies" not in said


def test_a_donor_may_pay_and_is_told_so(ana: Ana, signed_in: Any):
    ben = ana.shop.house.reader("Ben Stone")
    Term.objects.filter(subscription=ana.subscription).update(payer=ben)
    ana.moves_to_canada()

    said = text_of(signed_in(ben).get(HOME))

    assert "You may pay: $7.20 for dearer postage, from Sep 2026 on, for Ana Field" in said


def test_money_for_a_bill_that_was_closed_meanwhile_is_said_to_be_held(ana: Ana):
    bill = ana.moves_to_canada()
    page = ana.browser.send(f"/orders/{bill.order.number}/pay/", page=ana.browser.get(f"/orders/{bill.order.number}/"))
    home = ana.shop.house.address(ana.reader)
    actions.move_house(
        subscription_id=ana.subscription.pk, address_id=home.pk, by=Actor("staff", "1"), now=ana.shop.now
    )

    ana.pays_on(page)

    assert "We hold your payment for you" in ana.sees(f"/orders/{bill.order.number}/")
