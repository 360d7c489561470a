import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from subscriptions.catalog.actions import CalendarIsOver
from subscriptions.terms import actions, queries
from subscriptions.terms.actions import LineStartedElsewhere
from subscriptions.terms.models import Entry, Term
from subscriptions.terms.queries import TermNeverEnds
from tests.house import House
from tests.subscriptions.terms.orders import SYSTEM, settle


def test_starts_with_the_first_issue_whose_pull_time_has_not_come(house: House) -> None:
    house.pull_before(504)

    term = settle(house.subscription(), now=house.at("2026-02-20"))

    assert term.start_issue == house.issue(504)
    assert (term.c_from, term.c_to) == (3, 13)
    assert queries.expire(term.subscription_id).issue == house.issue(513)


@pytest.mark.parametrize(
    ("day", "hour", "first"), [("2026-03-09", 12, 504), ("2026-03-10", 16, 504), ("2026-03-10", 17, 505)]
)
def test_an_order_at_the_pull_time_comes_too_late_even_before_the_run(
    house: House, day: str, hour: int, first: int
) -> None:
    house.pull_before(504)

    term = settle(house.subscription(), now=house.at(day, hour))

    assert term.start_issue == house.issue(first)


def test_writes_the_purchase_into_the_ledger_and_keeps_what_was_paid(house: House) -> None:
    term = settle(house.subscription(), now=house.at("2026-02-20"), magazine_cents=1995, postage_cents=1200)

    entry = Entry.objects.get(term=term)
    assert (entry.kind, entry.units, entry.by) == ("bought", 10, "system:test")
    assert term.price_cents == 3195
    assert queries.broken_ledgers() == []


def test_an_early_renewal_waits_behind_the_running_term(house: House) -> None:
    house.pull_before(504)
    subscription = house.subscription()
    first = settle(subscription, now=house.at("2026-02-20"))
    house.pull_before(507)

    renewal = settle(subscription, now=house.at("2026-06-01"))

    assert renewal.predecessor == first
    assert renewal.start_issue == house.issue(514)
    assert queries.expire(subscription.pk).issue == house.issue(523)
    assert queries.expire(subscription.pk).units_left == 17


def test_a_late_renewal_starts_with_the_next_issue_and_leaves_the_gap(house: House) -> None:
    subscription = house.subscription()
    house.term(subscription, first=504)
    house.pull_before(520)

    renewal = settle(subscription, now=house.at("2027-09-20"))

    assert renewal.start_issue == house.issue(520)
    assert queries.expire(subscription.pk).issue == house.issue(529)


def test_grace_copies_are_recouped(house: House) -> None:
    subscription = house.subscription()
    house.term(subscription, first=504, grace=3)
    house.pull_before(516)

    renewal = settle(subscription, now=house.at("2027-04-20"))

    assert queries.expire(subscription.pk).issue == house.issue(523)
    assert sum(e.units for e in Entry.objects.filter(term=renewal)) == 8
    assert queries.broken_ledgers() == []


def test_the_grace_of_a_term_ends_with_its_successor(house: House) -> None:
    house.magazine.grace_issues = 3
    house.magazine.save(update_fields=["grace_issues"])
    subscription = house.subscription()
    first = settle(subscription, now=house.at("2026-02-20"))
    assert first.grace == 3

    second = settle(subscription, now=house.at("2026-02-20"))

    first.refresh_from_db()
    assert (first.grace, second.grace) == (0, 3)


@pytest.mark.parametrize(("copy_class", "grace"), [("paid", 3), ("gift", 3), ("comp", 0), ("agency", 0), ("credit", 0)])
def test_only_readers_who_pay_get_grace(house: House, copy_class: str, grace: int) -> None:
    house.magazine.grace_issues = 3
    house.magazine.save(update_fields=["grace_issues"])

    assert settle(house.subscription(), now=house.at("2026-02-20"), copy_class=copy_class).grace == grace


def test_the_same_line_again_gives_the_same_term(house: House) -> None:
    subscription, line = house.subscription(), uuid.uuid4()

    first = settle(subscription, now=house.at("2026-02-20"), line=line)
    again = settle(subscription, now=house.at("2026-03-20"), line=line)

    assert again == first
    assert Term.objects.count() == 1
    assert Entry.objects.count() == 1


def test_refuses_a_line_that_has_started_another_subscription(house: House) -> None:
    line = uuid.uuid4()
    settle(house.subscription(), now=house.at("2026-02-20"), line=line)

    with pytest.raises(LineStartedElsewhere):
        settle(house.subscription(), now=house.at("2026-02-20"), line=line)


def test_refuses_to_wait_behind_a_term_without_end(house: House) -> None:
    subscription = house.subscription()
    house.term(subscription, units=None)

    with pytest.raises(TermNeverEnds):
        settle(subscription, now=house.at("2026-02-20"))


def test_refuses_when_the_calendar_is_over(house: House) -> None:
    with pytest.raises(CalendarIsOver):
        settle(house.subscription(), now=house.at("2036-01-01"))


def test_a_term_behind_a_double_starts_with_the_issue_after(house: House) -> None:
    house.pull_before(504)
    actions.reweigh_issue(issue_id=house.issue(506).pk, weight=2, by=SYSTEM)
    subscription = house.subscription()
    settle(subscription, now=house.at("2026-02-20"), units=3)  # 504, 505, and half of 506

    second = settle(subscription, now=house.at("2026-02-20"))

    assert second.start_issue == house.issue(507)
    assert queries.expire(subscription.pk).issue == house.issue(516)


def test_two_terms_never_cover_the_same_issue(house: House) -> None:
    subscription = house.subscription()
    house.term(subscription, first=504)

    house.term(subscription, first=513)
    with pytest.raises(IntegrityError, match="one_term_at_a_time"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS one_term_at_a_time IMMEDIATE")


def bought(payer: Any, line: uuid.UUID | None = None, **fields: Any) -> actions.Bought:
    values: dict[str, Any] = {
        "line_uuid": line or uuid.uuid4(), "payer_id": payer.pk, "units": 10, "copies": 1, "copy_class": "paid",
        "magazine_cents": 1995, "postage_cents": 0, "currency": "usd", "sold_on": dt.date(2026, 2, 20),
    }  # fmt: skip
    return actions.Bought(**{**values, **fields})


def first_term(house: House, reader: Any, address: Any, **fields: Any) -> actions.FirstTerm:
    wanted = bought(reader, **fields)
    return actions.FirstTerm(
        magazine=house.magazine, reader_id=reader.pk, address=address, renewal="renew", bought=wanted
    )


def test_many_new_subscriptions_start_as_one_by_one(house: House) -> None:
    house.pull_before(504)
    now = house.at("2026-02-20")
    readers = ana, ben = [house.reader(name) for name in ("Ana Field", "Ben Cole")]
    wanted = [
        first_term(house, ana, house.address(ana), units=10),
        first_term(house, ben, house.address(ben), units=4),
    ]

    terms = actions.open_with_terms(wanted=wanted, by=SYSTEM, now=now)
    alone = settle(house.subscription(), now=now, sold_on=dt.date(2026, 2, 20))

    assert [(term.c_from, term.units, term.start_issue.number) for term in terms] == [(3, 10, 504), (3, 4, 504)]
    assert [term.subscription.reader_id for term in terms] == [reader.pk for reader in readers]
    assert [list(term.entries.values_list("kind", "units")) for term in terms] == [[("bought", 10)], [("bought", 4)]]
    own = {"id", "uuid", "subscription_id", "payer_id", "line_uuid"}
    one, other = (Term.objects.filter(pk=pk).values().get() for pk in (terms[0].pk, alone.pk))
    assert {k: v for k, v in one.items() if k not in own} == {k: v for k, v in other.items() if k not in own}


def test_none_of_many_starts_when_an_address_is_somebody_elses(house: House) -> None:
    now = house.at("2026-02-20")
    ana, ben = house.reader("Ana Field"), house.reader("Ben Cole")
    wanted = [first_term(house, ana, house.address(ana)), first_term(house, ben, house.address(ana))]

    with pytest.raises(actions.AddressOfSomeoneElse):
        actions.open_with_terms(wanted=wanted, by=SYSTEM, now=now)

    assert not Term.objects.exists()


def test_a_line_that_has_started_a_term_starts_no_second_one_with_others(house: House) -> None:
    now, line, ana = house.at("2026-02-20"), uuid.uuid4(), house.reader("Ana Field")
    wanted = [first_term(house, ana, house.address(ana), line=line)]
    actions.open_with_terms(wanted=wanted, by=SYSTEM, now=now)

    with pytest.raises(IntegrityError, match="line_uuid"), transaction.atomic():
        actions.open_with_terms(wanted=wanted, by=SYSTEM, now=now)

    assert Term.objects.count() == 1
