import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation import clock
from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import Copy, LabelRun
from subscriptions.readers.models import Address
from subscriptions.terms.models import Pause
from tests.subscriptions.fulfillment.runs import PAT, asked, records, released


def a_house_with_a_skip(house):
    house.pull_before(504)
    gone = house.reader("Gus Moved")
    house.term(house.subscription(gone, house.address(gone, undeliverable_since=dt.date(2026, 2, 1))), first=504)
    for _ in range(2):
        house.term(house.subscription(), first=504, copies=2)


def voided(house, run):
    return actions.void(run_id=run.pk, reason="wrong insert", by=PAT, now=house.at("2026-03-11"))


def test_leaves_nothing_of_the_pull_behind(house):
    a_house_with_a_skip(house)
    run = released(house, 504)
    assert Pause.objects.count() == 1

    run = voided(house, run)

    assert (run.state, run.void_reason) == (LabelRun.State.VOIDED, "wrong insert")
    assert not Copy.objects.exists()
    assert not Pause.objects.exists()
    assert house.issue(504).state == "planned"
    assert f"fulfillment_copy_{run.issue_id}" not in connection.introspection.table_names()


def test_the_next_run_is_the_same_but_for_its_serials(house):
    a_house_with_a_skip(house)
    first = released(house, 504)
    before, copies_before = records(first), list(Copy.objects.values_list("subscription_id", "copy_no", "units", "x"))
    voided(house, first)

    second = released(house, 504)

    assert (second.revision, second.rows, second.copies, second.skips) == (2, 2, 4, 1)
    assert list(Copy.objects.values_list("subscription_id", "copy_no", "units", "x")) == copies_before
    again = records(second)
    assert [record["imb_serial"] for record in before] == ["000001", "000002"]
    assert [record["imb_serial"] for record in again] == ["000003", "000004"]
    for record in (*before, *again):
        del record["imb_serial"]
    assert again == before
    assert second.file_name != first.file_name


def test_needs_a_reason(house):
    a_house_with_a_skip(house)

    with pytest.raises(actions.VoidNeedsAReason):
        actions.void(run_id=released(house, 504).pk, reason="  ", by=PAT, now=house.at("2026-03-11"))


def test_not_after_hand_over(house):
    a_house_with_a_skip(house)
    run = released(house, 504)
    actions.hand_over(run_id=run.pk, to="Print House", by=PAT, now=house.at("2026-03-11"))

    with pytest.raises(actions.RunStandsElsewhere, match="until it is handed over"):
        voided(house, run)


def test_not_when_a_later_issue_has_been_pulled(house):
    a_house_with_a_skip(house)
    run = released(house, 504)
    released(house, 505)

    with pytest.raises(actions.LaterIssuePulled):
        voided(house, run)


def test_not_while_a_worker_has_it(house):
    a_house_with_a_skip(house)
    run = asked(house, 504)
    LabelRun.objects.filter(pk=run.pk).update(leased_until=clock.real_now() + dt.timedelta(minutes=1))

    with pytest.raises(actions.RunIsBusy):
        voided(house, run)


def test_a_run_that_was_only_asked_for_can_be_voided(house):
    a_house_with_a_skip(house)
    run = asked(house, 504)

    assert voided(house, run).state == LabelRun.State.VOIDED
    assert actions.work_off_runs(now=house.at("2026-03-11")) == 0
    assert house.issue(504).state == "planned"


@pytest.mark.django_db
def test_a_run_that_is_not_there_is_not_found():
    with pytest.raises(actions.NoSuchRun):
        actions.void(run_id=404, reason="gone", by=PAT, now=clock.real_now())


def test_nobody_pays_for_a_grace_copy_that_was_never_sent(house):
    from subscriptions.terms import queries
    from tests.subscriptions.terms.orders import settle

    house.pull_before(514)
    line = house.subscription()
    house.term(line, first=504, grace=3)
    run = released(house, 514)
    renewal = settle(line, now=house.at("2027-03-15"))
    assert (renewal.carried, queries.expire(line.pk).issue.number) == (1, 523)

    actions.void(run_id=run.pk, reason="wrong insert", by=PAT, now=house.at("2027-03-16"))

    renewal.refresh_from_db()
    assert (renewal.carried, queries.expire(line.pk).issue.number) == (0, 524)
    assert [(e.kind, e.units, e.link) for e in renewal.entries.order_by("pk")] == [
        ("bought", 10, ""), ("recoup", -1, ""), ("recoup", 1, f"run:{run.uuid}"),
    ]  # fmt: skip
    assert queries.broken_ledgers() == []


def test_what_a_cancelled_renewal_paid_for_is_sent_by_the_next_run_and_nothing_else(house):
    """The cancelled term keeps its end: moved by the copy given back, it would have an issue more to come."""
    from subscriptions.terms import actions as terms
    from subscriptions.terms import queries
    from tests.subscriptions.terms.orders import settle

    house.pull_before(514)
    line = house.subscription()
    house.term(line, first=504, grace=3)
    run = released(house, 514)
    renewal = settle(line, now=house.at("2027-03-15"))
    terms.cancel_now(subscription_id=line.pk, reason_code="other", by=PAT, now=house.at("2027-03-15"))

    actions.void(run_id=run.pk, reason="wrong insert", by=PAT, now=house.at("2027-03-16"))

    renewal.refresh_from_db()
    assert (renewal.carried, renewal.c_to) == (1, renewal.c_from)
    assert [copy.issue.number for copy in queries.overview(line.pk, house.at("2027-03-16")).next_copies] == [514]
    assert released(house, 514).rows == 1
    house.term(house.subscription(house.reader("Ben Stone")), first=515)
    assert released(house, 515).rows == 1


def test_all_lines_that_it_touches_are_locked_at_once(house):
    """One line pays for the copy, the other was skipped. A strike locks many, too, in the order of their numbers."""
    from tests.subscriptions.terms.orders import settle

    house.pull_before(514)
    renewed, skipped = house.subscription(), house.subscription()
    house.term(renewed, first=504, grace=3)
    house.term(skipped, first=514)
    Address.objects.filter(reader=skipped.reader).update(undeliverable_since=dt.date(2026, 2, 1))
    run = released(house, 514)
    settle(renewed, now=house.at("2027-03-15"))

    with CaptureQueriesContext(connection) as asked:
        actions.void(run_id=run.pk, reason="wrong insert", by=PAT, now=house.at("2027-03-16"))

    locks = [q["sql"] for q in asked if 'FROM "terms_subscription"' in q["sql"] and "FOR NO KEY UPDATE" in q["sql"]]
    assert {renewed.pk, skipped.pk} == {int(word) for word in locks[0].split("IN (")[1].split(")")[0].split(", ")}
