"""The accountant's tables, to the cent: domain rules 4.11, 4.15, 4.26, 4.38 and finance examples 1.5.1 to 1.5.12."""

import pytest

from orders.ledger.rules import allocate, earned_cents, unserved_cents


def test_rule_4_15_cancelled_after_4_served_gives_back_1197():
    assert earned_cents(1995, 10, 4) == 798
    assert unserved_cents(1995, 10, 4) == 1197


def test_rule_4_15_canadian_postage_is_refunded_apart_and_makes_1917():
    magazine, postage = unserved_cents(1995, 10, 4), unserved_cents(1200, 10, 4)

    assert (magazine, postage) == (1197, 720)
    assert magazine + postage == 1917


def test_rule_4_15_sales_tax_of_125_gives_back_75():
    assert unserved_cents(125, 10, 4) == 75


@pytest.mark.parametrize(
    ("remitted_cents", "earned", "refund"),
    [
        pytest.param(1696, 678, 1018, id="library agent, net of 15 percent"),
        pytest.param(1995, 798, 1197, id="gross"),
        pytest.param(299, 119, 180, id="consumer agent that keeps 85 percent"),
    ],
)
def test_rule_4_26_agency_order_cancelled_after_4(remitted_cents, earned, refund):
    assert earned_cents(remitted_cents, 10, 4) == earned
    assert unserved_cents(remitted_cents, 10, 4) == refund


def test_rule_4_38_one_of_four_gifts_stopped_after_3_gives_back_1397():
    assert unserved_cents(1995, 10, 3) == 1397


def test_rule_4_11_a_returned_issue_is_un_earned_and_a_goodwill_issue_is_not():
    returned, goodwill = 4 - 1, 4

    assert (earned_cents(1995, 10, returned), unserved_cents(1995, 10, returned)) == (598, 1397)
    assert (earned_cents(1995, 10, goodwill), unserved_cents(1995, 10, goodwill)) == (798, 1197)


def test_finance_1_5_1_on_the_day_of_sale_nothing_is_earned():
    assert (earned_cents(1995, 10, 0), unserved_cents(1995, 10, 0)) == (0, 1995)


def test_finance_1_5_2_refund_in_mid_term_leaves_earned_revenue_alone():
    assert earned_cents(1995, 10, 4) + unserved_cents(1995, 10, 4) == 798 + 1197


def test_finance_1_5_3_extension_of_2_spreads_1197_over_8():
    cumulative = [798 + earned_cents(1197, 8, k) for k in range(1, 9)]

    assert cumulative == [947, 1097, 1246, 1396, 1546, 1695, 1845, 1995]


def test_finance_1_5_4_early_renewal_keeps_the_old_liability_of_599_apart():
    assert unserved_cents(1995, 10, 7) == 599
    assert [earned_cents(1995, 10, k + 1) - earned_cents(1995, 10, k) for k in (7, 8, 9)] == [200, 199, 200]
    assert [earned_cents(2495, 10, k + 1) - earned_cents(2495, 10, k) for k in range(4)] == [249, 250, 249, 250]
    assert unserved_cents(1995, 10, 7) + unserved_cents(2495, 10, 0) == 3094


def test_finance_1_5_5_price_concession_of_500_at_4_served():
    assert earned_cents(1495, 10, 4) == 598
    assert unserved_cents(1495, 10, 4) == 897
    assert [earned_cents(1495, 10, k) for k in range(5, 11)] == [747, 897, 1046, 1196, 1345, 1495]


def test_finance_1_5_7_two_gifts_for_3495_split_and_the_second_ends_after_3():
    first, second = allocate(3495, [1995, 1995])

    assert (first, second) == (1748, 1747)
    assert earned_cents(second, 10, 3) == 524
    assert unserved_cents(second, 10, 3) == 1223


def test_finance_1_5_11_foreign_postage_earns_apart():
    parts = [(earned_cents(1995, 10, k), earned_cents(500, 10, k)) for k in (1, 2, 10)]

    assert parts == [(199, 50), (399, 100), (1995, 500)]


def test_finance_1_5_12_a_premium_is_split_off_by_value():
    assert allocate(1995, [3950, 1000]) == [1592, 403]
