"""Rule 4.34: who may read online, with the reason and how long it lasts; each case on three calendars (`press`)."""

import datetime as dt
from typing import Any

import pytest

from subscriptions.terms import actions, queries
from subscriptions.terms.models import Term
from tests.house import ZONE
from tests.worked_examples.press import BY, Press


def after_in_home(press: Press, said: int) -> dt.datetime:
    """The midnight after the last day on which an issue is expected."""
    return dt.datetime.combine(press.issue(said).in_home_until + dt.timedelta(days=1), dt.time(), ZONE)


def answer(line: Any, now: dt.datetime) -> tuple[bool, str, dt.datetime | None]:
    found = queries.entitlement_of(line.pk, now)
    return found.is_entitled, found.code, found.until


def hold(press: Press, line: Any, reason: str, now: dt.datetime) -> None:
    actions.hold(
        subscription_id=line.pk, from_issue_id=press.issue(507).pk, until_issue_id=press.issue(510).pk, reason=reason,
        by=BY, now=now,
    )  # fmt: skip


def test_rule_4_34_active_until_the_last_issue_is_in_the_home(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()

    found = queries.entitlement_of(line.pk, press.between(506, 507))

    assert (found.is_entitled, found.code, found.until) == (True, "active", after_in_home(press, 513))
    assert (press.said(found.first_issue), press.said(found.last_issue)) == (504, 513)


def test_rule_4_34_cancelled_at_the_end_of_the_term_is_active_until_then(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    now = press.between(506, 507)
    actions.cancel_at_end(subscription_id=line.pk, reason_code="other", by=BY, now=now)

    assert answer(line, now) == (True, "active", after_in_home(press, 513))


def test_rule_4_34_ended_it_lasts_until_the_last_issue_is_in_the_home(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    press.between(513, 514)
    end = after_in_home(press, 513)

    assert answer(line, end - dt.timedelta(minutes=1)) == (True, "ended_until_in_home", end)
    assert answer(line, end) == (False, "ended", None)


def test_rule_4_34_grace_copies_come_with_access(press: Press) -> None:
    press.allow(grace_issues=2)
    line, _ = press.reader_of_rule_4_1()

    assert answer(line, press.between(513, 514)) == (True, "grace", after_in_home(press, 515))
    press.between(515, 516)
    end = after_in_home(press, 515)
    assert answer(line, end - dt.timedelta(minutes=1)) == (True, "grace", end)
    assert answer(line, end) == (False, "ended", None)


@pytest.mark.parametrize(
    ("reason", "code", "may_in"),
    [
        ("vacation", "vacation_hold", True),
        ("imposed", "imposed_hold", True),
        ("bad_address", "bad_address_hold", True),
        ("non_pay", "non_pay", False),
        ("dispute", "disputed", False),
    ],
)
def test_rule_4_34_what_a_hold_means_follows_its_reason(press: Press, reason: str, code: str, may_in: bool) -> None:
    line, _ = press.reader_of_rule_4_1()
    hold(press, line, reason, press.between(505, 506))

    assert answer(line, press.between(505, 506)) == (True, "active", after_in_home(press, 516))
    # While 507 is next, three issues are skipped: 513 has become 516.
    assert answer(line, press.between(506, 507)) == (may_in, code, after_in_home(press, 516) if may_in else None)
    assert answer(line, press.between(509, 510)) == (True, "active", after_in_home(press, 516))


def test_rule_4_34_of_two_holds_the_graver_one_counts(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    hold(press, line, "vacation", press.between(505, 506))
    hold(press, line, "dispute", press.between(505, 506))

    assert answer(line, press.between(506, 507)) == (False, "disputed", None)


def test_rule_4_34_refunded_ends_it_at_once(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    now = press.between(507, 508)
    actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=now)

    assert answer(line, now) == (False, "refunded", None)

    actions.reinstate(subscription_id=line.pk, by=BY, now=now)
    assert answer(line, now) == (True, "active", after_in_home(press, 513))


def test_rule_4_34_refunded_ends_it_at_once_also_after_a_change_of_that_very_day(press: Press) -> None:
    line, term = press.reader_of_rule_4_1()
    now = press.between(506, 507)
    actions.split(term_id=term.pk, why="changed", copies=2, by=BY, now=now)
    actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=now)

    assert answer(line, now) == (False, "refunded", None)


def test_rule_4_34_cancelled_where_nothing_was_paid(press: Press) -> None:
    line = press.line()
    press.order(line, now=press.between(503, 504), cents=0, copy_class="comp")
    now = press.between(507, 508)
    actions.cancel_now(subscription_id=line.pk, reason_code="other", by=BY, now=now)

    assert answer(line, now) == (False, "cancelled", None)


def test_rule_4_34_a_gift_lets_in_whom_it_is_for_and_not_who_gave_it(press: Press) -> None:
    donor, line = press.house.reader("Ben Ash"), press.line()
    now = press.between(503, 504)
    press.order(line, now=now, payer_id=donor.pk, copy_class="gift")

    assert [each.code for each in queries.entitlements_of([line.reader_id], now)] == ["active"]
    assert queries.entitlements_of([donor.pk], now) == []

    press.order(press.house.subscription(donor), now=now)
    assert [each.code for each in queries.entitlements_of([donor.pk], now)] == ["active"]


@pytest.mark.parametrize(("copy_class", "code"), [("gift", "gift_announced"), ("paid", "starts_later")])
def test_rule_4_34_what_begins_later_lets_in_already(press: Press, copy_class: str, code: str) -> None:
    line = press.line()
    now = press.between(503, 504)
    press.order(line, now=now, copy_class=copy_class, start_issue_id=press.issue(508).pk)

    assert answer(line, now) == (True, code, after_in_home(press, 517))


def test_rule_4_34_without_end_there_is_no_expiry(press: Press) -> None:
    line = press.line()
    now = press.between(503, 504)
    actions.give_comp(
        subscription_id=line.pk, units=None, owner="The editor", why="founder", confirm_by=dt.date(2027, 1, 1), by=BY,
        now=now,
    )  # fmt: skip

    assert answer(line, now) == (True, "active", None)


def test_rule_4_34_somebody_without_terms_is_nobody(press: Press) -> None:
    line = press.line()

    assert answer(line, press.between(503, 504)) == (False, "none", None)
    assert queries.entitlements_of([], press.between(503, 504)) == []


def test_rule_4_34_digital_access_by_the_day(press: Press) -> None:
    reader, now = press.house.reader("Ida Vale"), press.between(503, 504)
    today = now.astimezone(press.magazine.zone).date()
    access = actions.start_access(
        magazine_id=press.magazine.pk, reader_id=reader.pk, payer_id=reader.pk, days=30, price_cents=3_00,
        currency="usd", sold_on=today, by=BY, now=now,
    )  # fmt: skip
    end = dt.datetime.combine(today + dt.timedelta(days=30), dt.time(), ZONE)

    def codes(moment: dt.datetime) -> list[tuple[str, dt.datetime | None]]:
        return [(each.code, each.until) for each in queries.entitlements_of([reader.pk], moment)]

    assert codes(now) == [("access_term", end)]
    assert codes(end - dt.timedelta(minutes=1)) == [("access_term", end)]
    assert codes(end) == [("ended", None)]
    actions.end_access(access_id=access.pk, because="other", by=BY, now=now)
    assert codes(now) == [("refunded", None)]


def test_rule_4_34_of_several_lines_the_one_that_lets_in_counts(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    other = press.house.subscription(line.reader, address=line.reader.addresses.get())
    press.order(other, now=press.between(503, 504), units=20)
    now = press.between(507, 508)
    actions.cancel_now(subscription_id=other.pk, reason_code="other", by=BY, now=now)

    assert [(e.code, press.said(e.last_issue)) for e in queries.entitlements_of([line.reader_id], now)] == [
        ("active", 513)
    ]


def test_rule_4_34_what_went_over_to_another_line_is_no_refund(press: Press) -> None:
    line, term = press.reader_of_rule_4_1()
    other = press.line("Ben Ash")
    now = press.between(507, 508)
    actions.split(term_id=term.pk, why="moved", to_subscription_id=other.pk, by=BY, now=now)

    assert answer(other, now)[:2] == (True, "active")
    assert answer(line, now)[1] in ("ended_until_in_home", "ended")
    assert Term.objects.get(pk=term.pk).ended_because == "moved"


def test_rule_4_34_what_was_cancelled_long_ago_keeps_nobody_out_of_what_was_bought_since(press: Press) -> None:
    line = press.line()
    press.order(line, now=press.between(503, 504))
    actions.cancel_now(subscription_id=line.pk, reason_code="too_dear", by=BY, now=press.between(505, 506))
    press.order(line, now=press.between(505, 506), units=1)
    press.house.pull_before(507)

    is_let_in, code, _ = answer(line, press.issue(506).pull_at + dt.timedelta(hours=1))
    assert (is_let_in, code in ("active", "ended_until_in_home")) == (True, True)
