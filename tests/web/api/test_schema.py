"""The whole OpenAPI document, fuzzed with schemathesis: no 5xx anywhere, and every operation seen to succeed once."""

import json
from collections.abc import Iterator
from typing import Any

import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from schemathesis.checks import not_a_server_error

from config.wsgi import application
from subscriptions.readers.models import PossibleDuplicate
from tests import gifts
from tests.orders.checkout.test_order_imports import ANA, HEADER
from tests.shop import Shop
from tests.signin import with_token
from tests.web.api.test_back_issues import POLICY
from tests.web.api.test_calendar import SPECIAL
from tests.web.api.test_orders import BODY, HOME

# Where there is neither body nor query, only an identifier in the path is made up.
EXAMPLES, OF_A_PATH = 12, 4


def furnish(shop: Shop, settings: Any) -> dict[str, Any]:
    """A house in which each operation can succeed, with its limits opened."""
    for limit in ("ORDERS_PER_IP", "ORDERS_PER_SUBNET", "ORDERS_PER_EMAIL", "DECLINES_PER_IP", "CHECKOUTS_PER_ORDER"):
        assert hasattr(settings, f"LIMIT_{limit}")
        setattr(settings, f"LIMIT_{limit}", 1_000_000)
    settings.MAIL_BOUNCE_TOKEN = "bounces"
    order = shop.sells(shop.agreed())
    return {"order": order, "subscription": order.lines.get().subscription, "admin": with_token("admin")}


def load(token: str = "") -> Any:
    headers = {"Authorization": token} if token else {}
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", application, headers=headers)


def operations(schema: Any) -> list[Any]:
    return [result.ok() for result in schema.get_all_operations()]


def test_no_operation_answers_5xx_whatever_it_is_sent(committed_shop: Shop, settings):
    # Each request ends like one of the web server, which closes its connection: nothing here may hang on a transaction.
    token = furnish(committed_shop, settings)["admin"].defaults["HTTP_AUTHORIZATION"]

    for operation in operations(load(token)):
        fuzz(operation, token)


def fuzz(operation: Any, token: str) -> None:
    @given(case=operation.as_strategy())
    @examples(
        max_examples=EXAMPLES if operation.body or operation.query else OF_A_PATH,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any) -> None:
        response = case.call(headers={"Authorization": token})
        case.validate_response(response, checks=[not_a_server_error])

    send()


def test_every_operation_succeeds_with_what_it_asks_for(shop: Shop, settings):
    seen = set(Successes(shop, furnish(shop, settings)).run())
    documented = {(o.method.upper(), o.path) for o in operations(load())}

    assert documented - seen == set()


class Successes:
    """One good request for each operation, in the order in which a house lives."""

    def __init__(self, shop: Shop, everything: dict[str, Any]) -> None:
        self.shop, self.admin = shop, everything["admin"]
        self.order, self.subscription = everything["order"], everything["subscription"]

    def run(self) -> Iterator[tuple[str, str]]:
        yield self.get("/api/v1/offers/")
        yield self.post("/api/v1/quotes/", {"offer": "ten", "country": "US"})
        yield self.post("/api/v1/orders/", BODY, headers={"Idempotency-Key": "schema-key-1"})
        waiting = self.body["number"]
        yield self.get("/api/v1/orders/{number}/", number=self.order.number)
        yield self.post("/api/v1/orders/{number}/checkouts/", number=waiting)
        yield from self.order_imports()
        yield from self.extensions()
        yield from self.readers()
        yield from self.gifts()
        yield from self.label_runs()
        yield self.get("/api/v1/readers/", query="?q=ana")
        yield from self.claims()
        for part in ("", "ledger/", "explanation/"):
            yield self.get(f"/api/v1/subscriptions/{{uuid}}/{part}", uuid=self.subscription.uuid)
        yield self.get("/api/v1/entitlements/", query=f"?subscription={self.subscription.uuid}")
        yield self.post("/api/v1/entitlements/lookups/", {"email": "ana@readers.example"})
        yield self.get("/api/v1/renewals/")
        yield self.get("/api/v1/subscriptions/{uuid}/renewals/", uuid=self.subscription.uuid)
        yield self.send("DELETE", "/api/v1/subscriptions/{uuid}/auto-renew/", uuid=self.subscription.uuid)
        yield from self.holds_and_addresses()
        yield from self.digital_access()
        here = "/api/v1/subscriptions/{uuid}/"
        yield from self.bills()
        yield self.post(f"{here}copies/", {"copies": 2, "how": "convert"}, uuid=self.subscription.uuid)
        yield self.post(f"{here}cancellations/", {"when": "now", "reason": "too_dear"}, uuid=self.subscription.uuid)
        yield self.get("/api/v1/refunds/")
        yield self.post(f"{here}reinstatements/", {}, uuid=self.subscription.uuid)
        term = self.subscription.terms.filter(ended_at__isnull=True).latest("pk").uuid
        yield self.post("/api/v1/subscriptions/terms/{uuid}/cancellations/", {"reason": "too_dear"}, uuid=term)
        for report in ("roll-forward", "earned-by-issue", "trial-balance"):
            yield self.get(f"/api/v1/revenue/{report}/")
        yield self.get("/api/v1/checks/")
        yield self.get("/api/v1/reasons/")
        yield from self.for_many()
        yield from self.calendar()
        yield from self.back_issues()
        yield from self.households()
        yield self.stripe_webhook()
        yield self.bounce()

    def order_imports(self) -> Iterator[tuple[str, str]]:
        from orders.checkout.actions import check_waiting_imports

        here, file = "/api/v1/order-imports/", {"magazine": "lantern", "batch": "fair", "csv": f"{HEADER}\n{ANA}"}
        yield self.get(here)
        yield self.post(here, file)
        first = self.body["uuid"]
        check_waiting_imports(now=self.shop.now)
        yield self.get(f"{here}{{uuid}}/", uuid=first)
        yield self.post(f"{here}{{uuid}}/takings/", uuid=first)
        self.post(here, {**file, "batch": "another"})
        yield self.post(f"{here}{{uuid}}/withdrawals/", uuid=self.body["uuid"])

    def calendar(self) -> Iterator[tuple[str, str]]:
        here = "/api/v1/magazines/{code}/issues/"
        one, issue = f"{here}{{number}}/", {"code": "lantern", "number": 530}
        yield self.get(here, code="lantern")
        yield self.get(one, **issue)
        yield self.post(f"{one}drops/", **issue)
        yield self.post(f"{one}restorations/", **issue)
        yield self.send("PUT", f"{one}weight/", {"weight": 2}, **issue)
        yield self.send("PUT", f"{one}cut-off/", {"pull_at": "2028-10-12T15:00:00-05:00"}, **issue)
        yield self.post(here, SPECIAL, code="lantern")
        years = {"first_number": 541, "first_year": 2030, "years": 1}
        yield self.post("/api/v1/magazines/{code}/layouts/", years, code="lantern")

    def back_issues(self) -> Iterator[tuple[str, str]]:
        from tests.subscriptions.fulfillment.runs import owe

        here, issue = "/api/v1/magazines/{code}/issues/{number}/", {"code": "lantern", "number": 504}
        yield self.get(f"{here}claim-clusters/", **issue)
        yield self.post(f"{here}stock/receipts/", {"copies": 5}, **issue)
        yield self.post(f"{here}stock/counts/", {"copies": 4, "note": "one was wet"}, **issue)
        for path in (f"{here}stock/", f"{here}stock/movements/", f"{here}stock/owed-copies/"):
            yield self.get(path, **issue)
        late = owe(self.shop.house, self.shop.house.subscription(self.shop.house.reader("Gil Lark")), 504)
        yield self.post("/api/v1/owed-copies/{owed_id}/withdrawals/", owed_id=late.pk)
        yield self.get("/api/v1/stock/")
        yield self.get("/api/v1/magazines/{code}/claim-policy/", code="lantern")
        yield self.send("PUT", "/api/v1/magazines/{code}/claim-policy/", POLICY, code="lantern")

    def for_many(self) -> Iterator[tuple[str, str]]:
        magazine, all_of_them = "/api/v1/magazines/{code}/", {"everywhere": True}
        hold = {"reason": "strike", "from_issue": 514, "until_issue": 515, **all_of_them}
        yield self.post(f"{magazine}bulk-holds/", hold, code="lantern")
        yield self.post("/api/v1/bulk-holds/{uuid}/ends/", uuid=self.body["uuid"])
        yield self.get(f"{magazine}bulk-holds/", code="lantern")
        one_more = {"reason": "goodwill", "issue": 504, "issues": 1, **all_of_them}
        yield self.post(f"{magazine}bulk-extensions/", one_more, code="lantern")
        yield self.send("DELETE", "/api/v1/bulk-extensions/{uuid}/", uuid=self.body["uuid"])
        yield self.get(f"{magazine}bulk-extensions/", code="lantern")

    def bills(self) -> Iterator[tuple[str, str]]:
        here = "/api/v1/subscriptions/{uuid}/"
        yield self.post(f"{here}copy-orders/", {"copies": 3}, uuid=self.subscription.uuid)
        yield self.send("DELETE", "/api/v1/bills/{number}/", number=self.body["order"])
        yield self.post(f"{here}concessions/", {"cents": 500, "because": "late issues"}, uuid=self.subscription.uuid)
        yield self.get(f"{here}bills/", uuid=self.subscription.uuid)
        for close, body in (("payments", {"note": "a cheque"}), ("waivers", {"because": "a friend of the house"})):
            [move] = self.shop.moves_to_canada(self.shop.sells().lines.get().subscription)
            yield self.post(f"/api/v1/bills/{{number}}/{close}/", body, number=move.bill_line.bill.order.number)

    def extensions(self) -> Iterator[tuple[str, str]]:
        here = "/api/v1/subscriptions/{uuid}/"
        yield self.post(f"{here}extensions/", {"issues": 1, "reason": "goodwill"}, uuid=self.subscription.uuid)
        yield self.send("DELETE", "/api/v1/subscriptions/extensions/{entry_id}/", entry_id=self.body["entry"]["id"])
        wrong = {"issues": 2, "because": "keyed as ten"}
        at = "/api/v1/subscriptions/terms/{uuid}/corrections/"
        yield self.post(at, wrong, uuid=self.subscription.terms.get(ended_on__isnull=True).uuid)
        free = {"issues": 3, "owner": "The editor", "why": "author", "confirm_by": "2030-01-01"}
        yield self.post(f"{here}comps/", free, uuid=self.subscription.uuid)
        confirmed = {"confirm_by": "2031-01-01"}
        yield self.post("/api/v1/comps/{uuid}/confirmations/", confirmed, uuid=self.body["uuid"])

    def holds_and_addresses(self) -> Iterator[tuple[str, str]]:
        here, mine = "/api/v1/subscriptions/{uuid}/", {"uuid": self.subscription.uuid}
        yield self.post(f"{here}holds/", {"from_issue": 511, "until_issue": 512}, **mine)
        hold = self.body["id"]
        yield self.get(f"{here}holds/", **mine)
        one = "/api/v1/subscriptions/holds/{pause_id}/"
        yield self.send("PATCH", one, {"until_issue": 513}, pause_id=hold)
        yield self.send("DELETE", one, pause_id=hold)
        season = {
            "kind": "seasonal",
            "address": {**HOME, "name": "Ana Field"},
            "first": "12-01",
            "last": "03-31",
        }
        yield self.post(f"{here}addresses/", season, **mine)
        stay = self.body["stay"]["uuid"]
        yield self.get(f"{here}addresses/", **mine)
        undeliverable, home = "/api/v1/addresses/{address_id}/undeliverable/", self.body["home"]["id"]
        yield self.send("PUT", undeliverable, address_id=home)
        yield self.send("DELETE", undeliverable, address_id=home)
        yield self.send("DELETE", "/api/v1/subscriptions/stays/{uuid}/", uuid=stay)

    def digital_access(self) -> Iterator[tuple[str, str]]:
        self.shop.house.make_offer(code="online", issues=0, cents=9_99, access_days=30)
        reader = self.shop.sells(self.shop.request(offer="online")).payer
        access = self.admin.get(f"/api/v1/readers/{reader.number}/").json()["access"][0]["uuid"]
        yield self.post("/api/v1/access/{uuid}/cancellations/", {"reason": "too_dear"}, uuid=access)

    def readers(self) -> Iterator[tuple[str, str]]:
        from subscriptions.terms.actions import follow_merges
        from tests.subscriptions.readers.everyone import follow_privacy

        number, other = self.order.payer.number, self.shop.house.reader("Ana F").number
        yield self.get("/api/v1/readers/{number}/", number=number)
        here = "/api/v1/readers/{number}/"
        yield self.send("PATCH", here, {"phone": "555-0100"}, number=number)
        said = {"preferences": [{"channel": "post", "purpose": "offers", "allowed": False}]}
        yield self.send("PATCH", f"{here}contact-preferences/", said, number=number)
        yield self.post(f"{here}notes/", {"text": "Hard of hearing"}, number=number)
        note = self.body["id"]
        yield self.send("PATCH", f"{here}notes/{{note_id}}/", {"pinned": True}, number=number, note_id=note)
        yield self.send("DELETE", f"{here}notes/{{note_id}}/", number=number, note_id=note)
        yield self.post("/api/v1/merges/", {"kept": number, "merged": other})
        merge = self.body["uuid"]
        yield self.get("/api/v1/merges/{uuid}/", uuid=merge)
        yield self.get(f"{here}merges/", number=number)
        yield self.send("DELETE", "/api/v1/merges/{uuid}/", uuid=merge)
        asked = {"reader": number, "kind": "export", "verified": "letter"}
        yield self.post("/api/v1/privacy-requests/", asked)
        request = self.body["uuid"]
        yield self.get("/api/v1/privacy-requests/")
        yield self.get("/api/v1/privacy-requests/{uuid}/", uuid=request)
        follow_merges(now=self.shop.now)
        follow_privacy(self.shop.now)
        yield self.get("/api/v1/privacy-requests/{uuid}/file/", uuid=request)

    def households(self) -> Iterator[tuple[str, str]]:
        from tests.web.api.test_households import asks_erasure

        house, (ben, cleo) = self.shop.house, (self.shop.house.reader(name) for name in ("Ben Reed", "Cleo Reed"))
        lines = [house.subscription(reader) for reader in (ben, cleo)]
        for line in lines:
            house.term(line, first=503, units=1, grace=2)
        yield self.post("/api/v1/subscriptions/{uuid}/grace-write-offs/", uuid=lines[0].uuid)
        house.term(lines[1], first=505)
        yield self.get("/api/v1/comps/")
        here = "/api/v1/readers/{number}/household/"
        yield self.send("PUT", here, {"lives_with": cleo.number}, number=ben.number)
        house.term(lines[0], first=505)
        yield self.post("/api/v1/subscriptions/{uuid}/household-holds/", uuid=lines[0].uuid)
        yield self.send("DELETE", here, number=ben.number)
        pair = PossibleDuplicate.objects.create(new_reader=ben, known_reader=cleo, reason="same_email")
        yield self.get("/api/v1/duplicates/")
        yield self.post("/api/v1/duplicates/{pair_id}/answers/", {"answer": "same"}, pair_id=pair.pk)
        yield self.post("/api/v1/privacy-requests/{uuid}/starts/", uuid=asks_erasure(ben).uuid)
        yield self.post("/api/v1/privacy-requests/{uuid}/closings/", {}, uuid=asks_erasure(cleo).uuid)

    def gifts(self) -> Iterator[tuple[str, str]]:
        from orders.checkout.queries import code_of

        code = code_of(self.shop.sells(gifts.given(gifts.code_for("Ana Field"))).lines.get().gift_code)
        body = {"code": code, "recipient": {"name": "Ana Field"}, "ship_to": BODY["ship_to"]}
        yield self.post("/api/v1/gift-codes/redemptions/", body)
        asked = f"?subscription={self.subscription.uuid}&offer=ten"
        yield self.get(f"/api/v1/gift-outcomes/{asked}")[0], "/api/v1/gift-outcomes/"
        yield from self.given_gifts()
        yield from self.cards()

    def given_gifts(self) -> Iterator[tuple[str, str]]:
        line = self.shop.sells(gifts.given(gifts.wish("Dan Hope"))).lines.get()
        here, one = "/api/v1/gifts/{uuid}/", {"uuid": line.uuid}
        yield self.get("/api/v1/readers/{number}/gifts/", query="?magazine=lantern", number=line.order.payer.number)
        yield self.get(here, **one)
        yield self.get(f"{here}card/", **one)
        yield self.post(f"{here}moves/", {"recipient": {"name": "Eve Lark"}, "ship_to": HOME}, **one)
        own = self.shop.house.subscription(self.shop.house.reader("Fay Lark"))
        yield self.post(f"{here}joins/", {"subscription": str(own.uuid)}, **one)
        one = {"uuid": self.shop.sells(gifts.given(gifts.code_for("Eve Lark"))).lines.get().uuid}
        yield self.get("/api/v1/gift-codes/")
        yield self.post(f"{here}code/mailings/", **one)
        yield self.post(f"{here}code/replacements/", **one)
        yield self.post(f"{here}code/prolongations/", {"until": "2040-01-01"}, **one)
        yield self.post(f"{here}code/withdrawals/", **one)
        waiting = self.shop.order(self.shop.request(copies=3)).number
        yield self.post("/api/v1/orders/{number}/pay-links/", number=waiting)

    def cards(self) -> Iterator[tuple[str, str]]:
        self.shop.sells(gifts.given(gifts.wish("Cleo Reed", announce="card")))
        here = "/api/v1/magazines/{code}/"
        yield self.get(f"{here}gift-cards/", code="lantern")
        yield self.post(f"{here}gift-card-batches/", code="lantern")
        yield self.get("/api/v1/gift-card-batches/{uuid}/file/", uuid=self.body["uuid"])
        yield self.get(f"{here}gift-card-batches/", code="lantern")

    def label_runs(self) -> Iterator[tuple[str, str]]:
        from subscriptions.fulfillment.actions import work_off_runs
        from tests.house import at

        self.shop.move_to(at("2026-03-10", hour=18))
        yield self.post("/api/v1/label-runs/", {"magazine": "lantern", "issue": 504})
        run = self.body["uuid"]
        here = "/api/v1/label-runs/{uuid}/"
        yield self.get("/api/v1/label-runs/")
        yield self.get(here, uuid=run)
        for again in (False, True):
            yield self.post(f"{here}rehearsals/", uuid=run)
            work_off_runs(now=self.shop.now)
            yield self.post(f"{here}approval/", uuid=run)
            if not again:
                yield self.send("DELETE", f"{here}approval/", uuid=run)
                yield self.post(f"{here}approval/", uuid=run)
            yield self.post(f"{here}releases/", uuid=run)
            work_off_runs(now=self.shop.now)
            yield self.get(f"{here}label-file/", uuid=run)
            yield self.post(f"{here}label-file/", uuid=run)
            yield self.get(f"{here}manifest/", uuid=run)
            if not again:
                yield self.post(f"{here}voids/", {"reason": "a wrong insert"}, uuid=run)
                self.post("/api/v1/label-runs/", {"magazine": "lantern", "issue": 504})
                run = self.body["uuid"]
        yield self.post(f"{here}hand-overs/", {"to": "the mail house"}, uuid=run)
        yield self.post(f"{here}mailings/", {"mailed_on": "2026-03-10"}, uuid=run)

    def claims(self) -> Iterator[tuple[str, str]]:
        """504 has just been mailed to the reader: it comes damaged, then not at all, then back."""
        from subscriptions.fulfillment.actions import set_claim_policy
        from tests.subscriptions.fulfillment.runs import PAT

        of_subscription, here = "/api/v1/subscriptions/{uuid}/claims/", "/api/v1/claims/{uuid}/"
        set_claim_policy(magazine_id=self.subscription.magazine_id, by=PAT, extensions=0)
        damaged = {"issue": 504, "reason": "damaged", "note": "wet"}
        yield self.post(of_subscription, damaged, uuid=self.subscription.uuid)
        claim = self.body["claim"]["uuid"]
        yield self.get(of_subscription, uuid=self.subscription.uuid)
        yield self.get("/api/v1/claims/")
        yield self.get(here, uuid=claim)
        yield self.post(f"{here}answers/", {"answer": "extension"}, uuid=claim)
        yield self.post(f"{here}withdrawals/", uuid=claim)
        yield self.post("/api/v1/subscriptions/{uuid}/returned-copies/", {"issue": 504}, uuid=self.subscription.uuid)

    def stripe_webhook(self) -> tuple[str, str]:
        order = self.shop.order(self.shop.request(copies=2))
        self.shop.standin.pay(self.shop.checkout(order).checkout_session_id)
        self.shop.standin.wait_for_webhooks()
        body, signature = self.shop.letterbox.letters[0]
        path = "/api/v1/stripe/webhook/"
        answer = Client().post(path, body, content_type="application/json", headers={"Stripe-Signature": signature})
        assert answer.status_code == 200, answer.content
        return "POST", path

    def bounce(self) -> tuple[str, str]:
        from foundation.mail.models import OutgoingMail

        path = "/api/v1/mail/bounces/"
        body = {"mail_uuid": str(OutgoingMail.objects.all()[0].uuid), "reason": "no such mailbox"}
        answer = Client(headers={"Authorization": "Bearer bounces"}).post(path, body, content_type="application/json")
        assert answer.status_code == 202, answer.content
        return "POST", path

    def get(self, path: str, *, query: str = "", **parts: Any) -> tuple[str, str]:
        return self.send("GET", path, query=query, **parts)

    def post(self, path: str, body: Any = None, *, headers: Any = None, **parts: Any) -> tuple[str, str]:
        return self.send("POST", path, body, headers=headers, **parts)

    def send(
        self, method: str, path: str, body: Any = None, *, headers: Any = None, query: str = "", **parts: Any
    ) -> tuple[str, str]:
        sent = json.dumps(body or {})
        answer = self.admin.generic(
            method, path.format(**parts) + query, sent, content_type="application/json", headers=headers
        )
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert 200 <= answer.status_code < 300, f"{method} {path}: {answer.status_code} {said[:300]!r}"
        self.body = json.loads(said) if answer.headers.get("Content-Type") == "application/json" else None
        return method, path
