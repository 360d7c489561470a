"""An issue that did not reach a place: one more for everyone there, as if each had been extended by itself."""

import datetime as dt
import random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from subscriptions.catalog import actions as actions_of_the_calendar
from subscriptions.terms import actions, queries
from subscriptions.terms.models import BulkExtension, Entry, Pause, ServiceReason, Subscription, Term
from subscriptions.terms.queries import Where
from tests.house import House
from tests.own_database import at_once
from tests.subscriptions.terms.orders import settle

CORA = Actor("staff", "1")
FLORIDA = {"region": "FL", "label_state": "FL", "label_zip5": "33101", "label_city": "MIAMI"}


class Cast:
    """506 went out and a truck with it was lost. Ana (Chicago) and Flo (Miami) get 504 to 513."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ana = self.reads("Ana Field")
        self.flo = self.reads("Flo Key", **FLORIDA)
        house.pull_before(507)
        mail_506(house)

    def reads(self, name: str, *, first: int = 504, **fields: Any) -> Any:
        place = {key: fields.pop(key) for key in list(fields) if key.startswith(("label", "region", "country"))}
        reader = self.house.reader(name)
        subscription = self.house.subscription(reader, self.house.address(reader, **place))
        self.house.term(subscription, first=first, **fields)
        return subscription

    def extend(self, reason: str = "never_came", *, issue: int = 506, n: int = 1, **where: Any) -> BulkExtension:
        return actions.bulk_extend(
            issue_id=self.house.issue(issue).pk, issues=n, reason_code=reason, where=Where(**where), by=CORA,
            now=self.house.at("2026-06-01"),
        )  # fmt: skip

    def last_issue(self, subscription: Any) -> int | None:
        issue = queries.expire(subscription.pk).issue
        return issue.number if issue else None


def mail_506(house: House) -> None:
    actions_of_the_calendar.mark_mailed(issue_id=house.issue(506).pk, mailed_on=dt.date(2026, 5, 20))


@pytest.fixture
def cast(house: House) -> Cast:
    return Cast(house)


@pytest.mark.parametrize(
    ("where", "ends"),
    [({}, (514, 514)), ({"states": ["FL"]}, (513, 514)), ({"zip3": ["606"]}, (514, 513))],
)
def test_everyone_there_gets_one_more(cast: Cast, where: Any, ends: tuple[int, int]) -> None:
    before = queries.preview_bulk_extension(issue=cast.house.issue(506), where=Where(**where))

    bulk = cast.extend(**where)

    assert (cast.last_issue(cast.ana), cast.last_issue(cast.flo)) == ends
    assert bulk.extended == before.subscriptions == ends.count(514)
    assert bulk.left_out == 0


def test_the_reason_decides_what_becomes_of_the_money(cast: Cast) -> None:
    cast.extend("never_came", states=["FL"])
    cast.extend("goodwill", zip3=["606"])

    flo, ana = Term.objects.get(subscription=cast.flo), Term.objects.get(subscription=cast.ana)
    assert (flo.credit, flo.bonus) == (1, 0)
    assert (ana.credit, ana.bonus) == (0, 1)
    credit = Entry.objects.get(kind="credit")
    assert (credit.copy_issue.number, credit.units, credit.by) == (506, 1, "staff:1")
    assert Entry.objects.get(kind="bonus").copy_issue is None


def test_whom_the_issue_was_not_for_gets_nothing(cast: Cast) -> None:
    later = cast.reads("Later Reader", first=507)
    held = cast.reads("Held Reader")
    hold_506(cast, held)

    bulk = cast.extend()

    assert bulk.extended == 2
    assert cast.last_issue(later) == 516
    assert not Entry.objects.filter(term__subscription=held, kind="credit").exists()


def hold_506(cast: Cast, subscription: Subscription) -> None:
    Pause.objects.create(
        subscription=subscription, from_issue=cast.house.issue(506), until_issue=cast.house.issue(507), reason="skip",
        run_uuid="00000000-0000-0000-0000-000000000001", entered_by="system:test",
    )  # fmt: skip


def test_who_was_given_that_copy_back_is_not_given_it_twice(cast: Cast) -> None:
    actions.extend(
        subscription_id=cast.flo.pk, issues=1, reason_code="never_came", copy_issue_id=cast.house.issue(506).pk,
        by=CORA, now=cast.house.at("2026-05-30"),
    )  # fmt: skip

    bulk = cast.extend()

    assert (bulk.extended, bulk.left_out) == (1, 1)
    assert cast.last_issue(cast.flo) == 514
    with pytest.raises(actions.NobodyToExtend):
        cast.extend(states=["FL"])


def test_what_is_cancelled_or_has_no_end_is_left_out(cast: Cast) -> None:
    cast.reads("Free Reader", units=None, cents=0, copy_class="comp")
    actions.cancel_now(subscription_id=cast.ana.pk, reason_code="other", by=CORA, now=cast.house.at("2026-05-30"))

    assert queries.preview_bulk_extension(issue=cast.house.issue(506), where=Where()).subscriptions == 2

    bulk = cast.extend()

    assert (bulk.extended, bulk.left_out) == (1, 1)


def test_who_has_run_out_since_goes_on_for_one_issue(cast: Cast) -> None:
    """Six issues ended with 506; 507 went out without her."""
    out = cast.reads("Out Reader", first=501, units=6)
    cast.house.pull_before(508)

    bulk = actions.bulk_extend(
        issue_id=cast.house.issue(506).pk, issues=1, reason_code="never_came", where=Where(), by=CORA,
        now=cast.house.at("2026-06-15"),
    )  # fmt: skip

    assert bulk.extended == 3
    assert cast.last_issue(out) == 508


def test_who_ran_out_goes_on_although_a_term_behind_was_cancelled_while_it_waited(cast: Cast) -> None:
    """As above, with a renewal behind that was cancelled before it began."""
    out = cast.reads("Out Reader", first=501, units=6)
    renewal = settle(out, now=cast.house.at("2026-05-22"))
    actions.cancel_term(term_id=renewal.pk, reason_code="other", by=CORA, now=cast.house.at("2026-05-23"))
    cast.house.pull_before(508)

    assert cast.extend("goodwill").extended == 3
    assert cast.last_issue(out) == 508


def test_a_line_that_was_merged_since_gets_it_where_it_goes_on(cast: Cast) -> None:
    """Both were to get 506; together they are one reader, who gets one issue and not two."""
    now = cast.house.at("2026-05-30")
    actions.merge_lines(kept_id=cast.ana.pk, merged_id=cast.flo.pk, by=CORA, now=now)
    before = cast.last_issue(cast.ana)

    in_florida = cast.extend("goodwill", states=["FL"])
    everywhere = cast.extend("never_came")

    assert (in_florida.extended, in_florida.left_out) == (1, 0)
    assert (everywhere.extended, everywhere.left_out) == (1, 0)
    assert (before, cast.last_issue(cast.ana)) == (520, 522)


@pytest.mark.parametrize("through_another", [False, True])
def test_a_copy_given_back_before_a_merge_is_not_given_back_again_after_it(cast: Cast, through_another: bool) -> None:
    cast.extend(states=["FL"])
    now, between = cast.house.at("2026-06-02"), cast.flo
    if through_another:
        between = cast.house.subscription(cast.flo.reader)
        actions.merge_lines(kept_id=between.pk, merged_id=cast.flo.pk, by=CORA, now=now)
    actions.merge_lines(kept_id=cast.ana.pk, merged_id=between.pk, by=CORA, now=now)

    with pytest.raises(actions.NobodyToExtend):
        cast.extend(states=["FL"], zip3=["999"])


def test_an_issue_whose_run_can_be_voided_yet_is_missed_by_nobody(cast: Cast) -> None:
    cast.house.pull_before(508)

    with pytest.raises(actions.ExtensionIsOdd, match="not in the mail yet"):
        cast.extend(issue=507)


def test_the_same_is_given_once_until_it_is_taken_back(cast: Cast) -> None:
    """The places make the difference, in whatever order they come."""
    first = cast.extend("goodwill", zip3=["606", "331"])

    with pytest.raises(actions.ExtensionStands, match="Take it back first"):
        cast.extend("goodwill", zip3=["331", "606"])
    cast.extend("goodwill", zip3=["606"])
    actions.take_back_bulk_extension(bulk_id=first.pk, by=CORA, now=cast.house.at("2026-06-01"))
    cast.extend("goodwill", zip3=["331", "606"])

    assert (cast.last_issue(cast.ana), cast.last_issue(cast.flo)) == (515, 514)


def test_of_two_at_once_one_gives_and_the_other_is_told(own_database: str) -> None:
    cast = Cast(House())

    outcomes = at_once(lambda: cast.extend("goodwill"), lambda: cast.extend("goodwill"))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["BulkExtension", "ExtensionStands"]
    assert Entry.objects.filter(kind="bonus").count() == 2


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"reason": "strike"}, actions.UnknownReason),
        ({"reason": "nothing"}, actions.UnknownReason),
        ({"n": 0}, actions.ExtensionIsOdd),
        ({"n": 61}, actions.ExtensionIsOdd),
        ({"issue": 507}, actions.ExtensionIsOdd),
        ({"countries": ["ES"]}, actions.NobodyToExtend),
    ],
)
def test_refuses(cast: Cast, asked: Any, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        cast.extend(**asked)

    assert not BulkExtension.objects.exists()
    assert Entry.objects.count() == 2


def test_refuses_a_reason_that_spreads_money(cast: Cast) -> None:
    assert ServiceReason.objects.get(code="spread").effect == "split"
    with pytest.raises(actions.ExtensionIsOdd, match="one by one"):
        cast.extend("spread")


def test_is_taken_back_where_it_is_not_used(cast: Cast) -> None:
    """Ana has 513 as the last of her own; Una's own ended with 506, so that 507 is the issue on top, and it is gone."""
    una = cast.reads("Una Rill", first=501, units=6)
    bulk = cast.extend("goodwill")
    cast.house.pull_before(508)

    back = actions.take_back_bulk_extension(bulk_id=bulk.pk, by=CORA, now=cast.house.at("2026-06-15"))

    assert (bulk.extended, back.taken_back) == (3, 2)
    assert [cast.last_issue(who) for who in (cast.ana, cast.flo, una)] == [513, 513, 507]
    assert {e.reverses.link for e in Entry.objects.exclude(reverses=None)} == {bulk.link}
    with pytest.raises(actions.ExtensionIsTakenBack):
        actions.take_back_bulk_extension(bulk_id=bulk.pk, by=CORA, now=cast.house.at("2026-06-15"))


def test_is_in_the_audit_trail_once_with_its_counts(cast: Cast) -> None:
    cast.extend(states=["FL"])

    (entry,) = AuditEntry.objects.filter(action="bulk_extension.entered")
    assert entry.detail["extended"] == 1
    assert entry.detail["states"] == ["FL"]


def test_takes_the_same_statements_for_thirty_as_for_two(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as few:
        cast.extend("goodwill")
    for place in range(28):
        cast.reads(f"Reader {place}")
    with CaptureQueriesContext(connection) as many:
        cast.extend("goodwill", countries=["US"])

    assert len(many) == len(few)


@pytest.mark.parametrize("gone", [506, 508])
@pytest.mark.parametrize("reason", ["never_came", "goodwill"])
@pytest.mark.parametrize("chance", range(4))
def test_does_what_extending_each_would_do(house: House, reason: str, chance: int, gone: int) -> None:
    """Lines of every kind: queued, named starts, over a double, held, run out, cancelled, free. Where two issues went
    out since, some have run out in grace."""
    draw = random.Random(chance)
    lines = [mixed_line(house, draw) for _ in range(25)]
    house.pull_before(gone + 1)
    mail_506(house)
    now = house.at("2026-06-01") if gone == 506 else house.at("2026-07-15")
    for line in lines:
        if draw.random() < 0.4 and queries.expire(line.pk).units_left:
            until = house.issue(draw.randint(gone + 2, gone + 4)).pk
            actions.hold(subscription_id=line.pk, from_issue_id=house.issue(gone + 1).pk, until_issue_id=until,
                         reason="vacation", by=CORA, now=now)  # fmt: skip
    entitled = [line for line in lines if covers(house, line)]

    with transaction.atomic():
        for line in entitled:
            one_by_one(house, line, reason, now)
        expected = laid()
        transaction.set_rollback(True)
    bulk = actions.bulk_extend(
        issue_id=house.issue(506).pk, issues=1, reason_code=reason, where=Where(), by=CORA, now=now
    )

    assert laid() == expected
    assert bulk.extended + bulk.left_out == len(entitled)
    assert bulk.extended == Entry.objects.filter(link=bulk.link).count() > 0


def mixed_line(house: House, draw: random.Random) -> Subscription:
    line: Subscription = house.subscription(house.reader(f"Reader {draw.random()}"))
    if draw.random() < 0.1:
        house.term(line, first=504, units=None, cents=0, copy_class="comp")
        return line
    first, units = draw.randint(501, 508), draw.randint(1, 6)
    term = house.term(line, first=first, units=units, copies=draw.randint(1, 3))
    if draw.random() < 0.5:
        Term.objects.filter(pk=term.pk).update(grace=1)
    elif draw.random() < 0.5:
        settle(line, now=house.at("2026-01-05"), units=draw.randint(1, 4))
    return line


def covers(house: House, line: Subscription) -> bool:
    unit = house.issue(506).unit
    return any(
        t.c_from <= unit and t.c_to is not None and unit < t.c_to for t in Term.objects.filter(subscription=line)
    )


def one_by_one(house: House, line: Subscription, reason: str, now: dt.datetime) -> None:
    actions.extend(
        subscription_id=line.pk, issues=1, reason_code=reason, copy_issue_id=house.issue(506).pk, by=CORA, now=now
    )


def laid() -> list[Any]:
    """Where each term lies, and what it came from; a new one stands behind another of its line."""
    own = ("subscription", "c_from", "c_to", "bonus", "credit", "grace", "copy_class", "copies", "payer", "sold_on")
    return sorted(Term.objects.values_list(*own, "predecessor__c_from", "start_issue__number", "stepped"), key=str)
