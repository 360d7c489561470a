import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.queries import stock_of
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import CLAIM, Claim, Copy
from subscriptions.fulfillment.rules.claims import Outcome
from subscriptions.terms.actions.reasons import UnknownReason
from subscriptions.terms.models import Pause, ServiceReason
from subscriptions.terms.queries import broken_ledgers, expire
from tests.subscriptions.fulfillment.runs import (
    PAT,
    mailed_later,
    owe,
    records,
    released,
    released_later,
)

ANA = Actor("reader", "1")
# In home until 5 May.
DUE = "2026-05-06"


@pytest.fixture
def ana(house):
    """Ten issues from 504 on; 504 and 505 have been mailed to her, 506 is the next open issue."""
    house.pull_before(504)
    subscription = house.subscription()
    house.term(subscription, first=504)
    for number, on in ((504, "2026-03-20"), (505, "2026-04-20")):
        run = released(house, number)
        mailed_later(house, run, on=on)
    return subscription


def stock(house, number=505, copies=3):
    catalog.receive_stock(issue_id=house.issue(number).pk, copies=copies, by=PAT, now=house.at("2026-04-01"))


def claim(house, subscription, number=505, *, on=DUE, reason="missing", by=ANA, **more):
    return actions.claim_copy(
        subscription_id=subscription.pk, issue_id=house.issue(number).pk, reason_code=reason, by=by, now=house.at(on),
        **more,
    )  # fmt: skip


def test_too_early_says_when_to_come_back_and_keeps_nothing(house, ana):
    answer = claim(house, ana, on="2026-04-22")

    assert (answer.outcome, answer.come_back_on) == (Outcome.TOO_EARLY, dt.date(2026, 5, 6))
    assert answer.sentence == ("May 2026 may still be on its way. If it has not come by then, claim it from May 6 on.")
    assert not Claim.objects.exists()


def test_a_copy_whose_run_can_still_be_voided_is_not_claimed(house, ana):
    run = released(house, 506)

    with pytest.raises(actions.CopyNeverSent, match="not in the mail yet; it is planned to be mailed on 20 May 2026"):
        claim(house, ana, 506, on="2026-05-15", reason="damaged")
    with pytest.raises(actions.CopyNeverSent, match="Jun 2026 is not in the mail yet; ask again once it has been"):
        claim(house, ana, 506, on="2026-05-21", reason="damaged")

    assert not Claim.objects.exists()
    actions.hand_over(run_id=run.pk, to="Print House", by=PAT, now=house.at("2026-05-22"))
    assert claim(house, ana, 506, on="2026-05-25", reason="damaged").outcome == Outcome.EXTENSION


def test_an_issue_that_was_mailed_late_is_due_as_much_later(house, ana):
    issue = house.issue(505)
    issue.mailed_on = dt.date(2026, 4, 30)
    issue.save(update_fields=["mailed_on"])

    assert claim(house, ana).come_back_on == dt.date(2026, 5, 16)


def test_another_copy_while_stock_lasts(house, ana):
    stock(house)

    answer = claim(house, ana)

    assert answer.outcome == Outcome.REPLACEMENT
    assert answer.sentence == "Another copy of May 2026 is sent from stock, to the address in force on that day."
    assert (answer.claim.state, answer.claim.reported_by) == ("replacing", "reader:1")
    assert stock_of(house.issue(505).pk) == 2
    assert house.issue(505).stock_movements.get(why="claim").link == f"claim:{answer.claim.uuid}"
    assert expire(ana.pk).issue.number == 513
    assert AuditEntry.objects.filter(action="claim.made").exists()


def test_without_stock_the_issue_is_added_at_the_end(house, ana):
    answer = claim(house, ana)

    assert answer.outcome == Outcome.EXTENSION
    assert answer.sentence == "May 2026 is made good at the end: the last issue is now Apr 2027."
    entry = answer.claim.entry
    assert (entry.kind, entry.units, entry.copy_issue.number) == ("credit", 1, 505)
    assert entry.link == f"claim:{answer.claim.uuid}"
    assert expire(ana.pk).issue.number == 514
    assert broken_ledgers() == []


def test_late_is_goodwill_and_earns_nothing(house, ana):
    stock(house)

    answer = claim(house, ana, on="2026-04-25", reason="came_late")

    assert (answer.outcome, answer.claim.entry.kind) == (Outcome.EXTENSION, "bonus")
    assert stock_of(house.issue(505).pk) == 3


def test_damaged_has_nothing_to_wait_for(house, ana):
    stock(house)

    assert claim(house, ana, on="2026-04-25", reason="damaged").outcome == Outcome.REPLACEMENT


def test_the_effect_is_the_reasons(house, ana):
    ServiceReason.objects.filter(code="missing").update(effect="bonus")

    assert claim(house, ana).claim.entry.kind == "bonus"


def test_a_replacement_that_went_to_somebody_else_just_now_becomes_an_extension(house, ana, monkeypatch):
    stock(house, copies=1)
    other = house.subscription(house.reader("Ben Field"))
    monkeypatch.setattr("subscriptions.catalog.queries.stock_of", lambda _: 1)
    catalog.take_stock(
        issue_id=house.issue(505).pk, copies=1, why="claim", link=f"of {other.pk}", by=PAT, now=house.at(DUE)
    )

    assert claim(house, ana).outcome == Outcome.EXTENSION


def test_after_a_replacement_and_two_extensions_a_person(house, ana):
    for number in (506, 507):
        mailed_later(house, released(house, number), on=f"2026-0{number - 501}-20")
    stock(house, 504)
    reasons = [claim(house, ana, number, on="2026-07-20", reason="damaged").outcome for number in (504, 505, 506, 507)]

    assert reasons == [Outcome.REPLACEMENT, Outcome.EXTENSION, Outcome.EXTENSION, Outcome.PERSON]
    (waiting,) = queries.open_claims()
    assert (waiting.issue.number, waiting.answer) == (507, "Somebody looks into Jul/Aug 2026 and answers.")


def test_a_year_later_it_begins_again(house, ana):
    stock(house, 504)
    stock(house, 505)
    assert claim(house, ana, 504, on="2026-05-06", reason="damaged").outcome == Outcome.REPLACEMENT
    actions.set_claim_policy(magazine_id=house.magazine.pk, by=PAT, claimable_issues=30)

    assert claim(house, ana, 505, on="2027-05-07", reason="damaged").outcome == Outcome.REPLACEMENT


def test_a_reader_abroad_gets_issues_at_the_end(house, ana):
    stock(house)
    ana.ship_tos.get().address.__class__.objects.update(zone="ca")

    assert claim(house, ana).outcome == Outcome.EXTENSION


def test_the_third_miss_in_a_row_holds_the_copies_and_asks_a_person(house, ana):
    mailed_later(house, released(house, 506), on="2026-05-20")
    for number in (504, 505):
        claim(house, ana, number, on="2026-06-05")

    answer = claim(house, ana, 506, on="2026-06-05")

    assert answer.outcome == Outcome.UNDELIVERABLE
    assert answer.claim.state == "open"
    pause = Pause.objects.get(subscription=ana)
    assert (pause.reason, pause.from_issue.number, pause.until_issue) == ("bad_address", 507, None)
    assert pause.note == "Jun 2026 and those before it did not come"


def test_one_that_came_between_breaks_the_row(house, ana):
    for number, on in ((506, "2026-05-20"), (507, "2026-06-20")):
        mailed_later(house, released(house, number), on=on)
    for number in (504, 505):
        claim(house, ana, number, on="2026-07-20")

    assert claim(house, ana, 507, on="2026-07-20").outcome == Outcome.PERSON
    assert not Pause.objects.exists()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (503, "Mar 2026 was never sent to this reader"),
        (506, "Jun 2026 has not gone out yet; it is planned to be mailed on 20 May 2026"),
    ],
)
def test_a_copy_that_was_never_sent_is_refused_with_the_reason(house, ana, number, sentence):
    with pytest.raises(actions.CopyNeverSent, match=sentence):
        claim(house, ana, number)


def test_a_copy_that_was_held_is_refused_with_the_reason(house, ana):
    Pause.objects.create(
        subscription=ana, from_issue=house.issue(506), until_issue=house.issue(507), reason="vacation",
        entered_by="reader:1",
    )  # fmt: skip
    released(house, 506, despite=("someone_gets_it",))

    with pytest.raises(actions.CopyNeverSent, match="was held back, so it was not sent; it was not used up either"):
        claim(house, ana, 506, on="2026-06-20")


def test_a_copy_number_that_nobody_has_is_refused(house, ana):
    with pytest.raises(actions.CopyNeverSent, match="no copy 2 of May 2026"):
        claim(house, ana, copy_no=2)


def test_the_same_copy_is_claimed_once_unless_a_clerk_insists(house, ana):
    stock(house)
    first = claim(house, ana)
    with pytest.raises(actions.CopyIsClaimed, match="claimed already: another copy waits for a run"):
        claim(house, ana)
    run = released_later(house, 505, purpose=CLAIM, on=DUE)
    with pytest.raises(actions.CopyIsClaimed, match="claimed already: another copy was sent"):
        claim(house, ana, by=PAT, insists=True)  # The run can be voided: then the first would wait again.
    mailed_later(house, run, on=DUE)
    with pytest.raises(actions.CopyIsClaimed, match="claimed before, and answered: another copy was sent"):
        claim(house, ana)

    second = claim(house, ana, by=PAT, insists=True)

    assert (first.claim.sequence, second.claim.sequence) == (1, 2)
    assert second.outcome == Outcome.EXTENSION  # one copy again is all that the policy gives


def test_two_unfinished_claims_of_one_copy_are_refused_by_the_database(house, ana):
    first = claim(house, ana).claim

    Claim.objects.filter(pk=first.pk).update(state="replacing")

    with pytest.raises(IntegrityError, match="one_unfinished_claim_per_copy"), transaction.atomic():
        Claim.objects.create(
            subscription=ana, issue=first.issue, reason=first.reason, sequence=2, reported_at=house.at(DUE),
            reported_by="staff:7",
        )  # fmt: skip


def test_reasons_are_the_houses(house, ana):
    with pytest.raises(UnknownReason, match="not a reason that can be given"):
        claim(house, ana, reason="eaten")
    with pytest.raises(UnknownReason, match="not a reason that readers give"):
        claim(house, ana, reason="returned")


def test_one_copy_of_several_is_looked_at_by_a_person(house):
    house.pull_before(505)
    subscription = house.subscription()
    house.term(subscription, first=505, copies=3)
    mailed_later(house, released(house, 505), on="2026-04-20")

    assert claim(house, subscription, copy_no=3).outcome == Outcome.PERSON


def test_a_free_copy_without_stock_is_looked_at_by_a_person(house):
    house.pull_before(505)
    subscription = house.subscription()
    house.term(subscription, first=505, copy_class="comp", cents=0, units=None)
    mailed_later(house, released(house, 505), on="2026-04-20")

    assert claim(house, subscription).outcome == Outcome.PERSON


def test_a_free_copy_is_replaced_while_stock_lasts(house):
    house.pull_before(505)
    subscription = house.subscription()
    house.term(subscription, first=505, copy_class="comp", cents=0, units=None)
    mailed_later(house, released(house, 505), on="2026-04-20")
    stock(house)

    assert claim(house, subscription).outcome == Outcome.REPLACEMENT


def test_a_copy_from_stock_can_be_claimed_too(house, ana):
    late = house.subscription(house.reader("Ben Late"))
    owe(house, late, 505)
    mailed_later(house, released_later(house, 505, purpose=2, on="2026-04-25"), on="2026-04-28")

    # The main run took 15 days from mailing to the end of its window, and so does this one.
    assert claim(house, late).come_back_on == dt.date(2026, 5, 14)
    assert claim(house, late, on="2026-05-14").outcome == Outcome.EXTENSION


def test_a_claims_run_sends_what_was_promised(house, ana):
    stock(house)
    promised = claim(house, ana).claim

    run = released_later(house, 505, purpose=CLAIM, on=DUE)

    promised.refresh_from_db()
    assert (promised.state, promised.run_uuid) == ("sent", run.uuid)
    copy = Copy.objects.get(run_id=run.pk)
    was = Copy.objects.get(issue_id=run.issue_id, subscription_id=ana.pk, purpose=1)
    assert (copy.purpose, copy.sequence, copy.units, copy.copy_class, copy.paid_code) == (3, 1, 0, "claim", "F")
    assert (copy.term_id, copy.x) == (was.term_id, was.x)
    (record,) = records(run)
    assert record["piece_id"] == f"2605-{ana.pk:07d}-C1"
    assert (record["copies"], record["version"], record["list_code"]) == ("1", "CLAIM", "CLAIM")
    assert run.file_name == f"label-runs/LAN_2605_claims_{run.pk}_v1.csv"
    assert queries.manifest(run.pk)["checks"]["each_claim_once"]
    assert actions.export_again(run.pk).sha256 == run.file_sha256


def test_two_replacements_for_one_subscription_are_two_records(house):
    house.pull_before(505)
    subscription = house.subscription()
    house.term(subscription, first=505, copies=3)
    main = released(house, 505)
    mailed_later(house, main, on="2026-04-20")
    stock(house)
    actions.set_claim_policy(magazine_id=house.magazine.pk, by=PAT, replacements_at_home=5)
    for copy_no in (2, 3):
        assert claim(house, subscription, copy_no=copy_no).outcome == Outcome.REPLACEMENT

    run = released_later(house, 505, purpose=CLAIM, on=DUE)

    assert (run.rows, run.copies) == (2, 2)
    assert [record["piece_id"][-2:] for record in records(run)] == ["C1", "C2"]
    assert [record["copies"] for record in records(run)] == ["1", "1"]
    kept = Copy.objects.filter(run_id=run.pk).order_by("sequence")
    assert [(copy.copy_no, copy.sequence, copy.rec_no) for copy in kept] == [(2, 1, 1), (3, 2, 2)]
    assert actions.export_again(main.pk).sha256 == main.file_sha256


def test_a_voided_claims_run_lets_them_wait_again_and_stock_stays_promised(house, ana):
    stock(house)
    promised = claim(house, ana).claim
    run = released_later(house, 505, purpose=CLAIM, on=DUE)

    actions.void(run_id=run.pk, reason="wrong wrapper", by=PAT, now=house.at(DUE))

    promised.refresh_from_db()
    assert (promised.state, promised.run_uuid) == ("replacing", None)
    assert stock_of(house.issue(505).pk) == 2
    assert not Copy.objects.filter(purpose=CLAIM).exists()
    assert released_later(house, 505, purpose=CLAIM, on=DUE).rows == 1


def test_lists_what_may_be_claimed_with_dates(house, ana):
    claim(house, ana)

    later, earlier = queries.claimable_copies(ana.pk)

    assert (later.issue.number, later.mailed_on, later.due_on) == (505, dt.date(2026, 4, 20), dt.date(2026, 5, 6))
    assert later.claim.state == "extended"
    assert (earlier.issue.number, earlier.claim) == (504, None)


def test_a_lost_sack_stands_out_by_its_zip(house):
    house.pull_before(505)
    places = {"60647": 4, "90210": 2}
    subscriptions = []
    for zip5, count in places.items():
        for _ in range(count):
            reader = house.reader()
            subscription = house.subscription(reader, house.address(reader, label_zip5=zip5))
            house.term(subscription, first=505)
            subscriptions.append((zip5, subscription))
    mailed_later(house, released(house, 505), on="2026-04-20")
    west = [subscription for zip5, subscription in subscriptions if zip5 == "90210"]
    for subscription in (*west, subscriptions[0][1]):
        claim(house, subscription)
    claim(house, subscriptions[1][1], reason="damaged")

    found = queries.clusters_of(house.issue(505).pk)

    assert [(each.place, each.copies_sent, each.missed, each.percent) for each in found] == [
        ("902", 2, 2, 100.0),
        ("606", 4, 1, 25.0),
    ]
    assert [(issue.number, count) for issue, count in queries.issues_claimed()] == [(505, 4)]
