"""Finance examples 1.5.1, 1.5.2, 1.5.4 and 1.5.11 in the books: real journals of real terms and mailed copies.

The figures are the accountant's; the arithmetic alone is in test_rule_4_15_and_finance_1_5_money.
"""

import pytest

from orders.ledger import actions as ledger
from orders.ledger import queries as books
from orders.ledger.actions import Posting
from orders.revenue import actions, queries
from orders.revenue.models import RunPosting
from subscriptions.terms.models import Term
from tests.house import House
from tests.orders.revenue.printing import mail_issue, post_sale

pytestmark = pytest.mark.django_db


def mail(house: House, terms: list[Term], numbers: range) -> list[int]:
    """Mail these issues and post them; what each earned."""
    earned = []
    for number in numbers:
        run = mail_issue(number, terms)
        actions.post_mailed_runs(now=house.at(str(run.mailed_on)))
        earned.append(RunPosting.objects.get(run_uuid=run.uuid).earned_cents)
    return earned


def balances(*accounts: str) -> list[int]:
    return [books.balance(account) for account in accounts]


def test_1_5_1_sale_and_fee(house: House):
    post_sale(house.term(house.subscription()))
    ledger.post(
        posting_key="stripe:bt:txn_1",
        kind="fee",
        book_date=house.at("2026-02-20").date(),
        currency="usd",
        lines=[Posting("5100", 88), Posting("1010", -88)],
    )

    assert balances("1010", "2100", "5100") == [1907, -1995, 88]  # The payout will be 1907.


def test_1_5_2_at_4_served_798_is_earned_and_1197_could_be_refunded(house: House):
    term = house.term(house.subscription())
    post_sale(term)

    mail(house, [term], range(504, 508))

    assert balances("2100", "4100") == [-1197, -798]
    assert queries.liability_cents(until=house.at("2027-01-01").date()) == 1197


def test_1_2_every_issue_of_1995_over_10(house: House):
    term = house.term(house.subscription())
    post_sale(term)

    assert mail(house, [term], range(504, 514)) == [199, 200, 199, 200, 199, 200, 199, 200, 199, 200]
    assert balances("2100", "4100") == [0, -1995]


def test_1_5_4_early_renewal_at_a_new_price_with_3_left(house: House):
    subscription = house.subscription()
    first = house.term(subscription)
    post_sale(first)
    mail(house, [first], range(504, 511))
    second = house.term(subscription, first=514, cents=2495)
    post_sale(second)

    assert books.balance("2100") == -3094
    assert mail(house, [first], range(511, 514)) == [200, 199, 200]
    assert mail(house, [second], range(514, 518)) == [249, 250, 249, 250]
    assert -books.balance("2100") == queries.liability_cents(until=house.at("2030-01-01").date()) == 2495 - 998


def test_1_5_11_foreign_postage_500_earns_apart_and_ends_at_2495(house: House):
    term = house.term(house.subscription(), postage_cents=500)
    post_sale(term)

    assert mail(house, [term], range(504, 506)) == [199 + 50, 200 + 50]
    mail(house, [term], range(506, 514))
    assert balances("2100", "4100", "4110") == [0, -1995, -500]


def test_1_5_9_a_net_agency_order_of_399_earns_39_and_40(house: House):
    term = house.term(house.subscription(), cents=399, copy_class="agency")

    assert mail(house, [term], range(504, 508)) == [39, 40, 40, 40]


def test_1_5_14_and_18_grace_copies_earn_nothing(house: House):
    term = house.term(house.subscription(), units=1, cents=300, grace=2)

    assert mail(house, [term], range(504, 507)) == [300, 0, 0]
