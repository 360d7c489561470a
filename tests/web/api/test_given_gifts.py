"""What staff do with a gift at the API: it is moved, joined, sent again, taken back; its card is printed."""

import json
from typing import Any

import pytest

from foundation.audit.models import AuditEntry
from foundation.mail.models import OutgoingMail
from orders.checkout import queries
from orders.checkout.models import CardBatch, GiftCode, GiftMove, LineRefund
from subscriptions.readers.models import Reader
from tests.gifts import code_for, given, wish
from tests.shop import Shop
from tests.signin import with_token
from web.api import pages

pytestmark = pytest.mark.django_db
HOME = {"line1": "9 Oak St", "city": "Chicago", "region": "IL", "postcode": "60647-4002", "country": "US"}
TO_EVE = {"recipient": {"name": "Eve Lark"}, "ship_to": HOME}


def say(path: str, body: Any = None) -> Any:
    return with_token("clerk").post(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")


def look(path: str) -> Any:
    return with_token("clerk").get(f"/api/v1/{path}")


@pytest.fixture
def gift(shop: Shop) -> Any:
    """Ten issues for Ana, from 504 on, given by Ben."""
    return shop.sells(given(wish("Ana Field"))).lines.get()


@pytest.fixture
def code(shop: Shop) -> Any:
    """The same for somebody who has not redeemed it."""
    return shop.sells(given(code_for("Ana Field"))).lines.get()


def test_the_rest_goes_to_somebody_else_after_a_preview_that_writes_nothing(gift: Any):
    told = say(f"gifts/{gift.uuid}/moves/", {**TO_EVE, "preview": True})

    assert (told.status_code, told.json()["issues"], told.json()["first_issue"]["number"]) == (200, 10, 504)
    assert told.json()["holds_until"] == told.json()["first_issue"]["pull_at"]
    assert told.json()["subscription"] is None
    assert not GiftMove.objects.exists()

    done = say(f"gifts/{gift.uuid}/moves/", TO_EVE)

    assert (done.status_code, done.json()["issues"], done.json()["first_issue"]["number"]) == (201, 10, 504)
    assert look(f"gifts/{gift.uuid}/").json()["subscription"] == done.json()["subscription"]
    assert GiftMove.objects.get().to_subscription.reader.name == "Eve Lark"


def test_a_move_that_is_sent_again_under_its_key_is_not_made_again(gift: Any):
    path, body = f"/api/v1/gifts/{gift.uuid}/moves/", json.dumps(TO_EVE)
    clerk, key = with_token("clerk"), {"Idempotency-Key": "to-eve-0001"}

    first, again = (clerk.post(path, body, content_type="application/json", headers=key) for _ in range(2))

    assert (first.status_code, again.status_code, again.json()["code"]) == (201, 409, "already_done")
    assert GiftMove.objects.count() == 1


def test_a_dearer_zone_is_the_donors_to_pay_and_is_told_before(gift: Any):
    abroad = {"line1": "1 King St", "city": "Toronto", "region": "ON", "postcode": "M5H 1A1", "country": "CA"}

    told = say(f"gifts/{gift.uuid}/moves/", {**TO_EVE, "ship_to": abroad, "preview": True}).json()
    done = say(f"gifts/{gift.uuid}/moves/", {**TO_EVE, "ship_to": abroad}).json()

    assert told["outcome"] == done["outcome"] == "due"
    assert told["surcharge_cents"] == done["surcharge_cents"] > 0


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"recipient": {}}, 400, "recipient.name"),
        ({"ship_to": {**HOME, "postcode": ""}, "preview": True}, 400, "ship_to.postcode"),
        ({"ship_to": {**HOME, "country": "XX"}, "preview": True}, 400, "ship_to.country"),
        ({"ship_to": {**HOME, "postcode": ""}}, 400, "ship_to.postcode"),
        ({"colour": "red"}, 400, "colour"),
        ({"preview": "perhaps"}, 400, "preview"),
    ],
)
def test_a_bad_move_is_told_by_field_and_moves_nothing(gift: Any, changes: dict, status: int, field: str):
    before = Reader.objects.count()

    answer = say(f"gifts/{gift.uuid}/moves/", {**TO_EVE, **changes})

    assert answer.status_code == status
    assert field in {problem["field"] for problem in answer.json()["fields"]}
    assert not GiftMove.objects.exists()
    assert Reader.objects.count() == before


@pytest.mark.parametrize("preview", [True, False])
def test_what_waits_to_be_redeemed_cannot_be_moved(code: Any, preview: bool):
    answer = say(f"gifts/{code.uuid}/moves/", {**TO_EVE, "preview": preview})

    assert (answer.status_code, answer.json()["code"]) == (409, "gift_has_not_begun")


def test_a_gift_joins_what_its_recipient_has_after_a_preview(shop: Shop, gift: Any):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    shop.house.term(own, first=504, units=6)
    body = {"subscription": str(own.uuid), "meets": "queue"}

    told = say(f"gifts/{gift.uuid}/joins/", {**body, "preview": True})

    assert (told.status_code, told.json()["outcome"]["first_issue"]["number"]) == (200, 510)
    assert not GiftMove.objects.exists()

    done = say(f"gifts/{gift.uuid}/joins/", body)

    assert (done.status_code, done.json()["outcome"]) == (201, told.json()["outcome"])
    assert GiftMove.objects.get().to_subscription == own


def test_a_join_in_a_dearer_zone_says_what_the_donor_is_asked_for(shop: Shop, gift: Any):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    shop.house.term(own, first=504, units=6)
    shop.moves_to_canada(own)
    body = {"subscription": str(own.uuid), "meets": "extension"}

    told = say(f"gifts/{gift.uuid}/joins/", {**body, "preview": True}).json()
    done = say(f"gifts/{gift.uuid}/joins/", body).json()

    assert told["postage"] == done["postage"] == "due"
    assert told["surcharge_cents"] == done["surcharge_cents"] == 12_00
    assert told["currency"] == "usd"


def test_a_gift_book_leads_on(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pages, "A_PAGE", 1)
    gift, other = shop.sells(given(wish("Ana Field"), wish("Cleo Reed"))).lines.order_by("pk")
    at = f"/api/v1/readers/{gift.order.payer.number}/gifts/?magazine=lantern"

    first = with_token("clerk").get(at)
    second = with_token("clerk").get(first.headers["Link"].split(">")[0].removeprefix("<"))

    assert [row["gift"] for row in first.json()] == [str(other.uuid)]
    assert [row["gift"] for row in second.json()] == [str(gift.uuid)]
    assert "Link" not in second.headers


def test_who_fetched_a_card_is_kept(code: Any):
    assert look(f"gifts/{code.uuid}/card/").status_code == 200

    [entry] = AuditEntry.objects.filter(action="gift_card.downloaded")
    assert entry.object_id == str(code.gift.pk)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"subscription": "x"}, 400),
        ({"subscription": "8d8c8a62-0000-4000-8000-000000000000"}, 404),
        ({"subscription": "8d8c8a62-0000-4000-8000-000000000000", "meets": "beside"}, 400),
    ],
)
def test_a_bad_join_is_refused(gift: Any, body: dict, status: int):
    answer = say(f"gifts/{gift.uuid}/joins/", body)

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    assert not GiftMove.objects.exists()


def test_the_gift_book_of_a_donor(gift: Any):
    donor = gift.order.payer.number

    [given_gift] = look(f"readers/{donor}/gifts/?magazine=lantern").json()

    assert (given_gift["gift"], given_gift["name"], given_gift["state"]) == (str(gift.uuid), "Ana Field", "coming")
    assert (given_gift["first_issue"]["number"], given_gift["last_issue"]["number"]) == (504, 513)
    for query, status in (("", 400), ("?magazine=nothing", 404), ("?magazine=lantern&colour=red", 400)):
        assert look(f"readers/{donor}/gifts/{query}").status_code == status


def test_codes_are_listed_without_their_letters_and_sent_again(code: Any):
    [waiting] = look("gift-codes/").json()
    mails = OutgoingMail.objects.count()

    answer = say(f"gifts/{code.uuid}/code/mailings/")

    assert (waiting["gift"], waiting["state"], waiting["last4"]) == (str(code.uuid), "open", code.gift_code.last4)
    assert queries.code_of(code.gift_code) not in json.dumps(waiting)
    assert (answer.status_code, OutgoingMail.objects.count()) == (201, mails + 1)


def test_a_code_is_replaced_prolonged_and_taken_back(code: Any):
    old = queries.code_of(code.gift_code)

    new = say(f"gifts/{code.uuid}/code/replacements/").json()["code"]
    longer = say(f"gifts/{code.uuid}/code/prolongations/", {"until": "2040-01-01"}).json()
    taken = say(f"gifts/{code.uuid}/code/withdrawals/")

    assert new.replace("-", "") == queries.code_of(GiftCode.objects.get()) != old
    assert longer["expires_on"] == "2040-01-01"
    assert (taken.status_code, taken.json()["refund"]["cents"]) == (201, 19_95)
    assert LineRefund.objects.get().order_line == code


@pytest.mark.parametrize("verb", ["mailings", "replacements", "withdrawals", "prolongations"])
def test_a_code_that_is_taken_back_or_was_never_made_is_refused(code: Any, shop: Shop, verb: str):
    say(f"gifts/{code.uuid}/code/withdrawals/")
    sent_home = shop.sells(given(wish("Cleo Reed"))).lines.get()

    over = say(f"gifts/{code.uuid}/code/{verb}/", {"until": "2040-01-01"} if verb == "prolongations" else None)
    none = say(f"gifts/{sent_home.uuid}/code/{verb}/", {"until": "2040-01-01"} if verb == "prolongations" else None)

    assert (over.status_code, over.json()["code"]) == (409, "gift_code_is_over")
    assert (none.status_code, none.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("until", ["soon", None, "2026-01-01"])
def test_a_code_is_prolonged_to_a_later_day_only(code: Any, until: str | None):
    answer = say(f"gifts/{code.uuid}/code/prolongations/", {"until": until})

    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (400, "until")


def test_the_cards_that_are_due_are_printed_once_and_fetched_again(shop: Shop):
    line = shop.sells(given(wish("Ana Field", announce="card"))).lines.get()
    assert [card["gift"] for card in look("magazines/lantern/gift-cards/").json()] == [str(line.uuid)]

    batch = say("magazines/lantern/gift-card-batches/")
    again = say("magazines/lantern/gift-card-batches/")

    assert (batch.status_code, batch.json()["cards"]) == (201, 1)
    assert (again.status_code, again.json()["code"]) == (409, "no_cards_due")
    assert look("magazines/lantern/gift-cards/").json() == []
    assert [each["uuid"] for each in look("magazines/lantern/gift-card-batches/").json()] == [batch.json()["uuid"]]
    for path in (f"gift-card-batches/{CardBatch.objects.get().uuid}/file/", f"gifts/{line.uuid}/card/"):
        file = look(path)
        assert (file.headers["Content-Type"], file.content[:5]) == ("application/pdf", b"%PDF-")
    assert AuditEntry.objects.get(action="gift_cards.downloaded").object_id == str(CardBatch.objects.get().pk)


def test_a_link_to_pay_is_made_for_an_order_that_waits_only(shop: Shop):
    waiting, paid = shop.order(), shop.sells(given(wish("Cleo Reed")))

    link = say(f"orders/{waiting.number}/pay-links/")
    closed, unknown = say(f"orders/{paid.number}/pay-links/"), say("orders/M-0/pay-links/")

    assert (link.status_code, link.json()["mailed_to"]) == (201, "ana@readers.example")
    assert "/pay/" in link.json()["url"]
    assert (closed.status_code, closed.json()["code"]) == (409, "order_is_closed")
    assert unknown.status_code == 404
