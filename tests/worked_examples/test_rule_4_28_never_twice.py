"""Rule 4.28: the main run, the late orders, safe re-runs, and voids until hand-over."""

import datetime as dt
from typing import Any

import pytest

from demo.people import move_in
from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import MAIN, SUPPLEMENT, Copy, LabelRun
from subscriptions.terms.models import OwedCopy
from subscriptions.terms.queries import broken_ledgers, expire
from tests.house import House
from tests.subscriptions.fulfillment.runs import PAT, records, released
from tests.subscriptions.terms.orders import settle
from tests.worked_examples.post_office import files, later, mailed, stock
from tests.worked_examples.three_houses import HOUSES, after_pull

__all__ = ["files"]
pytestmark = pytest.mark.django_db
TO_SERVE_TEN_THOUSAND = 10_563


def main_run(house: House) -> tuple[LabelRun, list[Any]]:
    """504 to ten readers; three more have ordered just after its cut-off, and begin with it from stock."""
    house.magazine.back_start_new = 1
    house.magazine.save(update_fields=["back_start_new"])
    house.pull_before(504)
    for place in range(10):
        house.term(house.subscription(house.reader(f"Reader {place}")), first=504)
    run = released(house, 504)
    stock(house, 504, copies=5)
    late = [house.subscription(house.reader(f"Late {place}")) for place in range(3)]
    for subscription in late:
        settle(subscription, now=after_pull(house, 504, days=1), back_issues=1)
    return run, late


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_28_the_supplement_sends_only_what_the_main_run_did_not(calendar: str) -> None:
    house = HOUSES[calendar]()
    main, late = main_run(house)
    now = after_pull(house, 504, days=4)

    run = later(house, 504, purpose=SUPPLEMENT, now=now)

    assert (main.rows, run.rows) == (10, 3)
    assert {record["name"] for record in records(run)} == {"LATE 0", "LATE 1", "LATE 2"}
    sent = list(Copy.objects.filter(issue_id=main.issue_id).values_list("subscription_id", flat=True))
    assert len(sent) == len(set(sent)) == 13
    assert actions.export_again(main.pk).sha256 == main.file_sha256
    assert broken_ledgers() == []
    # The back issue is a part of their ten: none of them runs longer than the others' tens, from 504 on.
    of_others = Copy.objects.filter(run_id=main.pk).values_list("subscription_id", flat=True)[0]
    assert expire(late[0].pk).issue == expire(of_others).issue


def test_rule_4_28_ten_thousand_by_the_main_run_thirty_seven_by_the_supplement_and_none_by_another() -> None:
    house = HOUSES["sample"]()
    house.magazine.back_start_new = 1
    house.magazine.save(update_fields=["back_start_new"])
    house.pull_before(504)
    # Every 25th of them is on holiday for 504, and mail came back from every 60th.
    move_in(magazine=house.magazine, readers=TO_SERVE_TEN_THOUSAND)
    main = released(house, 504)
    stock(house, 504, copies=37)
    for place in range(37):
        line = house.subscription(house.reader(f"Late {place}"))
        settle(line, now=after_pull(house, 504, days=1), back_issues=1)

    run = later(house, 504, purpose=SUPPLEMENT, now=after_pull(house, 504, days=4))

    assert (main.rows, run.rows) == (10_000, 37)
    served = Copy.objects.filter(issue_id=main.issue_id)
    assert served.count() == served.values("subscription_id").distinct().count() == 10_037
    with pytest.raises(actions.IssueHasARun):
        actions.plan_run(issue_id=main.issue_id, by=PAT, now=after_pull(house, 504, days=5))
    with pytest.raises(actions.NothingWaits):
        actions.plan_later_run(issue_id=main.issue_id, purpose=SUPPLEMENT, by=PAT, now=after_pull(house, 504, days=5))


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_28_running_again_sends_nothing(calendar: str) -> None:
    house = HOUSES[calendar]()
    main, _ = main_run(house)
    now = after_pull(house, 504, days=4)
    later(house, 504, purpose=SUPPLEMENT, now=now)

    with pytest.raises(actions.IssueHasARun):
        actions.plan_run(issue_id=main.issue_id, by=PAT, now=now)
    with pytest.raises(actions.NothingWaits):
        actions.plan_later_run(issue_id=main.issue_id, purpose=SUPPLEMENT, by=PAT, now=now)
    assert actions.work_off_runs(now=now) == 0
    assert Copy.objects.count() == 13


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_28_a_void_is_possible_until_hand_over(calendar: str) -> None:
    house = HOUSES[calendar]()
    main, _ = main_run(house)
    now = after_pull(house, 504, days=4)
    supplement = later(house, 504, purpose=SUPPLEMENT, now=now)

    actions.void(run_id=supplement.pk, reason="wrong wrapper", by=PAT, now=now)
    assert OwedCopy.objects.filter(state="waiting").count() == 3
    assert [copy.purpose for copy in Copy.objects.all()] == [MAIN] * 10

    again = later(house, 504, purpose=SUPPLEMENT, now=now)
    actions.hand_over(run_id=again.pk, to="Print House", by=PAT, now=now)
    for run in (again, main):
        with pytest.raises((actions.RunStandsElsewhere, actions.IssueHasLaterRuns)):
            actions.void(run_id=run.pk, reason="too late", by=PAT, now=now)


@pytest.mark.parametrize(
    ("calendar", "earned"),
    [("sample", 199), ("weekly", 199), ("bi-monthly", 399)],  # there 504 counts two of the ten
)
def test_rule_4_28_back_issues_earn_when_their_supplement_is_mailed(calendar: str, earned: int) -> None:
    from orders.ledger import queries as books
    from orders.revenue import actions as revenue
    from tests.orders.revenue.printing import post_sale

    house = HOUSES[calendar]()
    house.magazine.back_start_new = 1
    house.magazine.save(update_fields=["back_start_new"])
    ordered, printed, sent = (after_pull(house, 504, days=days) for days in (1, 3, 5))
    stock(house, 504)
    post_sale(settle(house.subscription(), now=ordered, back_issues=1))
    run = later(house, 504, purpose=SUPPLEMENT, now=printed)
    revenue.post_entries(now=printed)
    assert books.balance("4100") == 0

    mailed(house, run, on=sent.date())
    revenue.post_mailed_runs(now=sent + dt.timedelta(days=1))
    revenue.post_entries(now=sent + dt.timedelta(days=1))

    assert [books.balance(account) for account in ("4100", "2100")] == [-earned, earned - 1995]
