from typing import Any

from subscriptions.catalog.actions import receive_stock
from subscriptions.terms import actions, queries
from tests.house import House
from tests.subscriptions.terms.orders import SYSTEM, settle


def running(house: House) -> Any:
    """504 to 513, and a renewal behind it to 523; 504 to 506 have been pulled."""
    house.pull_before(504)
    subscription = house.subscription()
    settle(subscription, now=house.at("2026-02-20"))
    house.pull_before(507)
    settle(subscription, now=house.at("2026-06-01"))
    return subscription


def test_shows_what_a_reader_has_and_what_comes(house: House) -> None:
    subscription = running(house)

    seen = queries.overview(subscription.pk, house.at("2026-06-01"))

    assert (seen.state, seen.auto_renews, seen.units_left) == ("active", False, 17)
    assert seen.first_issue == house.issue(504)
    assert (seen.expire.issue, seen.expire.reason) == (house.issue(523), "dated")
    assert seen.paid_through_label == "Mar 2028"
    assert [copy.issue.number for copy in seen.next_copies] == [507, 508, 509]
    assert {copy.address for copy in seen.next_copies} == {seen.address}
    assert seen.address_from == house.issue(507)


def test_shows_the_queue_with_what_each_term_still_brings(house: House) -> None:
    subscription = running(house)

    terms = queries.overview(subscription.pk, house.at("2026-06-01")).terms

    assert [(t.state, t.units_left) for t in terms] == [("running", 7), ("waiting", 10)]
    assert [(t.first_issue, t.last_issue) for t in terms] == [
        (house.issue(504), house.issue(513)),
        (house.issue(514), house.issue(523)),
    ]


def test_shows_the_ledger_with_the_holds_among_it(house: House) -> None:
    subscription = running(house)
    actions.hold(
        subscription_id=subscription.pk,
        from_issue_id=house.issue(508).pk,
        until_issue_id=house.issue(510).pk,
        reason="vacation",
        by=SYSTEM,
        now=house.at("2026-06-02"),
    )

    lines = queries.ledger(subscription.pk)

    assert [(line.kind, line.units) for line in lines] == [("bought", 10), ("bought", 10), ("hold", 0)]
    assert lines[2].about == "Vacation: from Sep 2026 until Nov/Dec 2026"


def test_the_label_names_only_what_is_paid(house: House) -> None:
    house.pull_before(504)
    subscription = house.subscription()
    settle(subscription, now=house.at("2026-02-20"))
    settle(subscription, now=house.at("2026-02-20"), copy_class="credit", magazine_cents=0)

    seen = queries.overview(subscription.pk, house.at("2026-02-20"))

    assert (seen.expire.issue, seen.paid_through_label) == (house.issue(523), "Mar 2027")


def test_each_state_has_its_word(house: House) -> None:
    now = house.at("2026-06-01")
    house.pull_before(507)
    ended, grace, waiting, held, empty = (house.subscription() for _ in range(5))
    house.term(ended, first=501, units=3)
    house.term(grace, first=501, units=6, grace=2)
    house.term(waiting, first=510)
    house.term(held, first=504)
    actions.hold(
        subscription_id=held.pk,
        from_issue_id=house.issue(507).pk,
        until_issue_id=None,
        reason="dispute",
        by=SYSTEM,
        now=now,
    )

    states = [queries.overview(s.pk, now).state for s in (ended, grace, waiting, held, empty)]

    assert states == ["ended", "grace", "not_started", "held", "ended"]
    assert [c.is_grace for c in queries.overview(grace.pk, now).next_copies] == [True, True]
    assert queries.overview(held.pk, now).expire.reason == "open_hold"


def test_a_term_without_end_has_no_expire_issue(house: House) -> None:
    subscription = house.subscription()
    house.term(subscription, units=None, copy_class="comp")

    seen = queries.overview(subscription.pk, house.at("2026-02-20"))

    assert (seen.expire.issue, seen.expire.reason, seen.units_left) == (None, "perpetual", None)
    assert seen.paid_through_label == ""


def test_a_preview_says_what_a_term_would_bring_and_until_when(house: House) -> None:
    subscription = running(house)
    now = house.at("2026-06-01")

    fresh = queries.preview_start(magazine_id=house.magazine.pk, issues=10, now=now)
    behind = queries.preview_start(magazine_id=house.magazine.pk, issues=10, now=now, subscription_id=subscription.pk)

    assert (fresh.first_issue, fresh.expire_issue) == (house.issue(507), house.issue(516))
    assert fresh.holds_until == house.at("2026-06-10", 17)
    assert (behind.first_issue, behind.expire_issue) == (house.issue(524), house.issue(533))
    assert settle(subscription, now=now).start_issue == behind.first_issue


def test_a_preview_begins_with_no_back_issue_where_a_later_start_is_named(house: House) -> None:
    """Nor does the term: 506 is in stock, and a renewal may begin with it, but this one begins with 510."""
    house.magazine.back_start_renewal = 1
    house.magazine.save(update_fields=["back_start_renewal"])
    subscription, now = house.subscription(), house.at("2026-06-01")
    house.pull_before(507)
    receive_stock(issue_id=house.issue(506).pk, copies=5, by=SYSTEM, now=now)
    start = house.issue(510)
    asked = {"magazine_id": house.magazine.pk, "issues": 10, "now": now, "subscription_id": subscription.pk}

    told = queries.preview_start(**asked, start_issue_id=start.pk)

    assert queries.preview_start(**asked).first_issue == house.issue(506)
    assert (told.first_issue, told.expire_issue) == (start, house.issue(519))
    assert settle(subscription, now=now, start_issue_id=start.pk, origin="renewal").start_issue == start


def test_a_preview_has_no_issues_where_the_calendar_ends(house: House) -> None:
    late = queries.preview_start(magazine_id=house.magazine.pk, issues=10, now=house.at("2036-01-01"))
    long = queries.preview_start(magazine_id=house.magazine.pk, issues=99, now=house.at("2026-02-20"))

    assert (late.first_issue, late.expire_issue, late.holds_until) == (None, None, None)
    assert (long.first_issue, long.expire_issue) == (house.issue(504), None)
