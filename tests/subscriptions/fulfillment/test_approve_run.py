import pytest

from foundation.audit.models import AuditEntry
from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import LabelRun
from tests.subscriptions.fulfillment.runs import PAT, rehearsed


@pytest.fixture
def run(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    return rehearsed(house, 504)


def test_keeps_who_approved_it_and_can_be_taken_back(house, run):
    now = house.at("2026-03-09")

    approved = actions.approve(run_id=run.pk, by=PAT, now=now)
    assert (approved.state, approved.approved_by, approved.approved_at) == (LabelRun.State.APPROVED, "staff:7", now)

    back = actions.unapprove(run_id=run.pk, by=PAT, now=now)
    assert (back.state, back.approved_by) == (LabelRun.State.REHEARSED, "")
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"run.approved", "run.unapproved"}


def test_only_after_a_rehearsal(house):
    planned = actions.plan_run(issue_id=house.issue(501).pk, by=PAT, now=house.at("2025-12-01"))

    with pytest.raises(actions.RunStandsElsewhere, match="Planned"):
        actions.approve(run_id=planned.pk, by=PAT, now=house.at("2025-12-01"))


def test_a_failed_check_blocks_it(house):
    house.pull_before(503)
    house.term(house.subscription(), first=503)
    out_of_order = rehearsed(house, 504)

    with pytest.raises(actions.RehearsalFailed, match="next one to be pulled"):
        actions.approve(
            run_id=out_of_order.pk, by=PAT, now=house.at("2026-03-09"), despite=["issue_in_order"], because="I want to"
        )


def test_what_may_be_accepted_needs_a_reason(house):
    house.pull_before(504)
    for_nobody = rehearsed(house, 504)
    now = house.at("2026-03-09")

    with pytest.raises(actions.RehearsalFailed):
        actions.approve(run_id=for_nobody.pk, by=PAT, now=now, despite=["someone_gets_it"])

    actions.approve(
        run_id=for_nobody.pk, by=PAT, now=now, despite=["someone_gets_it"], because="the first issue has no readers"
    )
    entry = AuditEntry.objects.get(action="run.approved")
    assert entry.detail == {"despite": ["someone_gets_it"], "because": "the first issue has no readers"}


def test_a_calendar_that_has_changed_since_makes_the_rehearsal_stale(house, run):
    issue = house.issue(504)
    issue.weight = 2
    issue.save(update_fields=["weight"])

    with pytest.raises(actions.RehearsalIsStale):
        actions.approve(run_id=run.pk, by=PAT, now=house.at("2026-03-09"))


def test_a_later_change_of_the_calendar_does_not(house, run):
    later = house.issue(530)
    later.weight = 2
    later.save(update_fields=["weight"])

    assert actions.approve(run_id=run.pk, by=PAT, now=house.at("2026-03-09")).state == LabelRun.State.APPROVED
