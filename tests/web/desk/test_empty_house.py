"""From an empty database a publisher gets going on the desk alone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver

from foundation.mail.models import OutgoingMail
from orders.checkout.models import Order
from orders.payments.models import WebhookEvent
from subscriptions.catalog.models import Issue, Magazine, Offer, OfferGiftTier, OfferPrice, SourceKey
from subscriptions.newsletters.models import Newsletter
from tests.signin import ClientFor, member, signed_in
from tests.web.conftest import NOW
from tests.web.desk.asking import does, text_of, url
from tests.web.reader.conftest import ANA, Browser
from web.desk.forms.catalog import MagazineForm
from web.desk.queries.getting_started import steps

pytestmark = pytest.mark.django_db

MAGAZINE = {
    "name": "The Beacon", "code": "beacon", "label_code": "BEA", "currency": "usd", "book_time_zone": "America/Denver",
    "covers": "Jan, Feb, Mar, Apr, May, Jun, Jul/Aug, Sep, Oct, Nov/Dec", "pull_day": "10", "pull_months_before": "1",
    "pull_hour": "17", "mail_after_days": "10", "in_home_first_days": "7", "in_home_last_days": "15",
    "grace_issues": "0", "renew_at_issues_left": "2", "invite_at_issues_left": "3, 1, 0", "recoup_within_issues": "4",
    "back_start_new": "0", "back_start_renewal": "0", "back_start_reinstated": "0", "seasonal_margin_days": "7",
    "zone_change": "bill", "absorb_below_cents": "3.00", "surcharge_due_days": "30", "surcharge_unpaid": "convert",
    "keep_label_files_days": "365",
}  # fmt: skip


def offer(magazine: Magazine, **changes: str) -> dict[str, Any]:
    prices = {"TOTAL_FORMS": "2", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "1", "MAX_NUM_FORMS": "3"}
    tiers = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    return {
        "magazine": magazine.pk, "name": "10 issues for $19.95", "code": "ten", "kind": "new", "issues": "10",
        "currency": "usd", "valid_from": "2026-02-01", "is_public": "on",
        **{f"prices-{name}": value for name, value in prices.items()},
        **{f"gift_tiers-{name}": value for name, value in tiers.items()},
        "prices-0-zone": "us", "prices-0-magazine_cents": "19.95", "prices-0-postage_cents": "0",
        "prices-1-zone": "ca", "prices-1-magazine_cents": "19.95", "prices-1-postage_cents": "12.00",
        **changes,
    }  # fmt: skip


@pytest.fixture
def ada(house_time: None) -> Any:
    return signed_in("admin")


def test_the_price_of_further_gifts_is_typed_with_the_offer(ada: Any) -> None:
    ada.post(url("catalog_magazine_add"), MAGAZINE)
    beacon = Magazine.objects.get()

    tier = {"gift_tiers-0-from_gift": "2", "gift_tiers-0-magazine_cents": "15.00"}
    ada.post(url("catalog_offer_add"), offer(beacon, **tier))

    assert list(OfferGiftTier.objects.values_list("offer__code", "from_gift", "magazine_cents")) == [("ten", 2, 15_00)]


def test_the_first_gift_has_the_price_of_the_offer(ada: Any) -> None:
    ada.post(url("catalog_magazine_add"), MAGAZINE)
    beacon = Magazine.objects.get()

    tier = {"gift_tiers-0-from_gift": "1", "gift_tiers-0-magazine_cents": "15.00"}
    answer = ada.post(url("catalog_offer_add"), offer(beacon, **tier))

    assert answer.status_code == 200
    assert not OfferGiftTier.objects.exists()


def missing() -> list[str]:
    return [step.title for step in steps() if not step.done]


def test_every_step_is_taken_on_the_desk(ada: Any, settings: Any) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRETS = "", []
    assert "Getting started 1 of 10 done" in text_of(ada.get(url("index")))

    member("clerk")
    ada.post(url("catalog_magazine_add"), MAGAZINE)
    beacon = Magazine.objects.get()
    assert beacon.covers == [[1], [2], [3], [4], [5], [6], [7, 8], [9], [10], [11, 12]]
    assert beacon.invite_at_issues_left == [3, 1, 0]
    ada.post(url("lay_out", "beacon"), {"first_number": 1, "first_year": 2026, "years": 2, "confirmed": "yes"})
    assert Issue.objects.count() == 20
    ada.post(url("catalog_offer_add"), offer(beacon))
    assert {(p.zone, p.magazine_cents, p.postage_cents) for p in OfferPrice.objects.all()} == {
        ("us", 1995, 0), ("ca", 1995, 1200),
    }  # fmt: skip
    ada.post(url("catalog_sourcekey_add"), {"code": "FAIR", "name": "Fair", "channel": "insert", "pieces": "0"})
    does(ada, url("stripe_key"), value="sk_test_0123456789abcdef")
    does(ada, url("stripe_webhook_secret"), value="whsec_0123456789abcdef")
    assert missing() == ["Stripe has reported", "Mail"]
    does(ada, url("send_test_mail"))
    OutgoingMail.objects.update(state="handed_over", handed_over_at=NOW)
    WebhookEvent.objects.create(event_id="evt_1", kind="charge.updated", created_at_stripe=NOW, state="done")

    page = text_of(ada.get(url("index")))

    assert missing() == []
    assert "Getting started" not in page
    assert "The Beacon" in page
    Browser().send("/beacon/", **ANA, offer="ten")
    assert Order.objects.get().source_key.code == "WEB"


def test_a_step_is_no_link_for_whoever_may_not_take_it(house_time: None, client_for: ClientFor) -> None:
    page = client_for("clerk").get(url("index")).content.decode()

    assert "An administrator does this." in page
    assert "/desk/settings/" not in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "desk"}, "is the address of other pages"),
        ({"code": "two words"}, "valid"),
        ({"label_code": "bea"}, "valid"),
        ({"covers": "Jan, Smarch"}, "is no month"),
        ({"covers": "Mar, Jan"}, "in the order of the year"),
        ({"covers": "Jan, Jan"}, "stands on two covers"),
        ({"covers": ""}, "required"),
        ({"pull_day": "32"}, "less than or equal to 31"),
        ({"in_home_last_days": "1"}, "arrive after that"),
        ({"invite_at_issues_left": "three"}, "Write numbers"),
        ({"book_time_zone": "Moon/Base"}, "valid choice"),
        ({"contact_email": "nobody"}, "valid email"),
        ({"mailer_id": "12"}, "valid"),
    ],
)
def test_a_magazine_that_cannot_be_is_refused_at_its_field(change: dict[str, str], said: str, ada: Any) -> None:
    answer = ada.post(url("catalog_magazine_add"), {**MAGAZINE, **change})

    assert said in text_of(answer)
    assert not Magazine.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prices-0-magazine_cents": "-1"}, "greater than or equal to 0"),
        ({"prices-0-magazine_cents": "19.955"}, "2 decimal places"),
        ({"prices-0-magazine_cents": "free"}, "Enter a number"),
        ({"prices-1-zone": "us"}, "duplicate"),
        ({"issues": "0"}, "at least one issue, or days"),
        ({"issues": "10", "access_cents": "5.00"}, "how many days of access"),
        ({"valid_until": "2026-01-01"}, "violated"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_at_its_field(change: dict[str, str], said: str, ada: Any) -> None:
    ada.post(url("catalog_magazine_add"), MAGAZINE)
    answer = ada.post(url("catalog_offer_add"), offer(Magazine.objects.get(), **change))

    assert said in text_of(answer)
    assert not Offer.objects.exists()


def test_who_typed_it_stands_in_the_audit_trail(ada: Any) -> None:
    from foundation.audit.models import AuditEntry

    ada.post(url("catalog_magazine_add"), MAGAZINE)
    magazine = Magazine.objects.get()
    ada.post(url("catalog_magazine_change", magazine.pk), {**MAGAZINE, "name": "The New Beacon"})

    entries = AuditEntry.objects.filter(object_kind="catalog.magazine").order_by("pk")
    assert [entry.action for entry in entries] == ["magazine.added", "magazine.changed"]
    assert entries[1].detail == {"fields": ["Name"]}
    assert entries[0].actor == f"staff:{member('admin').pk}"


def test_nothing_of_the_catalog_is_deleted(ada: Any) -> None:
    ada.post(url("catalog_sourcekey_add"), {"code": "WEB", "name": "Website", "channel": "web", "pieces": "0"})
    key = SourceKey.objects.get()

    ada.post(f"/desk/catalog/sourcekey/{key.pk}/delete/", {"post": "yes"})
    ada.post(url("catalog_sourcekey_changelist"), {"action": "delete_selected", "_selected_action": [key.pk]})
    assert SourceKey.objects.count() == 1


def test_a_newsletter_is_opened(ada: Any) -> None:
    typed = {"name": "Weekend", "slug": "weekend", "is_open": "on", "consent_text": "Yes, send it."}
    ada.post(url("newsletters_newsletter_add"), typed)

    assert Newsletter.objects.get().slug == "weekend"


def test_no_magazine_takes_the_address_of_other_pages() -> None:
    fixed = {first for first in first_parts(get_resolver()) if re.fullmatch(r"[a-z-]+", first)}

    assert "pay" in fixed
    assert {first for first in fixed if "code" not in MagazineForm({"code": first}).errors} == set()


def first_parts(resolver: Any, before: str = "") -> Iterator[str]:
    """What the addresses of the house begin with."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver) and "/" not in route:
            yield from first_parts(entry, route)
        else:
            yield route.partition("/")[0]
