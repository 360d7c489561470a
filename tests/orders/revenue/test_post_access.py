"""365 days of digital access for $36.50, ten cents a day, sold on 10 March 2026."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from foundation.actors import Actor
from orders.ledger import actions as ledger
from orders.ledger import queries as books
from orders.ledger.models import Journal
from orders.revenue import actions, queries
from orders.revenue.models import AccessPosting
from subscriptions.terms import actions as terms
from subscriptions.terms.models import AccessTerm
from tests.house import House, at

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "1")


def sell(house: House, *, on: str = "2026-03-10", days: int = 365, cents: int = 3650, **fields: Any) -> AccessTerm:
    reader = house.reader()
    access = terms.start_access(
        magazine_id=house.magazine.pk, reader_id=reader.pk, payer_id=reader.pk, days=days, price_cents=cents,
        currency=fields.pop("currency", "usd"), sold_on=dt.date.fromisoformat(on), by=CLERK, now=house.at(on),
    )  # fmt: skip
    ledger.post(
        posting_key=f"access-sale:{access.pk}",
        kind="sale",
        book_date=access.sold_on,
        currency=access.currency,
        lines=[ledger.Posting("1010", cents), ledger.Posting("2100", -cents, magazine="lantern")],
    )
    return access


def ties() -> bool:
    return queries.roll_forward(from_day=dt.date(2026, 1, 1), until=dt.date(2028, 1, 1)).is_in_balance


def test_a_month_is_earned_by_its_days_when_it_is_over(house: House):
    sell(house)

    assert actions.post_access(now=house.at("2026-03-31")) == 0
    assert actions.post_access(now=house.at("2026-04-01")) == 1

    journal = Journal.objects.get(kind="earn")  # Of 10 to 31 March: 22 days.
    assert (journal.posting_key, journal.book_date) == ("access:lantern:2026-03", dt.date(2026, 3, 31))
    assert {line.account_id: line.cents for line in journal.lines.all()} == {
        "2100": 220,
        "4140": -220,
    }
    assert ties()


def test_a_sale_of_the_last_minute_that_is_committed_after_midnight_is_earned_in_its_month(house: House):
    sell(house)
    assert actions.post_access(now=at("2026-04-01", 0) + dt.timedelta(seconds=10)) == 0
    sell(house, on="2026-03-31", days=10, cents=100)

    assert actions.post_access(now=at("2026-04-01", 1)) == 1

    assert AccessPosting.objects.get().cents == 220 + 10
    assert ties()


def test_a_month_that_cannot_be_posted_keeps_none_behind_it_waiting(house: House, monkeypatch: Any):
    sell(house)
    earned = queries.access_earned

    def breaks(month: queries.AccessMonth) -> int:
        if month.first_day == dt.date(2026, 3, 1):
            raise ValueError("something nobody thought of")
        return earned(month)

    with monkeypatch.context() as broken:
        broken.setattr(queries, "access_earned", breaks)
        assert actions.post_access(now=house.at("2026-05-01")) == 1
    assert AccessPosting.objects.get().cents == 300  # The thirty days of April.

    assert actions.post_access(now=house.at("2026-05-01")) == 1
    assert ties()


def test_posting_twice_changes_nothing(house: House):
    sell(house)
    actions.post_access(now=house.at("2026-04-01"))

    assert actions.post_access(now=house.at("2026-04-01")) == 0
    assert AccessPosting.objects.count() == 1


def test_months_that_were_missed_are_posted_one_by_one_and_the_last_takes_the_rest(house: House):
    sell(house, days=100, cents=999)

    actions.post_access(now=house.at("2026-08-01"))

    # 22, 52, 83 and 100 of 100 days: 219, 519, 829 and 999 cents; then there is nothing to earn.
    assert [p.cents for p in AccessPosting.objects.order_by("first_day")] == [219, 300, 310, 170, 0]
    assert AccessPosting.objects.get(cents=0).journal is None
    assert books.balance("2100") == 0
    assert ties()


def test_access_that_waits_behind_another_is_earned_when_its_days_come(house: House):
    first = sell(house, days=22, cents=220)
    waiting = sell(house, days=10, cents=100)
    AccessTerm.objects.filter(pk=waiting.pk).update(from_on=first.until_on, until_on=first.until_on + dt.timedelta(10))

    actions.post_access(now=house.at("2026-05-01"))

    assert [p.cents for p in AccessPosting.objects.order_by("first_day")] == [220, 100]


def test_what_ends_early_earns_no_more_and_lets_go_of_the_rest(house: House):
    access = sell(house)
    terms.end_access(access_id=access.pk, because="cancelled", by=CLERK, now=house.at("2026-03-20"))
    ledger.post(
        posting_key="refund:1:approved",
        kind="refund",
        book_date=dt.date(2026, 3, 20),
        currency="usd",
        lines=[ledger.Posting("2100", 3550, magazine="lantern"), ledger.Posting("2300", -3550)],
    )

    actions.post_access(now=house.at("2026-05-01"))

    assert [p.cents for p in AccessPosting.objects.order_by("first_day")] == [100, 0]
    assert books.balance("2100") == 0
    assert ties()


def test_what_was_sold_late_catches_up_in_the_month_of_its_sale(house: House):
    sell(house)
    AccessTerm.objects.update(from_on="2026-02-20", until_on="2027-02-20")

    actions.post_access(now=house.at("2026-04-01"))

    assert AccessPosting.objects.get().cents == 400  # 20 February to 31 March: 40 days.
    assert ties()


def test_each_currency_has_its_own_journal(house: House):
    sell(house)
    sell(house, currency="cad", cents=365)

    actions.post_access(now=house.at("2026-04-01"))

    assert {p.currency: p.cents for p in AccessPosting.objects.all()} == {"usd": 220, "cad": 22}
    assert Journal.objects.get(kind="earn", currency="cad").posting_key.endswith(":cad")


def test_a_month_waits_for_its_access(house: House):
    sell(house)
    by, now = Actor("staff", "7"), house.at("2026-05-01")

    with pytest.raises(actions.AccessIsNotPosted, match="March 2026"), transaction.atomic():
        actions.close_month(first_day=dt.date(2026, 3, 1), by=by, now=now)
    actions.post_access(now=now)

    assert actions.close_month(first_day=dt.date(2026, 3, 1), by=by, now=now).state == "closed"


def test_the_database_takes_no_second_posting_of_a_month(house: House):
    sell(house)
    actions.post_access(now=house.at("2026-04-01"))
    posting = AccessPosting.objects.get()
    posting.pk, posting.journal, posting.cents = None, None, 0

    with pytest.raises(IntegrityError, match="access_is_posted_once"), transaction.atomic():
        posting.save()


def test_the_database_takes_no_cents_without_a_journal(house: House):
    sell(house)
    actions.post_access(now=house.at("2026-04-01"))

    with pytest.raises(IntegrityError, match="cents_of_access_have_a_journal"), transaction.atomic():
        AccessPosting.objects.update(journal=None)
