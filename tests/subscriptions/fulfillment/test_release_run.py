from subscriptions.fulfillment import queries
from subscriptions.fulfillment.models import Copy, LabelRun
from tests.subscriptions.fulfillment.runs import records, released


def test_a_reader_who_is_owed_the_issue_gets_one_label(house):
    house.pull_before(504)
    subscription = house.subscription()
    house.term(subscription, first=504)

    run = released(house, 504)

    assert (run.state, run.last_error) == (LabelRun.State.RELEASED, "")
    (record,) = records(run)
    assert record["name"] == "ANA FIELD"
    assert record["top_line"].endswith("EXP MAR27")
    assert Copy.objects.get(issue_id=run.issue_id).subscription_id == subscription.pk
    assert queries.manifest(run.pk)["checks"]["sentence"] == "eligible 1 = exported 1 + held 0 + skipped 0"
