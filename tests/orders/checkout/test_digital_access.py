"""Digital access sold beside ten issues, or alone: $5.00 of $19.95 for 365 days."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from foundation.mail.models import OutgoingMail
from orders.checkout import queries
from orders.checkout.models import OrderLine
from orders.checkout.rules import access_share
from orders.ledger import queries as books
from orders.revenue import actions as revenue
from orders.revenue.queries import liability_cents
from subscriptions.terms.models import AccessTerm, Term
from tests.house import at
from tests.shop import Shop


@pytest.fixture
def both(shop: Shop) -> Shop:
    shop.house.make_offer(code="both", issues=10, cents=1995, access_days=365, access_cents=500)
    return shop


@pytest.fixture
def alone(shop: Shop) -> Shop:
    offer = shop.house.make_offer(code="alone", issues=0, cents=999, access_days=30)
    offer.__class__.objects.filter(pk=offer.pk).update(name="Read online for a month")
    return shop


def test_the_price_is_shared_between_the_issues_and_the_access(both: Shop):
    order = both.sells(both.request(offer="both"))

    line, access = order.lines.get(), AccessTerm.objects.get()
    assert (line.term.magazine_cents, access.price_cents, access.line_uuid) == (1495, 500, line.uuid)
    assert (access.reader, access.payer, access.from_on) == (line.recipient, order.payer, dt.date(2026, 2, 20))
    assert access.until_on == dt.date(2027, 2, 20)
    assert -books.balance("2100") == liability_cents(until=dt.date.max) == 1995


def test_what_the_access_costs_is_fixed_when_it_is_ordered(both: Shop):
    order = both.order(both.request(offer="both"))
    order.lines.get().offer.__class__.objects.filter(code="both").update(access_cents=900, access_days=30)
    both.pays(order)

    both.settles()

    assert AccessTerm.objects.get().price_cents == 500


def test_access_alone_starts_no_subscription_and_has_no_postage(alone: Shop):
    request = alone.request(offer="alone")
    order = alone.sells(
        replace(request, ship_to=replace(request.ship_to, region="ON", postcode="M5V 2T6", country="CA"))
    )

    line, access = order.lines.get(), AccessTerm.objects.get()
    assert (order.state, order.total_cents, line.subscription, line.term) == ("paid", 999, None, None)
    assert (access.price_cents, (access.until_on - access.from_on).days) == (999, 30)
    assert not Term.objects.exists()
    assert -books.balance("2100") == liability_cents(until=dt.date.max) == 999


def test_access_alone_is_not_renewed_by_itself(alone: Shop):
    offer = alone.house.make_offer(code="again", issues=0, cents=999, access_days=30)
    offer.__class__.objects.filter(code="alone").update(renews_with=offer)

    assert queries.quote(offer_code="alone", country="US", copies=1, now=alone.now).consent is None


def test_the_thanks_say_the_days(both: Shop, alone: Shop):
    both.sells(both.request(offer="both"))
    alone.sells(alone.request(offer="alone"))

    first, second = OutgoingMail.objects.filter(kind="order_acknowledgement").order_by("pk")
    assert "10 issues, starting with Apr 2026 365 days of digital access" in " ".join(first.text.split())
    assert "30 days of digital access" in second.text
    assert "0 issues" not in second.text.replace("10 issues", "")


def test_it_is_earned_month_by_month_beside_the_issues(both: Shop):
    both.sells(both.request(offer="both"))

    revenue.post_access(now=at("2026-04-01"))

    # 20 February to 31 March: 40 of 365 days of 500 cents.
    assert -books.balance("4140") == 500 * 40 // 365
    check = revenue.nightly_check(now=at("2026-04-01"))
    assert [finding["number"] for finding in check.findings if not finding["ok"]] == [9]  # The fee is not known yet.


@pytest.mark.parametrize(
    ("issues", "days", "asked", "share"), [(10, None, 0, 0), (10, 30, 500, 500), (10, 30, 5000, 1995), (0, 30, 0, 1995)]
)
def test_the_share_is_never_more_than_the_price_and_all_of_it_without_issues(issues, days, asked, share):
    assert access_share(1995, issues=issues, access_days=days, access_cents=asked) == share


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"issues": 0, "access_cents": 1995}, "line_has_issues_or_days"),
        ({"access_cents": 1996}, "access_is_a_part_of_the_price"),
        ({"issues": 0, "access_days": 30}, "what_has_no_issues_is_all_access"),
    ],
)
def test_the_database_keeps_the_parts_of_a_line_whole(shop: Shop, broken: dict[str, int], constraint: str):
    shop.order()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OrderLine.objects.update(**broken)
