"""Gifts at the API: several in one order, codes that are redeemed, and what one would become for a subscriber."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.checkout import queries
from orders.checkout.models import Gift, GiftCode, Order
from subscriptions.catalog.models import Magazine, Offer
from subscriptions.readers.models import Reader
from subscriptions.terms.models import Term
from tests.gifts import buy, code_for, given, wish
from tests.shop import Shop

pytestmark = pytest.mark.django_db
HOME = {"line1": "2040 N Milwaukee Ave", "city": "Chicago", "region": "IL", "postcode": "60647-4002", "country": "US"}
BEN = {"name": "Ben Moss", "email": "ben@donors.example"}
ANA = {"recipient": {"name": "Ana Field"}, "ship_to": HOME}
CLEO = {"recipient": {"name": "Cleo Reed"}, "ship_to": {**HOME, "line1": "11 Wick St"}}
NOBODYS = "8d8c8a62-0000-4000-8000-000000000000"
GIFTS = {"offer": "ten", "payer": BEN, "gifts": [ANA, CLEO]}


def post(path: str, body: Any, client: Client | None = None, **headers: str) -> Any:
    sent = client or Client()
    return sent.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)


def order(body: Any) -> Any:
    return post("orders/", body, **{"Idempotency-Key": "key-00000001"})


def test_an_order_of_two_gifts(shop: Shop):
    answer = order(GIFTS)

    said = answer.json()
    assert (answer.status_code, said["total_cents"], said["auto_renew"]) == (201, 39_90, False)
    assert [(line["magazine_cents"], line["gift"]["to_name"]) for line in said["lines"]] == [
        (19_95, "Ana Field"), (19_95, "Cleo Reed"),
    ]  # fmt: skip
    assert said["checkout_url"]


def test_every_wish_reaches_the_gift(shop: Shop):
    wish = {
        **ANA, "recipient": {"name": "Ana Field", "email": "ana@readers.example"}, "start_issue": 506, "message": "Hi",
        "from_name": "Uncle Ben", "announce": "mail", "announce_on": "2026-05-28", "copies": 2,
    }  # fmt: skip

    answer = order({**GIFTS, "gifts": [wish]})

    gift = Gift.objects.get()
    assert answer.status_code == 201
    assert (gift.message, gift.from_name, gift.announce, str(gift.announce_on), gift.to_email) == (
        "Hi", "Uncle Ben", "mail", "2026-05-28", "ana@readers.example",
    )  # fmt: skip
    assert (gift.start_issue.number, gift.line.copies) == (506, 2)
    assert answer.json()["lines"][0]["first_issue"]["number"] == 506


def test_one_recipient_as_before(shop: Shop):
    answer = order({"offer": "ten", "payer": BEN, "recipient": {"name": "Ana Field"}, "ship_to": HOME})

    assert (answer.status_code, answer.json()["lines"][0]["gift"]["to_name"]) == (201, "Ana Field")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gifts": []}, "gifts"),
        ({"gifts": [ANA] * 51}, "gifts"),
        ({"gifts": [{"ship_to": HOME}]}, "gifts.0.recipient"),
        ({"gifts": [ANA, {**ANA, "ship_to": {**HOME, "postcode": ""}}]}, "gifts.1.ship_to.postcode"),
        ({"gifts": [{**ANA, "message": "x" * 201}]}, "gifts.0.message"),
        ({"gifts": [{**ANA, "start_issue": 503}]}, "gifts.0.start_issue"),
        ({"gifts": [{**ANA, "announce": "pigeon"}]}, "gifts.0.announce"),
        ({"gifts": [{**ANA, "announce": "mail"}]}, "gifts.0.recipient.email"),
        ({"gifts": [{**ANA, "announce_on": "soon"}]}, "gifts.0.announce_on"),
        ({"gifts": [{"recipient": {"name": "Ana Field"}, "repeats": "x"}]}, "gifts.0.repeats"),
        ({"gifts": [{"recipient": {"name": "Ana Field"}, "repeats": NOBODYS}]}, "gifts.0.repeats"),
        ({"gifts": [{**ANA, "repeats": NOBODYS}]}, "gifts.0.ship_to"),
        ({"gifts": "all of them"}, "gifts"),
        ({"ship_to": HOME}, "ship_to"),
        ({"recipient": {"name": "Cleo Reed"}}, "recipient"),
        ({"copies": 2}, "copies"),
        ({"start_issue": 506}, "start_issue"),
        ({"auto_renew": {"text_sha256": "0" * 64}}, "auto_renew"),
    ],
)
def test_a_bad_order_of_gifts_is_told_by_field_and_leaves_nothing(shop: Shop, changes: dict, field: str):
    answer = order({**GIFTS, **changes})

    assert answer.status_code == 400
    assert field in {problem["field"] for problem in answer.json()["fields"]}
    assert not Order.objects.exists()
    assert not Reader.objects.exists()


def order_as(client: Client, body: Any) -> Any:
    return post("orders/", body, client, **{"Idempotency-Key": "key-00000001"})


def test_staff_orders_for_a_donor_and_a_recipient_on_file(shop: Shop, api_for):
    ben, own = shop.house.reader("Ben Moss"), shop.house.subscription(shop.house.reader("Ana Field"))
    shop.house.term(own, first=504, units=6)
    gift = {"recipient": {"name": "Ana"}, "account": own.reader.pk, "meets": "queue"}

    answer = order_as(api_for("clerk"), {"offer": "ten", "payer_account": ben.pk, "gifts": [gift, CLEO]})

    said = answer.json()
    assert (answer.status_code, said["total_cents"], bool(said["checkout_url"])) == (201, 39_90, True)
    assert [line["first_issue"]["number"] for line in said["lines"]] == [510, 504]
    assert Order.objects.get().payer == ben
    assert Gift.objects.order_by("pk")[0].line.subscription == own


def test_staff_repeats_a_gift_of_its_donor_and_of_nobody_else(shop: Shop, api_for):
    last_year = shop.sells(given(wish("Ana Field"))).lines.get()
    again = {"recipient": {"name": "Ana Field"}, "repeats": str(last_year.uuid)}

    of_another = order_as(
        api_for("clerk"), {"offer": "ten", "payer_account": shop.house.reader("Eve Lark").pk, "gifts": [again]}
    )
    answer = order_as(api_for("clerk"), {"offer": "ten", "payer_account": last_year.order.payer_id, "gifts": [again]})

    assert (of_another.status_code, of_another.json()["fields"][0]["code"]) == (400, "not_yours")
    assert (answer.status_code, answer.json()["lines"][0]["first_issue"]["number"]) == (201, 514)
    assert Gift.objects.latest("pk").line.subscription == last_year.subscription


def test_a_doubt_about_an_address_names_the_gift_as_an_error_does(shop: Shop, api_for):
    odd = {**CLEO, "ship_to": {**CLEO["ship_to"], "region": "NY"}}

    answer = order_as(api_for("clerk"), {**GIFTS, "gifts": [odd]})

    assert {doubt["field"].rpartition(".")[0] for doubt in answer.json()["address_warnings"]} == {"gifts.0.ship_to"}


@pytest.mark.parametrize("role", ["website", "finance", "fulfillment", None])
def test_nobody_but_customer_service_orders_for_readers_on_file(shop: Shop, api_for, role: str | None):
    client = api_for(role) if role else Client()
    ana = shop.house.subscription(shop.house.reader("Ana Field")).reader
    to_ana = {"recipient": {"name": "Ana"}, "account": ana.pk}

    recipient = order_as(client, {**GIFTS, "gifts": [to_ana]})
    donor = order_as(client, {"offer": "ten", "payer_account": ana.pk, "gifts": [CLEO]})

    assert (recipient.status_code, recipient.json()["fields"][0]["code"]) == (400, "not_for_you")
    assert (donor.status_code, donor.json()["fields"][0]["code"]) == (400, "not_for_you")
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"gifts": [CLEO]}, "payer"),
        ({"gifts": [CLEO], "payer": BEN, "payer_account": 1}, "payer"),
        ({"ship_to": HOME, "payer_account": 1}, "payer_account"),
        ({"gifts": [CLEO], "payer_account": 9_999_999}, "payer_account"),
        ({"gifts": [{**CLEO, "account": 9_999_999}], "payer": BEN}, "gifts.0.account"),
        ({"gifts": [{**CLEO, "meets": "beside"}], "payer": BEN}, "gifts.0.meets"),
    ],
)
def test_a_bad_order_of_staff_is_told_by_field(shop: Shop, api_for, body: dict, field: str):
    answer = order_as(api_for("clerk"), {"offer": "ten", **body})

    assert answer.status_code == 400
    assert field in {problem["field"] for problem in answer.json()["fields"]}
    assert not Order.objects.exists()


def test_the_donor_sees_the_code_with_the_token_until_it_is_redeemed(shop: Shop):
    sold = shop.sells(given(code_for("Ana Field")))
    code = GiftCode.objects.get()

    answer = Client().get(f"/api/v1/orders/{sold.number}/", headers={"Order-Token": queries.view_token(sold)})

    assert answer.json()["lines"][0]["gift"]["code"].replace("-", "") == queries.code_of(code)


def redemption(shop: Shop, **changes: Any) -> dict[str, Any]:
    code = queries.code_of(shop.sells(given(code_for("Ana Field"))).lines.get().gift_code)
    return {"code": code, "recipient": {"name": "Ana Field"}, "ship_to": HOME, **changes}


def test_a_code_is_redeemed_and_says_which_issue_comes_first_and_no_price(shop: Shop):
    answer = post("gift-codes/redemptions/", redemption(shop))

    assert answer.status_code == 201
    assert answer.json()["first_issue"]["number"] == 504
    assert "cents" not in answer.content.decode()


def test_a_second_time_it_is_refused(shop: Shop):
    body = redemption(shop)
    post("gift-codes/redemptions/", body)

    answer = post("gift-codes/redemptions/", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "gift_code_is_used")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"code": "0000-0000-0000-0000"}, 404, "gift_code_unknown"),
        ({"code": "\x00"}, 400, "invalid"),
        ({"code": ""}, 400, "invalid"),
        ({"recipient": {}}, 400, "invalid"),
        ({"ship_to": {**HOME, "postcode": ""}}, 400, "invalid"),
        ({"ship_to": {**HOME, "country": "CA"}}, 400, "invalid"),
        ({"meets": "beside"}, 400, "invalid"),
        ({"subscription": "8d8c8a62-0000-4000-8000-000000000000"}, 400, "invalid"),
        ({"colour": "red"}, 400, "invalid"),
    ],
)
def test_a_bad_redemption_starts_nothing(shop: Shop, changes: dict, status: int, code: str):
    answer = post("gift-codes/redemptions/", redemption(shop, **changes))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Term.objects.exists()


def test_a_clerk_joins_it_to_what_the_recipient_has(shop: Shop, api_for):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    shop.house.term(own, first=504, units=6)

    answer = post("gift-codes/redemptions/", redemption(shop, subscription=str(own.uuid)), api_for("clerk"))

    assert (answer.json()["subscription"], answer.json()["first_issue"]["number"]) == (str(own.uuid), 510)


def test_too_many_codes_are_too_many_requests(shop: Shop, settings):
    settings.LIMIT_GIFT_CODES_PER_IP = 1
    body = redemption(shop)
    post("gift-codes/redemptions/", {**body, "code": "0000-0000-0000-0000"})

    answer = post("gift-codes/redemptions/", body)

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")


def test_what_a_gift_would_be_is_told_and_nothing_written(shop: Shop, api_for):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    shop.house.term(own, first=504, units=6)

    answer = api_for("clerk").get(f"/api/v1/gift-outcomes/?subscription={own.uuid}&offer=ten")

    said = answer.json()
    assert (said["first_issue"]["number"], said["last_issue"]["number"]) == (510, 519)
    stretches = [(stretch["first_issue"]["number"], stretch["paid_by"]) for stretch in said["stretches"]]
    assert stretches == [(504, "recipient"), (510, "donor")]
    assert said["renewed_by"] == "the donor, then the recipient"
    assert Term.objects.count() == 1


def test_access_alone_brings_days_and_no_issues(shop: Shop, api_for):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    shop.house.make_offer(code="online", issues=0, cents=9_99, access_days=30, kind="gift")

    said = api_for("clerk").get(f"/api/v1/gift-outcomes/?subscription={own.uuid}&offer=online").json()

    assert (said["first_issue"], said["renewed_by"]) == (None, "nobody")
    assert said["sentences"][0] == "The gift brings 30 days of digital access."


def test_an_offer_of_another_magazine_joins_nothing(shop: Shop, api_for):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    other = Magazine.objects.create(code="beacon", label_code="BEA", name="The Beacon", publisher="Lantern House")
    Offer.objects.filter(pk=shop.house.make_offer(code="rays", issues=6, cents=9_99).pk).update(magazine=other)

    answer = api_for("clerk").get(f"/api/v1/gift-outcomes/?subscription={own.uuid}&offer=rays")

    assert (answer.status_code, answer.json()["code"]) == (409, "other_magazine")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("offer=ten", 400),
        ("subscription=x&offer=ten", 400),
        ("subscription=8d8c8a62-0000-4000-8000-000000000000&offer=ten", 404),
        ("subscription={own}&offer=nothing", 404),
        ("subscription={own}&offer=ten&meets=beside", 400),
        ("subscription={own}&offer=ten&colour=red", 400),
    ],
)
def test_a_bad_question_is_refused(shop: Shop, api_for, query: str, status: int):
    own = shop.house.subscription(shop.house.reader("Ana Field"))

    answer = api_for("clerk").get(f"/api/v1/gift-outcomes/?{query.format(own=own.uuid)}")

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)


def test_nothing_can_come_behind_a_subscription_without_end(shop: Shop, api_for):
    own = shop.house.subscription(shop.house.reader("Ana Field"))
    shop.house.term(own, units=None, copy_class="agency")

    answer = api_for("clerk").get(f"/api/v1/gift-outcomes/?subscription={own.uuid}&offer=ten")

    assert (answer.status_code, answer.json()["code"]) == (409, "term_never_ends")


def test_an_order_of_many_gifts_is_answered_in_as_few_statements_as_one_of_few(
    shop: Shop,
):
    few = buy(given(*[wish(f"Reader {n}") for n in range(2)]), now=shop.now)[0].order
    many = buy(given(*[wish(f"Friend {n}") for n in range(8)]), now=shop.now)[0].order
    client = Client()
    answers = []
    for number in (few, many):
        with CaptureQueriesContext(connection) as asked:
            token = queries.view_token(number)
            answers.append(client.get(f"/api/v1/orders/{number.number}/", headers={"Order-Token": token}).json())
        answers.append(len(asked))

    assert {line["expire_issue"]["number"] for line in answers[2]["lines"]} == {513}
    assert answers[3] <= answers[1] < 20
