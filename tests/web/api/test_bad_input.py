"""What malformed, hostile and contradictory requests get: 4xx with a code, and no business row is left behind."""

import json

import pytest
from django.test import Client

from orders.checkout.models import IntakeKey, LineRefund, Order
from orders.payments.models import PaymentAttempt, WebhookEvent
from subscriptions.fulfillment.models import Claim, LabelRun
from subscriptions.readers.models import (
    Address,
    ContactPreference,
    PrivacyRequest,
    Reader,
    ReaderMerge,
    ReaderNote,
)
from tests.shop import Shop
from tests.web.api.test_orders import ANA, BODY, HOME

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "key-00000001"}


def without(source: dict, *names: str) -> dict:
    return {name: value for name, value in source.items() if name not in names}


ORDERS = {
    "no body": (None, 400),
    "not an object": ([], 400),
    "nothing in it": ({}, 400),
    "an unknown field": ({**BODY, "colour": "red"}, 400),
    "an unknown field inside": ({**BODY, "payer": {**ANA, "age": 70}}, 400),
    "its own price": ({**BODY, "total_cents": 1}, 400),
    "no offer": (without(BODY, "offer"), 400),
    "an offer that is not there": ({**BODY, "offer": "nothing"}, 404),
    "an offer that is a list": ({**BODY, "offer": ["ten"]}, 400),
    "an offer that is SQL": ({**BODY, "offer": "ten'; drop table"}, 400),
    "a renewal offer": ({**BODY, "offer": "renew-ten"}, 409),
    "a start with an issue that is out of reach": ({**BODY, "start_issue": 503}, 400),
    "a start in words": ({**BODY, "start_issue": "soon"}, 400),
    "no copies": ({**BODY, "copies": 0}, 400),
    "copies below zero": ({**BODY, "copies": -1}, 400),
    "copies in words": ({**BODY, "copies": "many"}, 400),
    "half a copy": ({**BODY, "copies": 1.5}, 400),
    "copies without end": ({**BODY, "copies": 10**30}, 400),
    "no payer": (without(BODY, "payer"), 400),
    "a payer without a name": ({**BODY, "payer": {"email": "ana@readers.example"}}, 400),
    "a payer without a mail address": ({**BODY, "payer": {"name": "Ana Field"}}, 400),
    "a mail address that is none": ({**BODY, "payer": {**ANA, "email": "ana at home"}}, 400),
    "a mail header in the address": ({**BODY, "payer": {**ANA, "email": "a@b.example\nBcc: c@d.example"}}, 400),
    "a name too long": ({**BODY, "payer": {**ANA, "name": "A" * 81}}, 400),
    "a zero byte": ({**BODY, "payer": {**ANA, "name": "Ana\x00"}}, 400),
    "a formula for a name": ({**BODY, "ship_to": {**HOME, "name": "=1+1"}}, 400),
    "a card number for a street": ({**BODY, "ship_to": {**HOME, "line1": "4242 4242 4242 4242"}}, 400),
    "a line break in the street": ({**BODY, "ship_to": {**HOME, "line1": "1 Main St\r\nX"}}, 400),
    "no address": (without(BODY, "ship_to"), 400),
    "an address that is a text": ({**BODY, "ship_to": "Chicago"}, 400),
    "no country": ({**BODY, "ship_to": without(HOME, "country")}, 400),
    "a country that is none": ({**BODY, "ship_to": {**HOME, "country": "XX"}}, 400),
    "a country in words": ({**BODY, "ship_to": {**HOME, "country": "USA"}}, 400),
    "no ZIP": ({**BODY, "ship_to": {**HOME, "postcode": ""}}, 400),
    "a ZIP of letters": ({**BODY, "ship_to": {**HOME, "postcode": "ABCDE"}}, 400),
    "a state that is none": ({**BODY, "ship_to": {**HOME, "region": "ZZ"}}, 400),
    "a street in a script that no label can print": ({**BODY, "ship_to": {**HOME, "line1": "東京都千代田区"}}, 400),
    "an unknown source key": ({**BODY, "source_key": "NOSUCH"}, 400),
    "a consent to other words": ({**BODY, "auto_renew": {"text_sha256": "0" * 64}}, 409),
    "a consent that is only a yes": ({**BODY, "auto_renew": True}, 400),
    "a consent without its hash": ({**BODY, "auto_renew": {}}, 400),
    "a recipient without a name": ({**BODY, "recipient": {"email": "ben@readers.example"}}, 400),
}


@pytest.mark.parametrize("case", ORDERS)
def test_a_bad_order_is_refused_and_leaves_nothing(shop: Shop, case: str):
    body, status = ORDERS[case]

    answer = Client().post("/api/v1/orders/", json.dumps(body), content_type="application/json", headers=KEY)

    assert answer.status_code == status
    assert answer.json()["code"]
    assert answer.json()["detail"]
    for model in (Order, Reader, Address, PaymentAttempt, IntakeKey):
        assert not model.objects.exists()


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "with space!", "käse-0001"])
def test_an_order_without_a_proper_key_is_refused(shop: Shop, key: str):
    headers = {"Idempotency-Key": key.encode().decode("latin-1")} if key else {}

    answer = Client().post("/api/v1/orders/", json.dumps(BODY), content_type="application/json", headers=headers)

    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (400, "Idempotency-Key")
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"offer=ten", "application/x-www-form-urlencoded", 415),
        (b"<order/>", "application/xml", 415),
        (b"[" * 5000, "application/json", 400),
        (b'{"offer": "' + b"x" * 2_000_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_is_no_json_is_refused(shop: Shop, raw: bytes, content_type: str, status: int):
    answer = Client().post("/api/v1/orders/", raw, content_type=content_type, headers=KEY)

    assert answer.status_code == status
    assert answer.json()["code"]
    assert not Order.objects.exists()


QUOTES = {
    "nothing": ({}, 400),
    "an unknown offer": ({"offer": "nothing", "country": "US"}, 404),
    "a country in small letters": ({"offer": "ten", "country": "us"}, 400),
    "a million copies": ({"offer": "ten", "country": "US", "copies": 1_000_000}, 400),
    "an unknown field": ({"offer": "ten", "country": "US", "coupon": "FREE"}, 400),
}


@pytest.mark.parametrize("case", QUOTES)
def test_a_bad_quote_is_refused(shop: Shop, case: str):
    body, status = QUOTES[case]

    answer = Client().post("/api/v1/quotes/", json.dumps(body), content_type="application/json")

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)


RUNS = {
    "nothing": ({}, 400),
    "an unknown issue": ({"magazine": "lantern", "issue": 9999}, 404),
    "an unknown magazine": ({"magazine": "nothing", "issue": 504}, 404),
    "an issue below zero": ({"magazine": "lantern", "issue": -1}, 400),
    "an issue without end": ({"magazine": "lantern", "issue": 10**20}, 400),
    "an issue that was pulled": ({"magazine": "lantern", "issue": 503}, 409),
    "a purpose that is none": ({"magazine": "lantern", "issue": 503, "purpose": "reprint"}, 400),
    "a purpose by its number": ({"magazine": "lantern", "issue": 503, "purpose": 2}, 400),
    "a supplement that nobody waits for": ({"magazine": "lantern", "issue": 503, "purpose": "supplement"}, 409),
    "a supplement of an issue not pulled": ({"magazine": "lantern", "issue": 504, "purpose": "supplement"}, 409),
}


@pytest.mark.parametrize("case", RUNS)
def test_a_bad_run_is_refused(shop: Shop, api_for, case: str):
    body, status = RUNS[case]

    answer = api_for("fulfillment").post("/api/v1/label-runs/", json.dumps(body), content_type="application/json")

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    assert not LabelRun.objects.exists()


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("releases", {}),
        ("approval", {}),
        ("hand-overs", {"to": "the mail house"}),
        ("mailings", {"mailed_on": "2026-03-20"}),
    ],
)
def test_a_verb_out_of_turn_is_refused_and_changes_nothing(shop: Shop, api_for, verb: str, body: dict):
    client = api_for("fulfillment")
    run = client.post("/api/v1/label-runs/", {"magazine": "lantern", "issue": 504}, content_type="application/json")

    answer = client.post(f"/api/v1/label-runs/{run.json()['uuid']}/{verb}/", body, content_type="application/json")

    assert (answer.status_code, bool(answer.json()["code"])) == (409, True)
    assert LabelRun.objects.get().state == "planned"


READERS = {
    "a preference that there is not": (
        "PATCH", "readers/{ana}/contact-preferences/",
        {"preferences": [{"channel": "pigeon", "purpose": "offers", "allowed": True}]}, 400,
    ),
    "no preference": ("PATCH", "readers/{ana}/contact-preferences/", {"preferences": []}, 400),
    "preferences of nobody": (
        "PATCH", "readers/9999999/contact-preferences/",
        {"preferences": [{"channel": "post", "purpose": "offers", "allowed": True}]}, 404,
    ),
    "a number in words": ("GET", "readers/ana/", None, 404),
    "a number in other digits": ("GET", "readers/०००००१२/", None, 404),
    "an empty note": ("POST", "readers/{ana}/notes/", {"text": " "}, 400),
    "a note with a card number": ("POST", "readers/{ana}/notes/", {"text": "4242 4242 4242 4242"}, 400),
    "a note with a zero byte": ("POST", "readers/{ana}/notes/", {"text": "a\x00b"}, 400),
    "a note that is not there": ("PATCH", "readers/{ana}/notes/999999/", {"pinned": True}, 404),
    "a file merged into itself": ("POST", "merges/", {"kept": "{ana}", "merged": "{ana}"}, 409),
    "a file merged into nobody's": ("POST", "merges/", {"kept": "9999999", "merged": "{ana}"}, 404),
    "a file by its name": ("POST", "merges/", {"kept": "Ana", "merged": "{ana}"}, 400),
    "a preview of itself": ("POST", "merges/", {"kept": "{ana}", "merged": "{ana}", "preview": True}, 409),
    "a preview in words": ("POST", "merges/", {"kept": "{ana}", "merged": "0000099", "preview": "maybe"}, 400),
    "merges by an unknown word": ("GET", "readers/{ana}/merges/?undone=true", None, 400),
    "a merge that is not there": ("DELETE", "merges/00000000-0000-0000-0000-000000000000/", None, 404),
    "a request of no kind": (
        "POST", "privacy-requests/", {"reader": "{ana}", "kind": "sale", "verified": "letter"}, 400,
    ),
    "a request that says it was signed in": (
        "POST", "privacy-requests/", {"reader": "{ana}", "kind": "export", "verified": "signed_in"}, 400,
    ),
    "a request unverified": ("POST", "privacy-requests/", {"reader": "{ana}", "kind": "export"}, 400),
    "a request for nobody": (
        "POST", "privacy-requests/", {"reader": "9999999", "kind": "export", "verified": "letter"}, 404,
    ),
    "an unknown field": (
        "POST", "privacy-requests/", {"reader": "{ana}", "kind": "export", "verified": "letter", "why": "law"}, 400,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", READERS)
def test_a_bad_word_about_a_reader_is_refused(shop: Shop, api_for, case: str):
    method, path, body, status = READERS[case]
    ana = shop.house.reader("Ana Field").number
    filled = json.dumps(body or {}).replace("{ana}", ana)

    answer = api_for("clerk").generic(
        method, f"/api/v1/{path}".replace("{ana}", ana), filled, content_type="application/json"
    )

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    for model in (ReaderNote, ReaderMerge, PrivacyRequest, ContactPreference):
        assert not model.objects.exists()


CANCELLATIONS = {
    "nothing": ({}, 400),
    "a time that is none": ({"when": "later", "reason": "too_dear"}, 400),
    "no reason": ({"when": "now"}, 400),
    "a reason for something else": ({"when": "now", "reason": "goodwill"}, 409),
    "a way for money that is none": ({"when": "now", "reason": "too_dear", "money": "cash"}, 400),
    "an amount of one's own": ({"when": "now", "reason": "too_dear", "cents": 100}, 400),
}


@pytest.mark.parametrize("case", CANCELLATIONS)
def test_a_bad_cancellation_is_refused(shop: Shop, api_for, case: str):
    body, status = CANCELLATIONS[case]
    subscription = shop.sells().lines.get().subscription

    answer = api_for("clerk").post(
        f"/api/v1/subscriptions/{subscription.uuid}/cancellations/", body, content_type="application/json"
    )

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    assert not LineRefund.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"reason": "too_dear", "when": "end"}, 400),
        ({"reason": "too_dear", "money": "cash"}, 400),
        ({"reason": "goodwill"}, 409),
    ],
)
def test_a_bad_cancellation_of_one_term_is_refused(shop: Shop, api_for, body: dict, status: int):
    term = shop.sells().lines.get().term

    answer = api_for("clerk").post(
        f"/api/v1/subscriptions/terms/{term.uuid}/cancellations/", body, content_type="application/json"
    )

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    assert not LineRefund.objects.exists()


@pytest.mark.parametrize(("body", "status"), [({}, 409), ({"back_issues": -1}, 400), ({"issues": 3}, 400)])
def test_a_bad_reinstatement_is_refused(shop: Shop, api_for, body: dict, status: int):
    subscription = shop.sells().lines.get().subscription

    answer = api_for("clerk").post(
        f"/api/v1/subscriptions/{subscription.uuid}/reinstatements/", body, content_type="application/json"
    )

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)


CLAIMS = {
    "nothing in it": ({}, 400),
    "an unknown field": ({"issue": 503, "reason": "missing", "colour": "red"}, 400),
    "an issue in words": ({"issue": "the last", "reason": "missing"}, 400),
    "an issue that is not there": ({"issue": 9999, "reason": "missing"}, 404),
    "no copy": ({"issue": 503, "reason": "missing", "copy": 0}, 400),
    "a reason that is none": ({"issue": 503, "reason": "eaten"}, 409),
    "a reason of another kind": ({"issue": 503, "reason": "strike"}, 409),
    "a copy that was never sent": ({"issue": 503, "reason": "missing"}, 409),
    "an issue that has not gone out": ({"issue": 530, "reason": "missing"}, 409),
    "a note too long": ({"issue": 503, "reason": "missing", "note": "A" * 201}, 400),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_a_bad_claim_is_refused(shop: Shop, api_for, case: str):
    subscription = shop.sells(shop.request()).lines.get().subscription
    body, status = CLAIMS[case]

    answer = api_for("clerk").post(
        f"/api/v1/subscriptions/{subscription.uuid}/claims/", json.dumps(body), content_type="application/json"
    )

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    assert not Claim.objects.exists()


COPIES = {
    "nothing": ({}, 400),
    "no copies": ({"copies": 0, "how": "convert"}, 400),
    "a way that is none": ({"copies": 2, "how": "free"}, 400),
    "the same number": ({"copies": 1, "how": "convert"}, 409),
    "more for a credit": ({"copies": 2, "how": "credit"}, 409),
    "more than the money buys": ({"copies": 11, "how": "convert"}, 409),
}


@pytest.mark.parametrize("case", COPIES)
def test_a_bad_number_of_copies_is_refused(shop: Shop, api_for, case: str):
    body, status = COPIES[case]
    subscription = shop.sells().lines.get().subscription

    answer = api_for("clerk").post(
        f"/api/v1/subscriptions/{subscription.uuid}/copies/", body, content_type="application/json"
    )

    assert (answer.status_code, bool(answer.json()["code"])) == (status, True)
    assert subscription.terms.count() == 1


REPORTS = ["from=yesterday", "from=2026-02-30", "until=2020-01-01&from=2026-01-01", "from=0001-01-01", "as=pdf", "x=1"]


@pytest.mark.parametrize("report", ["roll-forward", "earned-by-issue", "trial-balance"])
@pytest.mark.parametrize("query", [*REPORTS, "magazine=%00", "currency=dollars"])
def test_a_bad_report_is_refused(shop: Shop, api_for, report: str, query: str):
    answer = api_for("finance").get(f"/api/v1/revenue/{report}/?{query}")

    assert (answer.status_code, bool(answer.json()["code"])) == (400, True)


@pytest.mark.parametrize("query", ["", "q=", "q=+", "q=%00", "q=ana&after=%00", "q=ana&page=2", "name=ana"])
def test_a_search_that_asks_for_nobody_or_oddly_is_refused(shop: Shop, api_for, query: str):
    answer = api_for("clerk").get(f"/api/v1/readers/?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


ENTITLEMENTS = ["", "subscriber_number=", "subscriber_number=abc", "subscriber_number=123456789", "subscriber_number=0",
                "subscriber_number=00423179", "subscriber_number=%00", "subscription=7", "email=ana@readers.example",
                "subscriber_number=1&subscription=7"]  # fmt: skip


@pytest.mark.parametrize("query", ENTITLEMENTS)
def test_a_question_for_nobody_or_with_a_mail_address_in_its_url_is_refused(shop: Shop, api_for, query: str):
    answer = api_for("website").get(f"/api/v1/entitlements/?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    "body", [{}, [], {"email": "ana"}, {"email": ["a@b.example"]}, {"email": "a@b.example", "x": 1}]
)
def test_a_lookup_without_one_mail_address_is_refused(shop: Shop, api_for, body):
    answer = api_for("website").post("/api/v1/entitlements/lookups/", json.dumps(body), content_type="application/json")

    assert (answer.status_code, bool(answer.json()["code"])) == (400, True)


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (b"{}", ""),
        (b"{}", "t=1,v1=00"),
        (b"not json", "t=9999999999,v1=00"),
        (b"", "garbage"),
    ],
)
def test_a_webhook_without_a_good_signature_is_refused(shop: Shop, body: bytes, signature: str):
    answer = Client().post(
        "/api/v1/stripe/webhook/", body, content_type="application/json", headers={"Stripe-Signature": signature}
    )

    assert (answer.status_code, bool(answer.json()["code"])) == (400, True)
    assert not WebhookEvent.objects.exists()


def test_a_webhook_of_more_than_a_megabyte_is_refused(shop: Shop):
    answer = Client().post("/api/v1/stripe/webhook/", b"x" * 1_100_000, content_type="application/json")

    assert answer.status_code in (400, 413)
    assert not WebhookEvent.objects.exists()
