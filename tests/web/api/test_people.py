"""Readers at the API: an old number leads to the kept file, a wish leaves the others alone, a merge is followed."""

import json
from typing import Any

from subscriptions.readers import actions
from subscriptions.terms import actions as terms
from tests.shop import Shop
from tests.subscriptions.readers.everyone import follow_privacy


def say(client: Any, method: str, path: str, body: Any = None) -> Any:
    answer = client.generic(method, f"/api/v1/{path}", data=json.dumps(body or {}), content_type="application/json")
    assert answer.status_code < 300, answer.content
    return answer.json()


def test_an_old_number_answers_with_the_kept_reader(shop: Shop, api_for: Any) -> None:
    order = shop.sells()
    other = shop.house.reader("A. Field", "old@readers.example")
    clerk = api_for("clerk")

    merge = say(clerk, "POST", "merges/", {"kept": order.payer.number, "merged": other.number, "joins_lines": True})
    assert merge["followed"] is False
    terms.follow_merges(now=shop.now)

    assert say(clerk, "GET", f"merges/{merge['uuid']}/")["followed"] is True
    told = say(clerk, "GET", f"readers/{other.number}/")
    assert (told["number"], told["aliases"]) == (order.payer.number, [other.number])
    assert told["subscriptions"] == [str(order.lines.get().subscription.uuid)]
    assert told["address"]["line1"] == "2040 N Milwaukee Ave"

    undone = say(clerk, "DELETE", f"merges/{merge['uuid']}/")
    assert undone["undone_at"] is not None
    assert say(clerk, "GET", f"readers/{other.number}/")["number"] == other.number


def test_a_merge_is_tried_first_and_listed_afterwards(shop: Shop, api_for: Any) -> None:
    kept, other = (shop.sells().lines.get().subscription for _ in range(2))
    clerk, here = api_for("clerk"), f"readers/{kept.reader.number}/merges/"
    wanted = {"kept": kept.reader.number, "merged": other.reader.number}

    apart = say(clerk, "POST", "merges/", {**wanted, "preview": True})["lines"]
    joined = say(clerk, "POST", "merges/", {**wanted, "joins_lines": True, "preview": True})["lines"]

    assert [(line["issues_left"], line["is_moved"]) for line in apart] == [(10, False), (10, True)]
    assert [(line["subscription"], line["issues_left"], line["joined"]) for line in joined] == [(str(kept.uuid), 20, 1)]
    assert say(clerk, "GET", here) == []
    first = say(clerk, "POST", "merges/", wanted)
    say(clerk, "DELETE", f"merges/{first['uuid']}/")
    second = say(clerk, "POST", "merges/", wanted)
    assert [(merge["uuid"], merge["undone_at"] is None) for merge in say(clerk, "GET", here)] == [
        (second["uuid"], True), (first["uuid"], False),
    ]  # fmt: skip


def test_a_wish_changes_only_what_it_is_about(shop: Shop, api_for: Any) -> None:
    ana = shop.house.reader()
    said = {"preferences": [{"channel": "email", "purpose": "offers", "allowed": False}]}

    holds = say(api_for("clerk"), "PATCH", f"readers/{ana.number}/contact-preferences/", said)

    yes = {(p["channel"], p["purpose"]) for p in holds if p["allowed"]}
    assert yes == {("email", "renewal"), ("post", "renewal"), ("post", "offers")}


def test_somebody_elses_note_is_not_there(shop: Shop, api_for: Any) -> None:
    ana, ben = shop.house.reader("Ana Field"), shop.house.reader("Ben Field")
    clerk = api_for("clerk")
    note = say(clerk, "POST", f"readers/{ana.number}/notes/", {"text": "Hard of hearing", "pinned": True})

    answer = clerk.delete(f"/api/v1/readers/{ben.number}/notes/{note['id']}/")

    assert answer.status_code == 404
    assert say(clerk, "GET", f"readers/{ana.number}/")["notes"][0]["pinned"] is True


def test_an_erased_reader_is_named_nobody(shop: Shop, api_for: Any) -> None:
    ana = shop.house.reader()
    shop.house.address(ana)
    clerk = api_for("clerk")
    asked = {"reader": ana.number, "kind": "erasure", "verified": "letter"}
    made = say(clerk, "POST", "privacy-requests/", asked)
    assert (made["state"], made["due_on"]) == ("checking", "2026-04-06")
    refused = clerk.post("/api/v1/privacy-requests/", asked, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "request_is_open")

    follow_privacy(shop.now)

    assert say(clerk, "GET", f"privacy-requests/{made['uuid']}/")["state"] == "done"
    told = say(clerk, "GET", f"readers/{ana.number}/")
    assert (told["name"], told["email"], told["address"]["postcode"]) == ("Erased reader", "", "606")
    gone = clerk.get(f"/api/v1/privacy-requests/{made['uuid']}/file/")
    assert (gone.status_code, gone.json()["code"]) == (409, "file_is_gone")
    assert actions.forget_old_files(now=shop.now) == 0
