"""A strike, a flood: one hold for everyone there, entered and ended in one statement each."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from subscriptions.catalog.actions import IssueIsPulled
from subscriptions.terms import actions, queries
from subscriptions.terms.models import BulkHold, Pause, Term
from subscriptions.terms.queries import Where
from tests.house import House
from tests.subscriptions.terms.orders import settle

CORA = Actor("staff", "1")
FLORIDA = {"region": "FL", "label_state": "FL", "label_zip5": "33101", "label_city": "MIAMI"}
MADRID = {"country": "ES", "zone": "other", "label_country": "SPAIN", "label_state": "", "label_zip5": ""}
ONTARIO = {"country": "CA", "zone": "ca", "label_country": "CANADA", "label_state": "", "label_zip5": ""}


class Cast:
    """Ana in Chicago, Flo in Miami, Cleo in Toronto, Mar in Madrid: each gets 504 to 513; 504 to 506 are pulled."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ana = self.reads("Ana Field")
        self.flo = self.reads("Flo Key", **FLORIDA)
        self.cleo = self.reads("Cleo Reed", **ONTARIO)
        self.mar = self.reads("Mar Sol", **MADRID)
        house.pull_before(507)

    def reads(self, name: str, **address: Any) -> Any:
        reader = self.house.reader(name)
        subscription = self.house.subscription(reader, self.house.address(reader, **address))
        self.house.term(subscription, first=504)
        return subscription

    def hold(self, first: int = 507, until: int | None = 510, *, day: str = "2026-06-01", **where: Any) -> BulkHold:
        return actions.bulk_hold(
            from_issue_id=self.house.issue(first).pk,
            until_issue_id=self.house.issue(until).pk if until else None,
            reason_code="strike",
            where=Where(**where),
            by=CORA,
            now=self.house.at(day),
        )

    def last_issues(self) -> list[Any]:
        answers = [queries.expire(s.pk) for s in (self.ana, self.flo, self.cleo, self.mar)]
        return [answer.issue.number if answer.issue else answer.reason for answer in answers]


@pytest.fixture
def cast(house: House) -> Cast:
    return Cast(house)


@pytest.mark.parametrize(
    ("where", "ends"),
    [
        ({}, [516, 516, 516, 516]),
        ({"countries": ["CA"]}, [513, 513, 516, 513]),
        ({"states": ["FL", "GA"]}, [513, 516, 513, 513]),
        ({"zip3": ["606"]}, [516, 513, 513, 513]),
        ({"zip3": ["331"], "countries": ["ES"]}, [513, 516, 513, 516]),
        ({"states": ["IL"], "countries": ["US"]}, [516, 516, 513, 513]),
    ],
)
def test_reaches_whom_the_next_issue_would_go_to_there(cast: Cast, where: Any, ends: list[int]) -> None:
    before = queries.preview_bulk_hold(from_issue=cast.house.issue(507), where=Where(**where))

    bulk = cast.hold(**where)

    assert cast.last_issues() == ends
    assert bulk.held == before.subscriptions == ends.count(516)


def test_the_preview_counts_by_place(cast: Cast) -> None:
    cast.reads("Ben Stone")

    preview = queries.preview_bulk_hold(from_issue=cast.house.issue(507), where=Where())

    assert preview.subscriptions == 5
    assert preview.places == {"US IL": 2, "CA": 1, "ES": 1, "US FL": 1}
    assert not Pause.objects.exists()


def test_state_ca_is_california_and_country_ca_is_canada(cast: Cast) -> None:
    cast.hold(states=["IL"])
    with pytest.raises(actions.NobodyToHold):
        cast.hold(states=["CA"])


def test_goes_by_the_address_of_the_issue_and_not_of_today(cast: Cast) -> None:
    miami = cast.house.address(cast.ana.reader, **FLORIDA)
    actions.change_address(subscription_id=cast.ana.pk, address_id=miami.pk, by=CORA, now=cast.house.at("2026-06-15"))

    assert queries.preview_bulk_hold(from_issue=cast.house.issue(507), where=Where(states=["FL"])).subscriptions == 1
    assert queries.preview_bulk_hold(from_issue=cast.house.issue(508), where=Where(states=["FL"])).subscriptions == 2


def test_whoever_is_owed_nothing_by_then_is_not_held(cast: Cast) -> None:
    settle(cast.flo, now=cast.house.at("2026-06-01"))

    assert cast.hold(514, None).held == 1
    with pytest.raises(actions.NobodyToHold, match="Nobody gets Mar 2028"):
        cast.hold(523, None, countries=["ES"])


def test_is_one_statement_whatever_the_number(cast: Cast) -> None:
    for place in range(30):
        cast.reads(f"Reader {place}")

    with CaptureQueriesContext(
        connection,
    ) as seen:
        cast.hold()

    assert Pause.objects.count() == 34
    assert len([q for q in seen if "INTO terms_pause" in q["sql"].replace('"', "")]) == 1
    assert len(seen) < 20


def test_all_its_pauses_end_at_once_and_those_ended_before_stay(cast: Cast) -> None:
    bulk = cast.hold(until=None)
    mine = Pause.objects.get(subscription=cast.flo)
    actions.end_hold(
        pause_id=mine.pk, until_issue_id=cast.house.issue(508).pk, by=CORA, now=cast.house.at("2026-06-02")
    )

    actions.end_bulk_hold(
        bulk_id=bulk.pk, until_issue_id=cast.house.issue(510).pk, by=CORA, now=cast.house.at("2026-06-03")
    )

    assert cast.last_issues() == [516, 514, 516, 516]
    bulk.refresh_from_db()
    assert (bulk.until_issue, bulk.ended_by) == (cast.house.issue(510), "staff:1")


def test_ends_with_the_first_issue_within_reach(cast: Cast) -> None:
    bulk = cast.hold(until=None)
    cast.house.pull_before(509)

    actions.end_bulk_hold(bulk_id=bulk.pk, by=CORA, now=cast.house.at("2026-08-15"))

    assert cast.last_issues() == [515] * 4


def test_ended_before_it_begins_it_holds_nothing(cast: Cast) -> None:
    bulk = cast.hold(509, 511)

    actions.end_bulk_hold(bulk_id=bulk.pk, by=CORA, now=cast.house.at("2026-06-03"))

    assert cast.last_issues() == [513] * 4
    with pytest.raises(actions.HoldIsOver):
        actions.end_bulk_hold(bulk_id=bulk.pk, by=CORA, now=cast.house.at("2026-06-03"))


def test_a_readers_own_holiday_inside_it_counts_once(cast: Cast) -> None:
    actions.hold(
        subscription_id=cast.ana.pk, from_issue_id=cast.house.issue(508).pk, until_issue_id=cast.house.issue(511).pk,
        reason="vacation", by=CORA, now=cast.house.at("2026-06-01"),
    )  # fmt: skip

    cast.hold(countries=["US"])

    assert cast.last_issues()[:2] == [517, 516]


def test_terms_that_wait_behind_a_double_are_laid_again_both_ways(cast: Cast) -> None:
    """513 is a double and Ana's last: her renewal begins with 514. Held from 507 to 509, her last is 516, a single."""
    renewal = settle(cast.ana, now=cast.house.at("2026-06-01"))
    actions.reweigh_issue(issue_id=cast.house.issue(513).pk, weight=2, by=CORA)
    renewal.refresh_from_db()
    assert renewal.c_from == 14

    bulk = cast.hold()
    renewal.refresh_from_db()
    assert renewal.c_from == 13

    actions.end_bulk_hold(bulk_id=bulk.pk, by=CORA, now=cast.house.at("2026-06-03"))
    renewal.refresh_from_db()
    assert renewal.c_from == 14
    assert list(Term.objects.filter(stepped=False)) == []


def test_refusals(cast: Cast) -> None:
    with pytest.raises(IssueIsPulled):
        cast.hold(506)
    with pytest.raises(actions.HoldRunsBackwards):
        cast.hold(510, 510)
    with pytest.raises(actions.HoldNeedsItsReason):
        actions.bulk_hold(
            from_issue_id=cast.house.issue(507).pk, until_issue_id=None, reason_code="goodwill", where=Where(),
            by=CORA, now=cast.house.at("2026-06-01"),
        )  # fmt: skip
    with pytest.raises(ValueError, match="ZIP area"):
        Where(zip3=["60"])
    with pytest.raises(ValueError, match="two capitals"):
        Where(states=["Florida"])
    assert not Pause.objects.exists()


def test_an_end_out_of_reach_or_later_is_refused(cast: Cast) -> None:
    bulk = cast.hold()
    cast.house.pull_before(509)

    with pytest.raises(IssueIsPulled):
        actions.end_bulk_hold(
            bulk_id=bulk.pk, until_issue_id=cast.house.issue(508).pk, by=CORA, now=cast.house.at("2026-08-15")
        )
    with pytest.raises(actions.HoldIsOver):
        actions.end_bulk_hold(
            bulk_id=bulk.pk, until_issue_id=cast.house.issue(511).pk, by=CORA, now=cast.house.at("2026-08-15")
        )


def test_the_audit_trail_tells_of_both(cast: Cast) -> None:
    bulk = cast.hold(states=["FL"])
    actions.end_bulk_hold(bulk_id=bulk.pk, by=CORA, now=cast.house.at("2026-06-03"))

    entered, ended = AuditEntry.objects.filter(action__startswith="bulk_hold").order_by("pk")
    assert (entered.detail["states"], entered.detail["held"], ended.detail["ended"]) == (["FL"], 1, 1)
