from typing import Any

import pytest

from foundation.mail.models import OutgoingMail
from subscriptions.readers.models import Address, PossibleDuplicate
from subscriptions.terms.models import FOREVER, Pause, ShipTo, Subscription
from tests.signin import ClientFor, signed_in
from tests.web.conftest import DeskHouse
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db
PORTLAND = {
    "name": "Ana Field", "line1": "118 Candle St", "city": "Portland", "region": "OR", "postcode": "97214",
    "country": "US",
}  # fmt: skip


@pytest.fixture
def cora(db: None) -> Any:
    return signed_in("clerk")


def goes_to(subscription: Subscription) -> str:
    return ShipTo.objects.get(subscription=subscription, until_ordinal=FOREVER).address.line1


def test_changing_the_address_says_the_first_issue_and_acts_on_post(cora: Any, desk_house: DeskHouse) -> None:
    at = url("change_address", desk_house.subscription.uuid)

    page = asks(cora, at)
    assert "A change entered now reaches Apr 2026" in page
    assert "2040 N Milwaukee Ave" in page
    assert goes_to(desk_house.subscription) == "2040 N Milwaukee Ave"
    page = does(cora, at, **PORTLAND)
    assert "Apr 2026 is the first issue to go to the new address. Still on its way to the old one: Mar 2026." in page
    assert goes_to(desk_house.subscription) == "118 Candle St"


def test_an_address_that_cannot_be_delivered_is_refused_at_its_field(cora: Any, desk_house: DeskHouse) -> None:
    at, before = url("change_address", desk_house.subscription.uuid), Address.objects.count()

    page = is_refused(cora, at, 400, **{**PORTLAND, "postcode": "", "city": ""})
    assert "City" in page
    is_refused(cora, at, 400, **{**PORTLAND, "line1": "4111 1111 1111 1111"})
    is_refused(cora, at, 400, **{**PORTLAND, "country": "XX"})
    assert Address.objects.count() == before


def test_an_address_that_looks_odd_may_be_kept_as_typed(cora: Any, desk_house: DeskHouse) -> None:
    at, odd = url("change_address", desk_house.subscription.uuid), {**PORTLAND, "line1": "Candle St"}

    assert "no house number" in is_refused(cora, at, 400, **odd)
    assert goes_to(desk_house.subscription) == "2040 N Milwaukee Ave"
    does(cora, at, **odd, keep="on")
    assert goes_to(desk_house.subscription) == "Candle St"


def test_holding_asks_first_and_acts_on_post(cora: Any, desk_house: DeskHouse) -> None:
    at, house = url("hold", desk_house.subscription.uuid), desk_house.house
    typed = {"reason": "vacation", "from_issue": house.issue(510).pk, "until_issue": house.issue(512).pk}

    assert "none of them is used up" in asks(cora, at)
    assert Pause.objects.count() == 1
    assert "Held from Nov/Dec 2026 until Feb 2027" in does(cora, at, **typed)
    assert Pause.objects.count() == 2


def test_a_hold_that_ends_before_it_begins_is_refused_in_words(cora: Any, desk_house: DeskHouse) -> None:
    at, house = url("hold", desk_house.subscription.uuid), desk_house.house

    typed = {"reason": "vacation", "from_issue": house.issue(512).pk, "until_issue": house.issue(510).pk}
    assert "cannot end with" in is_refused(cora, at, **typed)
    is_refused(cora, at, 400, **{**typed, "from_issue": house.issue(501).pk})  # long gone
    is_refused(cora, at, 400, **{**typed, "reason": "skip"})  # a label run's word
    assert Pause.objects.count() == 1


def test_ending_a_hold_asks_first_and_acts_on_post(cora: Any, desk_house: DeskHouse) -> None:
    at = url("end_hold", desk_house.pause.pk)

    assert "Apr 2026" in asks(cora, at)
    assert Pause.objects.get().until_issue.number == 509
    does(cora, at)
    assert Pause.objects.get().until_issue.number == 507  # it had not begun: it ends where it begins


def test_cancelling_auto_renew_asks_first_and_acts_on_post(cora: Any, desk_house: DeskHouse) -> None:
    at = url("cancel_auto_renew", desk_house.subscription.uuid)
    Subscription.objects.update(renewal="auto_charge")

    assert "will not be charged again" in asks(cora, at)
    assert Subscription.objects.get(pk=desk_house.subscription.pk).renewal == "auto_charge"
    assert "There will be no further charge" in does(cora, at)
    assert Subscription.objects.get(pk=desk_house.subscription.pk).renewal == "renew"
    assert "was not renewed automatically" in does(cora, at)


def test_sending_the_sign_in_link_asks_first_and_acts_on_post(cora: Any, desk_house: DeskHouse, client: Any) -> None:
    at = url("send_sign_in_link", desk_house.ana.pk)

    assert "ana@readers.example" in asks(cora, at)
    assert not OutgoingMail.objects.filter(kind="sign_in").exists()
    does(cora, at)
    link = OutgoingMail.objects.get(kind="sign_in").text.partition("/sign-in/")[2].split("/")[0]
    assert client.get(f"/sign-in/{link}/").status_code == 200


def test_a_reader_without_a_mail_address_gets_no_link(cora: Any, desk_house: DeskHouse) -> None:
    nobody = desk_house.house.reader("Paper Only", email="")

    assert "no mail address on file" in is_refused(cora, url("send_sign_in_link", nobody.pk))


@pytest.mark.parametrize("answer", ["same", "different"])
def test_answering_a_duplicate_asks_first_and_acts_on_post(answer: str, cora: Any, desk_house: DeskHouse) -> None:
    at = url("answer_duplicate", desk_house.pair.pk, answer)

    assert "Ben Field" in asks(cora, at)
    assert PossibleDuplicate.objects.get().answer == "open"
    does(cora, at)
    assert PossibleDuplicate.objects.get().answer == answer
    assert "No question waits" in text_of(cora.get(url("duplicates")))


@pytest.mark.parametrize("path", ["readers/999999/", "readers/duplicates/1/maybe/", "subscriptions/holds/999999/end/"])
def test_what_is_not_there_is_not_found(path: str, cora: Any, desk_house: DeskHouse) -> None:
    assert cora.get(f"/desk/{path}").status_code == 404
    assert cora.post(f"/desk/{path}").status_code in (404, 405)


def test_one_reader_on_one_screen(cora: Any, desk_house: DeskHouse) -> None:
    page = text_of(cora.get(url("reader", desk_house.ana.pk)))

    for words in (
        "Ana Field", "ana@readers.example", "2040 N Milwaukee Ave", "until May 2027", "10 issues to come.",
        "You bought 11 issues from Mar 2026.",
        "2 issues are held (Jul/Aug 2026 to Sep 2026). So the last issue is May 2027.",
        "On hold (vacation) from Jul/Aug 2026 until Oct 2026", "Mar 2026", "ANA FIELD", "Perhaps the same person as",
    ):  # fmt: skip
        assert words in page, words


def test_whoever_may_not_change_readers_sees_no_verbs(client_for: ClientFor, desk_house: DeskHouse) -> None:
    page = text_of(client_for("fulfillment").get(url("reader", desk_house.ana.pk)))

    assert "Change the address" not in page
    assert "Orders" not in page.partition("Consents")[0].partition("Copies mailed")[2]
