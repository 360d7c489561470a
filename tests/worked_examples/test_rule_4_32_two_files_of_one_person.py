"""Rule 4.32: two records of one person are merged; the rest of both goes on in one line, and it can be undone."""

import datetime as dt
from typing import Any

import pytest

from foundation.actors import Actor
from orders.ledger.models import Journal
from subscriptions.readers import actions as readers
from subscriptions.readers import queries as people
from subscriptions.readers.models import ReaderMerge
from subscriptions.terms import actions, queries
from subscriptions.terms.models import MovedLine, Subscription, Term
from tests.house import House, at

CLERK = Actor("staff", "1")
# 506 was pulled on 10 May: 507 is the next that a change reaches.
NOW = at("2026-05-20")


class Two:
    """A has 6 left (507 to 512) of ten at 19.95, paid by herself; B has 4 left (507 to 510) at 24.95, by an agency."""

    def __init__(self, house: House) -> None:
        self.kept, self.merged = house.reader("Ana Field"), house.reader("A. M. Field", "old@readers.example")
        self.agency = house.reader("Reads & Co", "agency@agency.example")
        home = house.address(self.kept, entered_at=at("2026-01-02"))
        self.newer = house.address(
            self.merged, entered_at=at("2026-03-01"), line1="11 Wick St", label_addr1="11 WICK ST"
        )
        self.line = house.subscription(self.kept, home)
        self.other = house.subscription(self.merged, self.newer)
        self.mine = house.term(self.line, first=503, units=10, cents=1995)
        self.theirs = house.term(self.other, first=501, units=10, cents=2495, payer=self.agency, copy_class="agency")
        house.pull_before(507)

    def merge(self, *, joins_lines: bool = True) -> ReaderMerge:
        merge = readers.merge_readers(
            kept_id=self.kept.pk, merged_id=self.merged.pk, by=CLERK, now=NOW, joins_lines=joins_lines
        )
        assert actions.follow_merges(now=NOW) == 1
        return merge


@pytest.fixture
def two(house: House) -> Two:
    return Two(house)


def last_issue(line: Subscription) -> int:
    issue = queries.expire(line.pk).issue
    assert issue is not None
    return issue.number


def left(line: Subscription) -> int | None:
    return queries.expire(line.pk).units_left


def test_rule_4_32_begins_with_six_left_and_four_left(two: Two) -> None:
    assert (left(two.line), last_issue(two.line)) == (6, 512)
    assert (left(two.other), last_issue(two.other)) == (4, 510)


def test_rule_4_32_one_line_has_ten_issues_until_516_and_a_earns_first(two: Two) -> None:
    two.merge()

    assert (left(two.line), last_issue(two.line)) == (10, 516)
    assert left(two.other) == 0
    served = [(t.term.payer_id, t.first_issue.number, t.last_issue.number) for t in running(two.line)]
    assert served == [(two.kept.pk, 503, 512), (two.agency.pk, 513, 516)]


def running(line: Subscription) -> list[Any]:
    return [t for t in queries.overview(line.pk, NOW).terms if t.units_left]


def test_rule_4_32_no_money_moves_and_each_payer_stays_the_payer(two: Two) -> None:
    two.merge()

    prices = Term.objects.order_by("pk").values_list("payer", "magazine_cents", "released_magazine_cents")
    # B's ten at 24.95 are ended with four unserved: 2495 - 6 * 2495 // 10 = 998 go on in A's line, still the agency's.
    assert list(prices) == [(two.kept.pk, 1995, 0), (two.agency.pk, 2495, 998), (two.agency.pk, 998, 0)]
    assert not Journal.objects.exists()


def test_rule_4_32_both_numbers_lead_to_the_kept_reader_and_the_stricter_consent_stands(two: Two) -> None:
    said = {("email", "offers"): False}
    readers.set_preferences(reader_id=two.merged.pk, said=said, source="reader", by=CLERK, now=NOW)

    two.merge()

    assert list(people.readers_with_email("old@readers.example")) == [two.kept]
    assert people.may_contact(two.merged.pk, channel="email", purpose="offers") is False
    assert people.may_contact(two.kept.pk, channel="email", purpose="offers") is False


def test_rule_4_32_the_newest_address_is_kept(two: Two) -> None:
    two.merge()

    assert queries.overview(two.line.pk, NOW).address == two.newer
    move = MovedLine.objects.get()
    assert (move.address_before.line1, move.address_after.line1) == ("2040 N Milwaukee Ave", "11 Wick St")


def test_rule_4_32_without_one_line_each_goes_on_to_its_own_address(two: Two) -> None:
    two.merge(joins_lines=False)

    two.other.refresh_from_db()
    assert two.other.reader == two.kept
    assert [(left(line), last_issue(line)) for line in (two.line, two.other)] == [(6, 512), (4, 510)]
    assert queries.overview(two.line.pk, NOW).address.line1 == "2040 N Milwaukee Ave"


def test_rule_4_32_undone_each_has_what_came_with_it(two: Two) -> None:
    merge = two.merge()

    readers.unmerge_readers(merge_id=merge.pk, by=CLERK, now=NOW)
    actions.follow_merges(now=NOW)

    two.other.refresh_from_db()
    assert two.other.reader == two.merged
    assert [(left(line), last_issue(line)) for line in (two.line, two.other)] == [(6, 512), (4, 510)]
    assert queries.overview(two.line.pk, NOW).address.line1 == "2040 N Milwaukee Ave"
    assert [t.term.payer_id for t in running(two.other)] == [two.agency.pk]


def test_rule_4_32_the_preview_says_what_the_merge_then_brings(two: Two) -> None:
    preview = actions.preview_merge(kept_id=two.kept.pk, merged_id=two.merged.pk, joins_lines=True, by=CLERK, now=NOW)

    assert [(line.overview.expire.issue.number, line.joined, line.is_moved) for line in preview] == [(516, 1, False)]
    assert (last_issue(two.line), last_issue(two.other)) == (512, 510)
    assert not ReaderMerge.objects.exists()
    two.merge()
    assert last_issue(two.line) == 516


def test_rule_4_32_a_line_on_hold_stays_a_line_of_its_own_and_says_why(house: House, two: Two) -> None:
    actions.hold(
        subscription_id=two.other.pk, from_issue_id=house.issue(508).pk, until_issue_id=house.issue(509).pk,
        reason="vacation", by=CLERK, now=NOW,
    )  # fmt: skip

    preview = actions.preview_merge(kept_id=two.kept.pk, merged_id=two.merged.pk, joins_lines=True, by=CLERK, now=NOW)
    two.merge()

    two.other.refresh_from_db()
    assert two.other.reader == two.kept
    assert "on hold" in MovedLine.objects.get().stayed_because
    assert [line.stayed_because for line in preview] == ["", MovedLine.objects.get().stayed_because]


def test_rule_4_32_an_undone_merge_that_nobody_had_followed_moves_nothing(two: Two) -> None:
    merge = readers.merge_readers(kept_id=two.kept.pk, merged_id=two.merged.pk, by=CLERK, now=NOW, joins_lines=True)
    readers.unmerge_readers(merge_id=merge.pk, by=CLERK, now=NOW)

    assert actions.follow_merges(now=NOW) == 1
    assert actions.follow_merges(now=NOW) == 0

    two.other.refresh_from_db()
    assert two.other.reader == two.merged
    assert last_issue(two.line) == 512


def test_rule_4_32_following_twice_changes_nothing(two: Two) -> None:
    merge = two.merge()

    actions.follow_merge(merge_id=merge.pk, now=NOW + dt.timedelta(hours=1))

    assert (last_issue(two.line), MovedLine.objects.count()) == (516, 1)
    assert people.is_followed(ReaderMerge.objects.get())


def test_rule_4_32_digital_access_follows_and_comes_back(house: House, two: Two) -> None:
    access = actions.start_access(
        magazine_id=house.magazine.pk, reader_id=two.merged.pk, payer_id=two.merged.pk, days=30, price_cents=500,
        currency="usd", sold_on=NOW.date(), by=CLERK, now=NOW,
    )  # fmt: skip
    merge = two.merge()
    access.refresh_from_db()
    assert (access.reader, access.payer) == (two.kept, two.merged)

    readers.unmerge_readers(merge_id=merge.pk, by=CLERK, now=NOW)
    actions.follow_merges(now=NOW)

    access.refresh_from_db()
    assert access.reader == two.merged
