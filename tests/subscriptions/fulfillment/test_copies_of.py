import datetime as dt

from subscriptions.fulfillment import actions, queries
from tests.subscriptions.fulfillment.runs import PAT, released


def test_shows_every_copy_with_the_address_that_was_used(house):
    house.pull_before(504)
    reader = house.reader()
    address = house.address(reader, label_company="FIELD LLC", label_addr2="FL 2")
    subscription = house.subscription(reader, address)
    house.term(subscription, first=504)
    first = released(house, 504)
    actions.hand_over(run_id=first.pk, to="Print House", by=PAT, now=house.at("2026-03-11"))
    actions.confirm_mailed(run_id=first.pk, mailed_on=dt.date(2026, 3, 20), by=PAT, now=house.at("2026-03-20"))
    address.label_addr1 = "ELSEWHERE 1"
    address.save(update_fields=["label_addr1"])
    second = released(house, 505)

    later, earlier = queries.copies_of(subscription.pk)

    assert (later.issue.number, later.run_id, later.mailed_on) == (505, second.pk, None)
    assert later.address[3] == "ELSEWHERE 1"
    assert (earlier.issue.number, earlier.run_id, earlier.mailed_on) == (504, first.pk, dt.date(2026, 3, 20))
    assert earlier.address == ("ANA FIELD", "FIELD LLC", "FL 2", "2040 N MILWAUKEE AVE", "CHICAGO IL 60647-4002")
    assert (earlier.copy_class, earlier.units) == ("paid", 1)


def test_a_statement_counts_by_class_from_the_copies(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504, copies=3)
    house.term(house.subscription(), first=504, copy_class="comp", cents=0)

    statement = queries.statement(released(house, 504).pk)

    assert statement == [
        {"copy_class": "comp", "paid_code": "F", "subscriptions": 1, "copies_sent": 1, "units_used": 1},
        {"copy_class": "paid", "paid_code": "P", "subscriptions": 1, "copies_sent": 3, "units_used": 1},
    ]
    assert [run.issue.number for run in queries.runs(house.magazine.pk)] == [504]
