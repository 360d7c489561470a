"""An order for oneself that begins with a named issue; on 20 February 2026 the next one is 504. Ten are asked for."""

from typing import Any

import pytest

from foundation.errors import Invalid
from orders.checkout import queries
from orders.checkout.actions.intake import _body_hash
from orders.checkout.models import OrderLine
from subscriptions.terms.queries import expire
from tests.house import at
from tests.orders.checkout.test_order_imports import ANA, HEADER, checked, problems, taken
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def told(shop: Shop, start: int, offer: str = "ten") -> Any:
    return queries.quote(offer_code=offer, country="US", copies=1, start_issue=start, now=shop.now)


def test_it_begins_with_the_issue_that_was_named(shop: Shop):
    quote = told(shop, 506)

    line = shop.sells(shop.request(start_issue=506)).lines.get()

    assert (quote.first_issue.number, quote.expire_issue.number) == (506, 515)
    assert quote.holds_until == quote.first_issue.pull_at
    assert line.promised_first_issue.number == 506
    assert (line.term.start_issue.number, expire(line.subscription_id).issue.number) == (506, 515)


def test_paid_too_late_it_begins_with_the_next_issue(shop: Shop):
    order = shop.order(shop.request(start_issue=504))
    shop.pays(order)
    shop.move_to(at("2026-03-10", hour=18))
    shop.house.pull_before(505)

    shop.settles()

    assert order.lines.get().term.start_issue.number == 505


@pytest.mark.parametrize("start", [503, 9999])
def test_an_issue_out_of_reach_is_refused_and_the_first_that_can_is_named(shop: Shop, start: int):
    with pytest.raises(Invalid) as refusal:
        told(shop, start)

    [(code, sentence)] = refusal.value.fields["start_issue"]
    assert code == "out_of_reach"
    assert "Apr 2026" in sentence


def test_digital_access_alone_begins_with_no_issue(shop: Shop):
    shop.house.make_offer(code="alone", issues=0, cents=999, access_days=30)

    with pytest.raises(Invalid) as refusal:
        told(shop, 506, offer="alone")

    assert refusal.value.fields["start_issue"][0][0] == "no_issues"


def test_a_key_of_before_is_a_repeat_still(shop: Shop):
    plain, later = shop.request(), shop.request(start_issue=506)

    assert _body_hash(plain, None) == _body_hash(shop.request(start_issue=None), None) != _body_hash(later, None)


def test_a_line_of_a_file_names_its_issue(shop: Shop):
    later = shop.house.issue(506)
    taken(f"{ANA},506", f"{ANA.replace('card-1', 'card-2')},", header=f"{HEADER},start_issue")

    lines = OrderLine.objects.order_by("pk")
    assert [line.promised_first_issue.number for line in lines] == [506, 504]
    assert [line.start_issue for line in lines] == [later, None]


@pytest.mark.parametrize(("typed", "code"), [("503", "out_of_reach"), ("soon", "malformed"), ("0", "malformed")])
def test_an_odd_issue_in_a_file_is_told_by_column(shop: Shop, typed: str, code: str):
    found = checked(f"{ANA},{typed}", header=f"{HEADER},start_issue")

    assert problems(found) == {(2, "start_issue", code)}
