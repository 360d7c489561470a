"""Every address of the house, for every role and for nobody: who gets in stands in the tables below, and nowhere else.

A new address that is not in a table fails the first test; an address that lets in somebody whom its table leaves out
fails the second.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.signin import signed_in, with_token
from tests.web.conftest import DeskHouse

pytestmark = pytest.mark.django_db

CLERK, FULFILLMENT, FINANCE, ADMIN = "clerk", "fulfillment", "finance", "admin"
STAFF = (CLERK, FULFILLMENT, FINANCE, ADMIN)
EVERYONE = (*STAFF, "website")
ANYONE = "anyone, without signing in"

# Who may open which of the desk's own pages, by name.
DESK: dict[tuple[str, ...], str] = {
    STAFF: "index search jsi18n app_list readers reader destinations "
    "calendar calendar_of runs run run_progress manifest checks "
    "run_check catalog_magazine_changelist catalog_magazine_change catalog_offer_changelist catalog_offer_change "
    "terms_servicereason_changelist terms_servicereason_change "
    "catalog_sourcekey_changelist catalog_sourcekey_change newsletters_newsletter_changelist "
    "newsletters_newsletter_change mail_outgoingmail_changelist mail_outgoingmail_change login logout password_change",
    (CLERK, ADMIN): "extend take_back_extension write_off_grace give_comp comps confirm_comp duplicates "
    "claim_copy copy_came_back answer_claim withdraw_claim "
    "enter_gifts give_to_others send_pay_link "
    "gift_cards print_cards card_file move_gift join_gift send_code replace_code prolong_code "
    "take_back_code "
    "mail_came_back address_is_good answer_duplicate choose_merge merge_readers undo_merge join_household "
    "leave_household correct_reader "
    "privacy ask_copy ask_erasure start_erasure close_privacy_request privacy_file "
    "add_note pin_note delete_note set_preferences one_copy change_address hold cancel_auto_renew "
    "cancel_subscription cancel_term correct_term reinstate_subscription change_copies end_hold "
    "send_sign_in_link hold_while_away change_hold withdraw_hold bulk_holds enter_bulk_hold end_bulk_hold add_stay "
    "bulk_extensions enter_bulk_extension take_back_bulk_extension "
    "end_stay close_surcharge withdraw_copies end_access",
    (CLERK, FULFILLMENT, ADMIN): "claims claim_clusters stock issue_stock",
    (CLERK, FINANCE, ADMIN): "gift gift_card gift_codes order renewals surcharges "
    "checkout_order_changelist checkout_order_change "
    "payments_paymentattempt_changelist payments_paymentattempt_change",
    (FULFILLMENT, ADMIN): "lay_out drop_issue restore_issue weigh_issue move_pull add_issue plan_run label_file "
    "rehearse_run approve_run unapprove_run release_run void_run hand_over_run mailed_run plan_waiting_runs "
    "write_file_again claim_policy receive_stock count_stock withdraw_owed "
    "catalog_magazine_add newsletters_newsletter_add terms_servicereason_add",
    (FINANCE, ADMIN): "waive_surcharge give_concession revenue earned trial_balance refunds months close_month "
    "follow_again catalog_offer_add order_imports upload_orders order_import import_progress import_problems "
    "import_example "
    "take_import withdraw_import "
    "catalog_sourcekey_add payments_webhookevent_changelist payments_webhookevent_change ledger_journal_changelist "
    "ledger_journal_change",
    (ADMIN,): "settings mail_settings mail_server send_test_mail stripe stripe_key stripe_webhook_secret try_stripe "
    "staff add_user user change_role set_password forget_second_factor close_account reopen_account issue_token "
    "revoke_token audit_auditentry_changelist audit_auditentry_change",
    # The admin has an address for adding each kind of row; nobody adds these by hand.
    (): "checkout_order_add payments_paymentattempt_add payments_webhookevent_add mail_outgoingmail_add "
    "ledger_journal_add audit_auditentry_add",
}  # fmt: skip
# The same for the API, by method and address.
API: dict[tuple[str, ...] | str, str] = {
    ANYONE: "GET offers/|POST quotes/|POST orders/|GET orders/<str:number>/|POST orders/<str:number>/checkouts/|"
    "POST stripe/webhook/|POST mail/bounces/|POST gift-codes/redemptions/",
    (CLERK, "website", ADMIN): "GET entitlements/|POST entitlements/lookups/",
    STAFF: "GET readers/|GET readers/<str:number>/|GET reasons/|GET merges/<uuid:uuid>/|"
    "GET readers/<str:number>/merges/|"
    "GET subscriptions/<uuid:uuid>/|GET subscriptions/<uuid:uuid>/ledger/|"
    "GET subscriptions/<uuid:uuid>/explanation/|GET label-runs/|GET label-runs/<uuid:uuid>/|"
    "GET magazines/<slug:code>/issues/|GET magazines/<slug:code>/issues/<int:number>/|"
    "GET label-runs/<uuid:uuid>/manifest/|GET checks/|GET subscriptions/<uuid:uuid>/claims/",
    (CLERK, FULFILLMENT, ADMIN): "GET claims/|GET claims/<uuid:uuid>/|GET stock/|"
    "GET magazines/<slug:code>/issues/<int:number>/claim-clusters/|"
    "GET magazines/<slug:code>/issues/<int:number>/stock/|"
    "GET magazines/<slug:code>/issues/<int:number>/stock/owed-copies/|"
    "GET magazines/<slug:code>/issues/<int:number>/stock/movements/",
    (FULFILLMENT, ADMIN): "POST magazines/<slug:code>/issues/|POST owed-copies/<int:owed_id>/withdrawals/|"
    "GET magazines/<slug:code>/claim-policy/|PUT magazines/<slug:code>/claim-policy/|"
    "POST magazines/<slug:code>/issues/<int:number>/stock/receipts/|"
    "POST magazines/<slug:code>/issues/<int:number>/stock/counts/|"
    "POST magazines/<slug:code>/layouts/|POST magazines/<slug:code>/issues/<int:number>/drops/|"
    "POST magazines/<slug:code>/issues/<int:number>/restorations/|"
    "PUT magazines/<slug:code>/issues/<int:number>/weight/|PUT magazines/<slug:code>/issues/<int:number>/cut-off/|"
    "POST label-runs/|POST label-runs/<uuid:uuid>/rehearsals/|"
    "POST label-runs/<uuid:uuid>/approval/|DELETE label-runs/<uuid:uuid>/approval/|"
    "POST label-runs/<uuid:uuid>/releases/|POST label-runs/<uuid:uuid>/voids/|"
    "POST label-runs/<uuid:uuid>/hand-overs/|POST label-runs/<uuid:uuid>/mailings/|"
    "GET label-runs/<uuid:uuid>/label-file/|POST label-runs/<uuid:uuid>/label-file/",
    (CLERK, FINANCE, ADMIN): "GET renewals/|GET subscriptions/<uuid:uuid>/renewals/|"
    "GET subscriptions/<uuid:uuid>/bills/|GET readers/<str:number>/gifts/|GET gifts/<uuid:uuid>/|"
    "GET gifts/<uuid:uuid>/card/|GET gift-codes/",
    (CLERK, ADMIN): "GET magazines/<slug:code>/bulk-holds/|POST magazines/<slug:code>/bulk-holds/|"
    "POST bulk-holds/<uuid:uuid>/ends/|GET magazines/<slug:code>/bulk-extensions/|"
    "POST magazines/<slug:code>/bulk-extensions/|DELETE bulk-extensions/<uuid:uuid>/|"
    "GET gift-outcomes/|POST subscriptions/<uuid:uuid>/claims/|"
    "POST subscriptions/<uuid:uuid>/returned-copies/|"
    "POST claims/<uuid:uuid>/answers/|POST claims/<uuid:uuid>/withdrawals/|"
    "POST subscriptions/<uuid:uuid>/extensions/|DELETE subscriptions/extensions/<int:entry_id>/|"
    "POST subscriptions/<uuid:uuid>/comps/|POST comps/<uuid:uuid>/confirmations/|"
    "GET subscriptions/<uuid:uuid>/holds/|"
    "POST subscriptions/<uuid:uuid>/holds/|PATCH subscriptions/holds/<int:pause_id>/|"
    "DELETE subscriptions/holds/<int:pause_id>/|GET subscriptions/<uuid:uuid>/addresses/|"
    "POST subscriptions/<uuid:uuid>/addresses/|DELETE subscriptions/stays/<uuid:uuid>/|"
    "POST subscriptions/terms/<uuid:uuid>/cancellations/|POST subscriptions/terms/<uuid:uuid>/corrections/|"
    "POST access/<uuid:uuid>/cancellations/|PUT addresses/<int:address_id>/undeliverable/|"
    "DELETE addresses/<int:address_id>/undeliverable/|"
    "POST subscriptions/<uuid:uuid>/cancellations/|POST subscriptions/<uuid:uuid>/reinstatements/|"
    "POST subscriptions/<uuid:uuid>/copies/|POST subscriptions/<uuid:uuid>/copy-orders/|"
    "DELETE bills/<str:number>/|POST bills/<str:number>/payments/|"
    "DELETE subscriptions/<uuid:uuid>/auto-renew/|PATCH readers/<str:number>/|"
    "PATCH readers/<str:number>/contact-preferences/|"
    "POST readers/<str:number>/notes/|PATCH readers/<str:number>/notes/<int:note_id>/|"
    "DELETE readers/<str:number>/notes/<int:note_id>/|POST merges/|DELETE merges/<uuid:uuid>/|"
    "GET privacy-requests/|POST privacy-requests/|GET privacy-requests/<uuid:uuid>/|"
    "GET privacy-requests/<uuid:uuid>/file/|POST privacy-requests/<uuid:uuid>/starts/|"
    "POST privacy-requests/<uuid:uuid>/closings/|"
    "PUT readers/<str:number>/household/|DELETE readers/<str:number>/household/|"
    "POST subscriptions/<uuid:uuid>/household-holds/|GET duplicates/|POST duplicates/<int:pair_id>/answers/|"
    "POST subscriptions/<uuid:uuid>/grace-write-offs/|GET comps/|"
    "POST gifts/<uuid:uuid>/moves/|POST gifts/<uuid:uuid>/joins/|POST gifts/<uuid:uuid>/code/mailings/|"
    "POST gifts/<uuid:uuid>/code/replacements/|POST gifts/<uuid:uuid>/code/withdrawals/|"
    "POST gifts/<uuid:uuid>/code/prolongations/|GET magazines/<slug:code>/gift-cards/|"
    "GET magazines/<slug:code>/gift-card-batches/|POST magazines/<slug:code>/gift-card-batches/|"
    "GET gift-card-batches/<uuid:uuid>/file/|POST orders/<str:number>/pay-links/",
    (FINANCE, ADMIN): "POST bills/<str:number>/waivers/|GET refunds/|"
    "POST subscriptions/<uuid:uuid>/concessions/|"
    "GET order-imports/|POST order-imports/|GET order-imports/<uuid:uuid>/|"
    "POST order-imports/<uuid:uuid>/takings/|POST order-imports/<uuid:uuid>/withdrawals/|"
    "GET revenue/roll-forward/|GET revenue/earned-by-issue/|GET revenue/trial-balance/",
}
# Where anyone may knock, by the methods that are answered: readers (who sign in by a mailed link), the sign-in itself,
# and whoever keeps the machines.
MINE = "<slug:code>/my-subscription/<uuid:subscription_uuid>/"
OPEN: dict[str, list[str]] = {
    "GET": [
        *("livez", "readyz", "metrics", "api/schema/", "api/docs/", "", "pay/<str:token>/"),
        *("orders/<str:number>/", "orders/<str:number>/thanks/", "orders/<str:number>/cards/<uuid:line_uuid>/"),
        *("<slug:code>/my-data/", "<slug:code>/my-data/<uuid:request_uuid>/file.zip", "<slug:code>/my-subscription/"),
        f"{MINE}missing/",
        *("desk/sign-in/inactive/", "desk/sign-in/2fa/", "desk/sign-in/2fa/recovery-codes/"),
        "desk/sign-in/2fa/recovery-codes/download/",
        "redeem/done/",
    ],
    "POST": [
        *("orders/<str:number>/pay/", "<slug:code>/sign-out/"),
        "<slug:code>/my-subscription/bills/<str:number>/withdrawals/",
    ],
    "GET POST": [
        *("redeem/", "sign-in/<str:token>/", "cancel-renewal/<str:token>/"),
        *("newsletters/confirm/<str:token>/", "newsletters/leave/<str:token>/"),
        *("<slug:code>/", "<slug:code>/give/", "<slug:code>/gifts/", "<slug:code>/sign-in/"),
        *("<slug:code>/newsletters/", "<slug:code>/preferences/", "<slug:code>/my-data/<str:kind>/"),
        *(f"{MINE}address/", f"{MINE}cancel/", f"{MINE}away/<uuid:stay_uuid>/end/", f"{MINE}copies/"),
        *(f"{MINE}holiday/", f"{MINE}holiday/<int:pause_id>/", f"{MINE}missing/<int:number>/"),
        *(f"{MINE}renew/", f"{MINE}stop-renewal/"),
        *("desk/sign-in/logout/", "desk/sign-in/2fa/authenticate/"),
    ],
    # allauth's own forms, whose class answers a PUT like a POST.
    "GET POST PUT": [
        *("desk/sign-in/login/", "desk/sign-in/reauthenticate/", "desk/sign-in/password/change/"),
        *("desk/sign-in/2fa/reauthenticate/", "desk/sign-in/2fa/totp/activate/"),
        *("desk/sign-in/2fa/totp/deactivate/", "desk/sign-in/2fa/recovery-codes/generate/"),
    ],
    # Says that there is no such address, in the API's own words.
    "GET POST PUT PATCH DELETE": ["api/"],
}
SIGN_IN = "/desk/sign-in/"


def patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def every() -> list[tuple[str, URLPattern]]:
    return list(patterns(get_resolver()))


def desk_table() -> dict[str, tuple[str, ...]]:
    return {name: roles for roles, names in DESK.items() for name in names.split()}


def filled(route: str, d: DeskHouse) -> str:
    """An address that leads somewhere: with the rows of the furnished house in the places of its parameters."""
    from orders.ledger.models import Journal, Period

    magazine, run = d.house.magazine, d.sent if "labels" in route or "manifest" in route else d.run
    period = Period.objects.order_by("first_day").first()
    things = {
        "uuid": d.subscription.uuid if "subscriptions/" in route else run.uuid,
        "line_uuid": d.order.lines.get().uuid,
        "subscription_uuid": d.subscription.uuid,
        "reader_id": d.ana.pk,
        "merged_id": d.ben.pk,
        "merge_id": 1,
        "note_id": 1,
        "address_id": 0,
        "request_id": 1,
        "request_uuid": d.subscription.uuid,
        "kind": "export",
        "pair_id": d.pair.pk,
        "answer": "same",
        "pause_id": d.pause.pk,
        "entry_id": 0,
        "owed_id": 0,
        "term_id": 0,
        "stay_uuid": d.subscription.uuid,
        "number": 506 if "issues/" in route else d.order.number,
        "code": magazine.code,
        "issue_id": d.house.issue(506).pk,
        "copy_no": 1,
        "ending": "json",
        "month": f"{period.first_day:%Y-%m}" if period else "2026-02",
        "event_id": d.event.pk,
        "user_id": d.clerk.pk,
        "token_id": d.token.pk,
        "token": "no-such-token",
    }
    rows = {
        "magazine": magazine.pk, "offer": d.house.offer.pk, "sourcekey": d.house.source.pk, "newsletter": 1,
        "order": d.order.pk, "paymentattempt": 1, "webhookevent": d.event.pk, "outgoingmail": d.mail.pk,
        "servicereason": 1,
        "journal": Journal.objects.values_list("pk", flat=True).first() or 1, "auditentry": 1,
    }  # fmt: skip
    model = re.search(r"/(\w+)/<path:object_id>", route)
    path = route.replace("<path:object_id>", str(rows[model[1]])) if model else route
    path = re.sub(r"\^\(\?P<app_label>[^)]+\)/\$", "catalog/", path)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(things[part[1]]), path)
    return "/" + path.replace("^", "").replace("$", "")


def desk_pages() -> list[tuple[str, str]]:
    """Route and name of each, but for the sign-in; the admin's links to old addresses have no name."""
    found = [(route, entry) for route, entry in every() if route.startswith("desk/") and not is_sign_in(route)]
    return [(route, str(entry.name)) for route, entry in found if entry.name]


def is_sign_in(route: str) -> bool:
    return route.startswith("desk/sign-in/")


def test_every_address_is_in_a_table_with_its_methods() -> None:
    desk = {name for _, name in desk_pages()}
    api = {(method, route.removeprefix("api/v1/")) for method, route in answered() if route.startswith("api/v1/")}
    at_the_desk = {route for route, _ in every() if route.startswith("desk/") and not is_sign_in(route)}
    elsewhere = {(how, route) for how, route in answered() if not route.startswith("api/v1/")}

    assert desk == set(desk_table())
    assert api == {tuple(entry.split(" ", 1)) for entries in API.values() for entry in entries.split("|")}
    assert {each for each in elsewhere if each[1] not in at_the_desk} == {
        (method, route) for methods, routes in OPEN.items() for route in routes for method in methods.split()
    }


def answered() -> set[tuple[str, str]]:
    """Method and route of all that is answered, but for HEAD and OPTIONS."""
    return {(method, route) for route, entry in every() for method in methods_of(entry.callback)}


def methods_of(view: Any) -> list[str]:
    """Those that a class has a function for; those that `require_http_methods` and its kin let through."""
    of_class = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if of_class is not None:
        asked = [name for name in of_class.http_method_names if name not in ("head", "options", "trace")]
        return [name.upper() for name in asked if hasattr(of_class, name)]
    while view is not None:
        names = view.__code__.co_freevars
        if "request_method_list" in names:
            return sorted(set(view.__closure__[names.index("request_method_list")].cell_contents) - {"HEAD"})
        view = getattr(view, "__wrapped__", None)
    return ["ANY"]  # Which no table has: a view says what it answers.


@pytest.mark.parametrize("role", ["nobody", *STAFF, "website"])
def test_the_desk_opens_for_whom_its_table_names(role: str, desk_house: DeskHouse, client: Any) -> None:
    table, wrong = desk_table(), []
    visitor = client if role == "nobody" else signed_in(role)
    for route, name in desk_pages():
        url = filled(route, desk_house)
        answer = visitor.get(url)
        expected = expected_on_desk(role, name, table)
        if outcome(answer) != expected:
            wrong.append((url, name, expected, answer.status_code, answer.headers.get("Location")))
        if expected != "in" and name != "logout":
            sent = visitor.post(url)
            if outcome(sent) != expected:
                wrong.append(("POST", url, name, expected, sent.status_code))

    assert wrong == []


def expected_on_desk(role: str, name: str, table: dict[str, tuple[str, ...]]) -> str:
    if role == "nobody":
        return "sign in" if name != "login" else "to sign-in"
    if role == "website":
        return "no" if name != "login" else "to sign-in"
    if name in ("login", "password_change"):
        return "to sign-in"
    return "in" if role in table[name] else "no"


def outcome(answer: Any) -> str:
    """`in`: the page, or what it says to a missing row or a wrong method. Never a 500."""
    if answer.streaming:
        b"".join(answer.streaming_content)  # To its end, which closes the file.
    to = answer.headers.get("Location", "")
    if answer.status_code == 302 and to.startswith(SIGN_IN):
        return "sign in" if "next=" in to else "to sign-in"
    if answer.status_code in (401, 403):
        return "no"
    return "in" if answer.status_code < 500 else f"broken: {answer.status_code}"


@pytest.mark.parametrize("role", ["nobody", *EVERYONE])
def test_the_api_answers_whom_its_table_names(role: str, desk_house: DeskHouse, client: Any) -> None:
    caller = client if role == "nobody" else with_token(role)
    wrong = []
    for roles, entries in API.items():
        for entry in entries.split("|"):
            method, _, route = entry.partition(" ")
            # Without a body: whoever may is told what is missing, and nothing is changed by asking.
            url = filled(f"api/v1/{route}", desk_house)
            if method == "DELETE" and role in roles:
                continue
            answer = caller.generic(method, url, data=b"{}", content_type="application/json")
            expected = "in" if roles == ANYONE or role in roles else "no"
            if route == "mail/bounces/":
                expected = "no"  # It has a token of its own, which nobody of these holds.
            if outcome(answer) != expected:
                wrong.append((method, url, expected, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", STAFF)
def test_readers_pages_know_no_staff(role: str, desk_house: DeskHouse, client: Any) -> None:
    """A member of staff at a reader's page is a stranger like any other."""
    staff, wrong = signed_in(role), []
    for route, _ in every():
        if route.startswith(("desk/", "api/", "anymail/", "demo/")) or route in ("livez", "readyz", "metrics"):
            continue
        url = filled(route, desk_house)
        seen, expected = staff.get(url), client.get(url)
        if (seen.status_code, seen.headers.get("Location")) != (expected.status_code, expected.headers.get("Location")):
            wrong.append((url, seen.status_code, expected.status_code))
        if expected.status_code >= 500:
            wrong.append((url, expected.status_code, 0))

    assert wrong == []
