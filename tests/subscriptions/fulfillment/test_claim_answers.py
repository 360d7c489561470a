import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from subscriptions.catalog.actions import NoStock
from subscriptions.catalog.queries import stock_of
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import CLAIM, SUPPLEMENT, Claim, ClaimPolicy
from subscriptions.fulfillment.rules.claims import Outcome
from subscriptions.readers.actions import mark_deliverable
from subscriptions.readers.models import Address, Reader
from subscriptions.terms.actions import change_address, extend, merge_lines
from subscriptions.terms.models import Entry, Pause
from subscriptions.terms.queries import addresses_of, broken_ledgers, expire
from tests.house import House
from tests.own_database import at_once
from tests.subscriptions.fulfillment.runs import PAT, asked_later, mailed_later, owe, released, released_later
from tests.subscriptions.fulfillment.test_claims import DUE, ana, claim, stock

__all__ = ["ana"]


@pytest.fixture
def asked(house, ana):
    """A claim that the policy leaves to a person."""
    actions.set_claim_policy(magazine_id=house.magazine.pk, by=PAT, extensions=0, replacements_at_home=0)
    return claim(house, ana).claim


def answered(house, asked, answer, words=""):
    return actions.answer_claim(claim_id=asked.pk, answer=answer, words=words, by=PAT, now=house.at(DUE))


def withdrawn(house, made, on=DUE):
    return actions.withdraw_claim(claim_id=made.pk, by=PAT, now=house.at(on))


def test_a_person_sends_another_copy(house, asked):
    stock(house)

    made = answered(house, asked, "replacement")

    assert (made.state, made.answered_by) == ("replacing", "staff:7")
    assert made.answer == "Another copy of May 2026 is sent from stock, to the address in force on that day."
    assert stock_of(house.issue(505).pk) == 2
    assert not queries.open_claims().exists()


def test_without_stock_a_person_cannot_either(house, asked):
    with pytest.raises(NoStock):
        answered(house, asked, "replacement")

    asked.refresh_from_db()
    assert asked.state == "open"


def test_a_person_adds_issues_in_words_of_their_own(house, asked):
    made = answered(house, asked, "extension", words="With our apologies.")

    assert (made.state, made.answer, made.entry.units) == ("extended", "With our apologies.", 1)
    assert expire(made.subscription_id).issue.number == 514


def test_a_refusal_says_why(house, asked):
    with pytest.raises(actions.AnswerNeedsWords):
        answered(house, asked, "refusal", words=" ")

    made = answered(house, asked, "refusal", words="It was signed for.")
    assert (made.state, made.answer) == ("refused", "It was signed for.")


def test_answered_once(house, asked):
    answered(house, asked, "extension")

    with pytest.raises(actions.ClaimStandsElsewhere, match="issues were added"):
        answered(house, asked, "extension")


def test_a_claim_that_is_not_there_is_not_found(house):
    with pytest.raises(actions.NoSuchClaim):
        actions.withdraw_claim(claim_id=404, by=PAT, now=house.at(DUE))


def test_the_copy_came_after_all_and_the_issue_is_taken_back(house, ana):
    made = claim(house, ana).claim

    made = withdrawn(house, made)

    assert made.state == "withdrawn"
    assert expire(ana.pk).issue.number == 513
    assert [entry.units for entry in Entry.objects.filter(kind="credit").order_by("pk")] == [1, -1]
    assert broken_ledgers() == []


def test_and_then_it_is_gone_again(house, ana):
    withdrawn(house, claim(house, ana).claim)

    again = claim(house, ana)

    assert (again.outcome, again.claim.sequence) == (Outcome.EXTENSION, 2)
    assert expire(ana.pk).issue.number == 514
    with pytest.raises(IntegrityError, match="given back"), transaction.atomic():
        Entry.objects.create(
            term=again.claim.entry.term, kind="credit", units=1, copy_issue=house.issue(505), by="staff:7"
        )


def test_a_promised_copy_goes_back_to_stock(house, ana):
    stock(house)
    made = claim(house, ana).claim

    withdrawn(house, made)

    assert stock_of(house.issue(505).pk) == 3
    assert queries.waiting_runs() == []


def test_what_was_sent_cannot_be_withdrawn(house, ana):
    stock(house)
    made = claim(house, ana).claim
    released_later(house, 505, purpose=CLAIM, on=DUE)

    with pytest.raises(actions.ClaimStandsElsewhere, match="another copy was sent"):
        withdrawn(house, made)


def test_a_copy_that_the_post_returns_is_credited_and_the_rest_waits(house, ana):
    made = actions.record_returned_copy(
        subscription_id=ana.pk,
        issue_id=house.issue(505).pk,
        by=PAT,
        now=house.at("2026-05-02"),
        note="moved",
    )

    assert (made.state, made.entry.kind, made.note) == ("extended", "credit", "moved")
    pause = Pause.objects.get(subscription=ana)
    assert (pause.reason, pause.from_issue.number, pause.until_issue) == ("bad_address", 506, None)
    with pytest.raises(actions.CopyIsClaimed):
        claim(house, ana)


def returned(house, whose, copy_no=1):
    return actions.record_returned_copy(
        subscription_id=whose.pk, issue_id=house.issue(505).pk, copy_no=copy_no, by=PAT, now=house.at("2026-05-02")
    )


def test_a_back_issue_comes_back_from_where_it_went_and_that_is_where_the_next_one_goes(house, ana):
    late = house.subscription(house.reader("Ben Late"))
    new = house.address(late.reader, label_addr1="7 NEW ST")
    owe(house, late, 505)
    change_address(subscription_id=late.pk, address_id=new.pk, by=PAT, now=house.at("2026-04-22"))
    mailed_later(house, released_later(house, 505, purpose=SUPPLEMENT, on="2026-04-25"), on="2026-04-25")

    assert "copies wait for the new address" in returned(house, late).answer

    assert Pause.objects.get(subscription=late).from_issue.number == 506
    assert [address.pk for address in Address.objects.filter(undeliverable_since__isnull=False)] == [new.pk]


def mailed_505(house, **term):
    house.pull_before(505)
    subscription = house.subscription()
    house.term(subscription, **term)
    mailed_later(house, released(house, 505), on="2026-04-20")
    return subscription


def test_a_double_at_the_end_gives_back_the_one_unit_that_it_used(house):
    """Two issues were sold, 504 and half of the double 505; the other half was forgiven."""
    house.magazine.issues.filter(number=505).update(weight=2)
    house.magazine.issues.filter(number__gt=505).update(unit=F("unit") + 1)
    subscription = mailed_505(house, first=504, units=2)

    made = returned(house, subscription)

    assert (made.state, made.entry.units) == ("extended", 1)


def test_of_one_copy_of_several_that_comes_back_a_person_decides(house):
    made = returned(house, mailed_505(house, first=505, copies=3), copy_no=2)

    assert (made.state, made.entry) == ("open", None)


def test_a_copy_that_comes_back_from_where_a_reader_has_moved_away_holds_nothing(house, ana):
    new = house.address(ana.reader, label_addr1="7 NEW ST")
    change_address(subscription_id=ana.pk, address_id=new.pk, by=PAT, now=house.at("2026-05-02"))

    made = returned(house, ana)

    assert (made.state, "what comes next goes to another address" in made.answer) == ("extended", True)
    assert not Pause.objects.exists()
    assert addresses_of(ana.pk, [house.issue(505)])[house.issue(505).pk][0].undeliverable_since is not None


@pytest.mark.parametrize("is_there_too", [True, False])
def test_after_a_merge_what_goes_to_that_door_waits_and_is_made_good(house, ana, is_there_too):
    there = addresses_of(ana.pk, [house.issue(505)])[house.issue(505).pk][0]
    kept = house.subscription(ana.reader, there if is_there_too else house.address(ana.reader, label_addr1="7 NEW ST"))
    merge_lines(kept_id=kept.pk, merged_id=ana.pk, by=PAT, now=house.at("2026-05-02"))

    made = returned(house, ana)

    assert made.entry.term.subscription == kept
    assert [pause.subscription for pause in Pause.objects.all()] == [kept] * is_there_too


def test_after_two_files_became_one_the_door_is_bad_for_both(house, ana):
    there = addresses_of(ana.pk, [house.issue(505)])[house.issue(505).pk][0]
    kept_reader = house.reader("Ana B. Field")
    kept = house.subscription(kept_reader, house.address(kept_reader))
    Reader.objects.filter(pk=ana.reader_id).update(merged_into=kept_reader)
    merge_lines(kept_id=kept.pk, merged_id=ana.pk, by=PAT, now=house.at("2026-05-02"))

    assert "copies wait for the new address" in returned(house, ana).answer

    assert [pause.subscription for pause in Pause.objects.all()] == [kept]
    assert {a.undeliverable_since for a in Address.objects.filter(door_key=there.door_key)} == {dt.date(2026, 5, 2)}


def test_of_a_second_copy_of_what_was_made_good_a_person_decides(house, ana):
    """Both subscriptions had it, and they are one now; what was claimed is not lost."""
    extend(
        subscription_id=ana.pk, issues=1, reason_code="never_came", copy_issue_id=house.issue(505).pk, by=PAT,
        now=house.at(DUE),
    )  # fmt: skip

    answer = claim(house, ana)

    assert (answer.outcome, answer.claim.state, answer.claim.entry) == (Outcome.PERSON, "open", None)


def test_a_copy_that_was_made_good_before_still_says_that_mail_comes_back(house, ana):
    now = house.at("2026-05-02")
    given = {"reason_code": "never_came", "copy_issue_id": house.issue(505).pk, "by": PAT, "now": now}
    extend(subscription_id=ana.pk, issues=1, **given)

    made = actions.record_returned_copy(subscription_id=ana.pk, issue_id=house.issue(505).pk, by=PAT, now=now)

    assert (made.state, made.entry) == ("refused", None)
    assert "made good before" in made.answer
    assert Pause.objects.get(subscription=ana).reason == "bad_address"
    assert addresses_of(ana.pk, [house.issue(505)])[house.issue(505).pk][0].undeliverable_since is not None


def test_nothing_of_any_title_goes_to_the_reader_at_that_door_until_it_is_good_again(house, ana):
    there = addresses_of(ana.pk, [house.issue(505)])[house.issue(505).pk][0]
    of_another_title, elsewhere = house.address(ana.reader), house.address(ana.reader, label_addr1="7 NEW ST")
    neighbours = house.address(house.reader("Ben Field"))

    def marked():
        return {a.pk for a in Address.objects.filter(undeliverable_since=dt.date(2026, 5, 2))}

    actions.record_returned_copy(
        subscription_id=ana.pk, issue_id=house.issue(505).pk, by=PAT, now=house.at("2026-05-02")
    )

    assert neighbours.door_key == there.door_key
    assert marked() == {there.pk, of_another_title.pk}
    assert elsewhere.pk not in marked()

    mark_deliverable(address_id=of_another_title.pk, by=PAT)

    assert marked() == set()


def test_a_second_one_adds_no_second_hold(house, ana):
    for number in (504, 505):
        actions.record_returned_copy(
            subscription_id=ana.pk, issue_id=house.issue(number).pk, by=PAT, now=house.at("2026-05-02")
        )

    assert Pause.objects.count() == 1
    assert expire(ana.pk).reason == "open_hold"


def test_a_free_copy_that_comes_back_is_a_persons_matter(house):
    house.pull_before(505)
    subscription = house.subscription()
    house.term(subscription, first=505, copy_class="comp", cents=0, units=None)
    mailed_later(house, released(house, 505), on="2026-04-20")

    made = actions.record_returned_copy(
        subscription_id=subscription.pk, issue_id=house.issue(505).pk, by=PAT, now=house.at("2026-05-02")
    )

    assert (made.state, made.entry) == ("open", None)
    assert Pause.objects.filter(subscription=subscription).exists()


def test_a_policy_is_a_row_and_its_nonsense_is_refused(house):
    assert queries.policy_row(house.magazine.pk).claimable_issues == 6

    actions.set_claim_policy(magazine_id=house.magazine.pk, by=PAT, claimable_issues=3)

    assert queries.policy_row(house.magazine.pk).claimable_issues == 3
    with pytest.raises(IntegrityError, match="one_miss_is_no_bad_address"), transaction.atomic():
        ClaimPolicy.objects.update(misses_that_mean_undeliverable=1)


def test_a_claim_withdrawn_during_its_run_is_sent_or_withdrawn_and_never_both(own_database):
    house = House()
    house.pull_before(505)
    subscription = house.subscription()
    house.term(subscription, first=505)
    mailed_later(house, released(house, 505), on="2026-04-20")
    stock(house)
    made = claim(house, subscription).claim
    run = asked_later(house, 505, purpose=CLAIM, on=DUE)

    at_once(lambda: actions.work_off_runs(now=house.at(DUE)), lambda: withdrawn(house, made))

    made.refresh_from_db()
    run.refresh_from_db()
    assert (made.state, run.rows, stock_of(house.issue(505).pk)) in [("sent", 1, 2), ("withdrawn", 0, 3)]


def test_the_same_copy_claimed_twice_at_once_is_one_claim(own_database):
    house = House()
    house.pull_before(505)
    subscription = house.subscription()
    house.term(subscription, first=505)
    mailed_later(house, released(house, 505), on="2026-04-20")

    outcomes = at_once(*[lambda: claim(house, subscription)] * 4)

    assert sorted(type(each).__name__ for each in outcomes) == ["ClaimAnswer", *["CopyIsClaimed"] * 3]
    assert Claim.objects.count() == 1


def test_the_last_copy_in_stock_goes_to_one_of_two(own_database):
    house = House()
    house.pull_before(505)
    both = [house.subscription(house.reader(name)) for name in ("Ana", "Ben")]
    for subscription in both:
        house.term(subscription, first=505)
    mailed_later(house, released(house, 505), on="2026-04-20")
    stock(house, copies=1)

    outcomes = at_once(*[lambda each=each: claim(house, each) for each in both])

    assert sorted(each.outcome for each in outcomes) == [Outcome.EXTENSION, Outcome.REPLACEMENT]
    assert stock_of(house.issue(505).pk) == 0
