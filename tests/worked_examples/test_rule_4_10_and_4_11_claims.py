"""Rules 4.10 and 4.11: a claim answered with another copy, and with an extension; both ways of the money."""

from typing import Any

import pytest

from orders.ledger import queries as books
from orders.revenue import actions as revenue
from orders.revenue import queries as revenue_queries
from subscriptions.catalog.queries import stock_of
from subscriptions.fulfillment.models import CLAIM, Copy
from subscriptions.fulfillment.rules.claims import Outcome
from subscriptions.terms.models import ServiceReason, Term
from subscriptions.terms.queries import expire
from tests.orders.revenue.printing import post_sale
from tests.subscriptions.fulfillment.runs import records
from tests.worked_examples.post_office import claim, files, later, mail, overdue, stock
from tests.worked_examples.three_houses import HOUSES, reader_of_4_1

__all__ = ["files"]
pytestmark = pytest.mark.django_db


# Ten units from 504 on; on the bi-monthly 504 and 510 count two.
@pytest.mark.parametrize(("calendar", "last"), [("sample", 513), ("weekly", 513), ("bi-monthly", 511)])
def test_rule_4_10_another_copy_from_stock_changes_no_term(calendar: str, last: int) -> None:
    house = HOUSES[calendar]()
    reader = reader_of_4_1(house)
    mail(house, 504, 505)
    stock(house, 505, copies=3)

    answer = claim(house, reader, 505, now=overdue(house, 505))
    run = later(house, 505, purpose=CLAIM, now=overdue(house, 505))

    assert answer.outcome == Outcome.REPLACEMENT
    assert expire(reader.pk).issue.number == last
    assert stock_of(house.issue(505).pk) == 2
    # The key of a copy: issue, subscription, copy number, purpose, sequence.
    keys = Copy.objects.filter(issue_id=run.issue_id).order_by("purpose").values_list("copy_no", "purpose", "sequence")
    assert list(keys) == [(1, 1, 1), (1, 3, 1)]
    assert len(records(run)) == 1


@pytest.mark.parametrize(
    ("calendar", "last", "extended"), [("sample", 513, 514), ("weekly", 513, 514), ("bi-monthly", 511, 512)]
)
def test_rule_4_11_without_stock_the_term_runs_one_issue_longer(calendar: str, last: int, extended: int) -> None:
    house = HOUSES[calendar]()
    reader = reader_of_4_1(house)
    mail(house, 504, 505)
    assert expire(reader.pk).issue.number == last

    answer = claim(house, reader, 505, now=overdue(house, 505))

    assert answer.outcome == Outcome.EXTENSION
    assert expire(reader.pk).issue.number == extended


@pytest.mark.parametrize(
    ("effect", "earned", "deferred"),
    # QuickFill takes the issue back out of what was served; Advantage leaves it, and the eleventh issue earns nothing.
    [("credit", 598, 1397), ("bonus", 798, 1197)],
)
def test_rule_4_11_the_reason_decides_about_the_money(effect: str, earned: int, deferred: int) -> None:
    house = HOUSES["sample"]()
    ServiceReason.objects.filter(code="missing").update(effect=effect)
    reader = reader_of_4_1(house)
    term = Term.objects.get()
    post_sale(term)
    mail(house, 504, 505, 506, 507)
    now = overdue(house, 507)
    revenue.post_mailed_runs(now=now)
    assert [books.balance(account) for account in ("4100", "2100")] == [-798, -1197]

    claim(house, reader, 505, now=now)
    revenue.post_entries(now=now)

    assert [books.balance(account) for account in ("4100", "2100")] == [-earned, -deferred]
    assert revenue_queries.liability_cents(until=house.at("2026-12-31").date()) == deferred
    mail(house, *range(508, 515))
    revenue.post_mailed_runs(now=overdue(house, 514))
    revenue.post_entries(now=overdue(house, 514))
    # After the eleventh issue everything is earned, either way.
    assert [books.balance(account) for account in ("4100", "2100")] == [-1995, 0]


def test_rule_4_11_taking_the_extension_back_reverses_the_same_amount() -> None:
    from subscriptions.fulfillment.actions import withdraw_claim
    from tests.subscriptions.fulfillment.runs import PAT

    house = HOUSES["sample"]()
    reader: Any = reader_of_4_1(house)
    post_sale(Term.objects.get())
    mail(house, 504, 505, 506, 507)
    now = overdue(house, 507)
    revenue.post_mailed_runs(now=now)
    made = claim(house, reader, 505, now=now).claim
    revenue.post_entries(now=now)

    assert made is not None
    withdraw_claim(claim_id=made.pk, by=PAT, now=now)
    revenue.post_entries(now=now)

    assert [books.balance(account) for account in ("4100", "2100")] == [-798, -1197]
    assert expire(reader.pk).issue.number == 513
