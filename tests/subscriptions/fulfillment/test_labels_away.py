"""A label goes to where the reader is when the issue comes, and what has been printed never changes."""

import datetime as dt

from foundation.actors import Actor
from orders.revenue.queries.invariants.promise import PROMISE
from subscriptions.fulfillment import actions as runs
from subscriptions.fulfillment import queries
from subscriptions.fulfillment.models import Copy
from subscriptions.readers.models import Address
from subscriptions.terms import actions
from subscriptions.terms.models import AwayIssue, Pause
from tests.subscriptions.fulfillment.runs import PAT, records, released

ANA = Actor("reader", "1")


def florida(house, subscription, **fields):
    return house.address(subscription.reader, label_addr1="1 PALM ST", label_zip5="33101", label_state="FL", **fields)


def stays(house, subscription, address, leaves, back):
    return actions.stay_away(
        subscription_id=subscription.pk, address_id=address.pk, from_on=dt.date.fromisoformat(leaves),
        until_on=dt.date.fromisoformat(back), by=ANA, now=house.at("2026-02-20"),
    )  # fmt: skip


def reader_from_504(house):
    house.pull_before(504)
    subscription = house.subscription()
    house.term(subscription, first=504)
    return subscription


def test_the_issues_expected_there_go_there_and_the_others_home(house):
    subscription = reader_from_504(house)
    stays(house, subscription, florida(house, subscription), "2026-04-20", "2026-05-10")

    labels = [records(released(house, number))[0]["addr1"] for number in (504, 505, 506)]

    assert labels == ["2040 N MILWAUKEE AVE", "1 PALM ST", "2040 N MILWAUKEE AVE"]


def test_everyone_else_gets_their_copy_as_ever(house):
    subscription = reader_from_504(house)
    stays(house, subscription, florida(house, subscription), "2026-03-20", "2026-04-10")
    other = house.subscription(house.reader("Ben Stone"))
    house.term(other, first=504)

    run = released(house, 504)

    assert sorted((row["name"], row["addr1"]) for row in records(run)) == [
        ("ANA FIELD", "1 PALM ST"),
        ("BEN STONE", "2040 N MILWAUKEE AVE"),
    ]
    assert (run.rows, run.skips) == (2, 0)


def test_an_undeliverable_address_away_is_skipped_as_one_at_home_would_be(house):
    subscription = reader_from_504(house)
    there = florida(house, subscription, undeliverable_since=dt.date(2026, 3, 1))
    stays(house, subscription, there, "2026-03-20", "2026-04-10")
    house.term(house.subscription(house.reader("Ben Stone")), first=504)

    run = released(house, 504)

    assert (run.rows, run.skips) == (1, 1)
    assert Pause.objects.get().note == "undeliverable"


def test_nobodys_old_label_changes(house):
    subscription = reader_from_504(house)
    stay = stays(house, subscription, florida(house, subscription), "2026-03-20", "2026-04-10")
    run = released(house, 504)
    copies, seen = list(Copy.objects.values()), queries.copies_of(subscription.pk)
    file = records(run)
    now = house.at("2026-03-12")

    actions.end_stay(away_id=stay.away.pk, by=ANA, now=now)
    home = house.address(subscription.reader, label_addr1="9 NEW ST")
    actions.change_address(subscription_id=subscription.pk, address_id=home.pk, by=ANA, now=now)
    actions.lay_addresses_again(now=now)

    assert list(Copy.objects.values()) == copies
    assert queries.copies_of(subscription.pk) == seen
    assert "1 PALM ST" in str(seen[0].address).upper()
    assert records(run) == file
    assert AwayIssue.objects.get().issue == house.issue(504)


def test_a_void_and_a_second_run_label_alike(house):
    subscription = reader_from_504(house)
    stays(house, subscription, florida(house, subscription), "2026-03-20", "2026-04-10")
    run = released(house, 504)
    first = records(run)
    runs.void(run_id=run.pk, reason="a wrong insert", by=PAT, now=house.issue(504).pull_at)

    again = records(released(house, 504))

    assert [row["addr1"] for row in again] == [row["addr1"] for row in first] == ["1 PALM ST"]


def test_the_nightly_check_goes_by_the_address_of_the_label(house):
    probe = next(each for each in PROMISE if each.name == "No label to an undeliverable address")
    moment = {"since": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
    subscription = reader_from_504(house)
    there = florida(house, subscription)
    stays(house, subscription, there, "2026-03-20", "2026-04-10")
    released(house, 504)
    Address.objects.exclude(pk=there.pk).update(undeliverable_since=dt.date(2026, 3, 1))
    assert probe.ask(moment).found == 0  # It went to Florida.

    Address.objects.filter(pk=there.pk).update(undeliverable_since=dt.date(2026, 3, 1))
    assert probe.ask(moment).found == 1
