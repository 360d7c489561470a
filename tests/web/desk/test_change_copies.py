import re
from typing import Any

import pytest
from django.test import Client

from foundation.mail.models import OutgoingMail
from orders.checkout.models import Bill
from subscriptions.readers.models import Reader
from subscriptions.terms.models import Term
from tests.signin import signed_in
from tests.web.conftest import DeskHouse
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def cora(db: None) -> Any:
    return signed_in("clerk")


def test_says_what_a_number_means_before_it_is_changed(cora: Any, desk_house: DeskHouse) -> None:
    at = url("change_copies", desk_house.subscription.uuid)

    assert "What was paid is never priced again" in asks(cora, at)
    # Ten of eleven issues are left: 1814 cents.
    page = asks(cora, f"{at}?copies=4")
    assert (
        "10 issues left: converted, 2 issues of 4 copies, and $3.62 is over. Billed at the price paid, $54.42." in page
    )
    page = does(cora, at, copies=4, how="convert")
    assert "4 copies of each issue; the last is" in page
    assert "$3.62 is held for the payer." in page
    assert Term.objects.get(split_from__isnull=False).copies == 4


def test_what_does_not_work_is_said(cora: Any, desk_house: DeskHouse) -> None:
    at = url("change_copies", desk_house.subscription.uuid)

    assert "cost more" in is_refused(cora, at, copies=2, how="credit")
    assert "does not pay for one issue of 50 copies" in is_refused(cora, at, copies=50, how="convert")
    is_refused(cora, at, 400, copies=0, how="convert")
    assert Term.objects.filter(split_from__isnull=False).count() == 0
    does(cora, at, copies=2, how="absorb")
    assert "Credited, $9.07." in asks(cora, f"{at}?copies=1")


def test_more_copies_are_billed_and_taken_back(cora: Any, desk_house: DeskHouse) -> None:
    at = url("change_copies", desk_house.subscription.uuid)

    said = does(cora, at, copies=4, how="bill")

    bill = Bill.objects.get()
    assert f"Order {bill.order.number} of $54.42 waits for payment. We have written to" in said
    assert "was asked for $54.42 for 4 copies of each issue" in said
    mail = OutgoingMail.objects.get(kind="bill_copies")
    assert "4 copies of each issue" in mail.text
    assert f"/orders/{bill.order.number}/" in mail.text
    assert "More copies" in text_of(cora.get(url("order", bill.order.number)))
    withdraw = url("withdraw_copies", bill.order.number)
    assert "Nobody will be able to pay it" in asks(cora, withdraw)
    assert "is closed" in does(cora, withdraw)
    assert "not waiting for payment" in is_refused(cora, withdraw)
    assert cora.get(url("withdraw_copies", desk_house.order.number)).status_code == 404


def test_whoever_has_no_mail_address_pays_more_copies_by_a_link_to_pass_on(cora: Any, desk_house: DeskHouse) -> None:
    Reader.objects.update(email="")
    said = does(cora, url("change_copies", desk_house.subscription.uuid), copies=4, how="bill")
    order = Bill.objects.get().order
    at = url("send_pay_link", order.number)

    assert "make the link to pay, to pass on" in said
    assert at in cora.get(url("order", order.number)).content.decode()
    link = re.search(r"http\S+(/pay/\S+/)", does(cora, at))
    assert link is not None
    assert "Pay $54.42" in Client().get(link[1], follow=True).content.decode()


def test_the_link_to_pay_says_what_it_is_for(cora: Any, desk_house: DeskHouse) -> None:
    does(cora, url("change_copies", desk_house.subscription.uuid), copies=4, how="bill")

    does(cora, url("send_pay_link", Bill.objects.get().order.number))

    mail = OutgoingMail.objects.get(kind="pay_link")
    assert re.search(r"More copies, from .+ on: \$54\.42", mail.text)


def test_a_number_with_too_many_digits_is_refused(cora: Any, desk_house: DeskHouse) -> None:
    is_refused(cora, url("change_copies", desk_house.subscription.uuid), 400, copies="9" * 5000, how="convert")
