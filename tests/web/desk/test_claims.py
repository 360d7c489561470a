from typing import Any

import pytest

from subscriptions.catalog import actions as catalog
from subscriptions.catalog.queries import stock_of
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import Claim
from subscriptions.terms.models import Pause
from tests.signin import signed_in
from tests.subscriptions.fulfillment.runs import PAT
from tests.web.conftest import NOW, DeskHouse
from tests.web.desk.asking import asks, does, is_refused, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleo(db: None) -> Any:
    return signed_in("clerk")


@pytest.fixture
def sent(desk_house: DeskHouse) -> Any:
    """503 was mailed to Ana on 10 February; by today, the 20th, it counts as missing."""
    issue = desk_house.house.issue(503)
    window = {"mail_on": "2026-02-10", "in_home_from": "2026-02-15", "in_home_until": "2026-02-19"}
    issue.__class__.objects.filter(pk=issue.pk).update(**window)
    return desk_house.house.issue(503)


def open_claim(d: DeskHouse, issue: Any) -> Claim:
    actions.set_claim_policy(magazine_id=d.house.magazine.pk, by=PAT, extensions=0)
    answer = actions.claim_copy(
        subscription_id=d.subscription.pk, issue_id=issue.pk, reason_code="missing", by=PAT, now=NOW, note="empty box"
    )
    assert answer.claim is not None
    return answer.claim


def test_a_copy_is_claimed_from_the_readers_page(cleo: Any, desk_house: DeskHouse, sent: Any) -> None:
    at = url("claim_copy", desk_house.subscription.uuid, sent.pk, 1)
    assert at in cleo.get(url("reader", desk_house.ana.pk)).content.decode()

    assert "says that Mar 2026 did not come" in asks(cleo, at)
    assert not Claim.objects.exists()
    page = does(cleo, at, reason="missing", note="empty box")

    assert "Mar 2026 is made good at the end: the last issue is now" in page
    assert "Missing: empty box" in page
    assert "issues were added" in page


def test_too_early_is_said_and_nothing_is_kept(cleo: Any, desk_house: DeskHouse) -> None:
    issue = desk_house.house.issue(503)

    page = does(cleo, url("claim_copy", desk_house.subscription.uuid, issue.pk, 1), reason="missing")

    assert "may still be on its way" in page
    assert not Claim.objects.exists()


def test_a_copy_that_was_never_sent_is_refused_in_words(cleo: Any, desk_house: DeskHouse) -> None:
    at = url("claim_copy", desk_house.subscription.uuid, desk_house.house.issue(505).pk, 1)

    assert "has not gone out yet" in is_refused(cleo, at, reason="missing")


def test_a_second_claim_needs_a_clerk_who_insists(cleo: Any, desk_house: DeskHouse, sent: Any) -> None:
    at = url("claim_copy", desk_house.subscription.uuid, sent.pk, 1)
    does(cleo, at, reason="came_late")

    assert "claimed before" in is_refused(cleo, at, reason="missing")
    does(cleo, at, reason="missing", insists="on")

    assert [claim.sequence for claim in Claim.objects.order_by("pk")] == [1, 2]


def test_a_copy_that_came_back_holds_the_rest(cleo: Any, desk_house: DeskHouse) -> None:
    Pause.objects.all().delete()
    at = url("copy_came_back", desk_house.subscription.uuid, desk_house.house.issue(503).pk, 1)

    assert "Nothing more is sent to that address from Apr 2026 on" in asks(cleo, at)
    page = does(cleo, at, note="moved, left no address")

    assert "copies wait for the new address" in page
    assert Pause.objects.get().reason == "bad_address"


def test_an_open_claim_stands_in_the_list_and_is_answered(cleo: Any, desk_house: DeskHouse, sent: Any) -> None:
    claim = open_claim(desk_house, sent)
    page = text_of(cleo.get(url("claims")))
    assert "Ana Field Mar 2026 The Lantern Missing: empty box" in page
    assert "1 claims wait for a person" in text_of(cleo.get(url("index")))

    at = url("answer_claim", claim.uuid)
    assert "Whatever the policy says, you decide." in asks(cleo, at)
    assert "Say why" in is_refused(cleo, at, answer="refusal")
    assert "There are 0 copies of Mar 2026" in is_refused(cleo, at, answer="replacement")
    assert "With our apologies." in does(cleo, at, answer="extension", words="With our apologies.")

    assert "No claim waits." in text_of(cleo.get(url("claims")))


def test_it_came_after_all(cleo: Any, desk_house: DeskHouse, sent: Any) -> None:
    does(cleo, url("claim_copy", desk_house.subscription.uuid, sent.pk, 1), reason="missing")
    at = url("withdraw_claim", Claim.objects.get().uuid)

    assert "The issue added for it is taken back" in asks(cleo, at)
    assert "The claim was withdrawn." in does(cleo, at)
    assert "cannot be withdrawn any more" in is_refused(cleo, at)


def test_where_an_issue_is_missed(cleo: Any, desk_house: DeskHouse, sent: Any) -> None:
    open_claim(desk_house, sent)

    assert "606 1 1 100.0 %" in text_of(cleo.get(url("claim_clusters", sent.pk)))
    assert "Nobody misses" in text_of(cleo.get(url("claim_clusters", desk_house.house.issue(504).pk)))
    assert cleo.get(url("claim_clusters", 0)).status_code == 404


def test_the_policy_is_set_on_the_desk(desk_house: DeskHouse) -> None:
    finn = signed_in("fulfillment")
    at = url("claim_policy", "lantern")
    numbers = {
        "due_after_days": 7, "claimable_issues": 3, "replacements_at_home": 2, "replacements_abroad": 1,
        "extensions": 4, "misses_that_mean_undeliverable": 3,
    }  # fmt: skip

    assert "A claim is answered in this order" in asks(finn, at)
    is_refused(finn, at, status=400, **{**numbers, "misses_that_mean_undeliverable": 1})
    does(finn, at, **numbers)

    assert queries.policy_row(desk_house.house.magazine.pk).due_after_days == 7


def test_stock_comes_in_and_is_counted_with_what_is_promised(desk_house: DeskHouse, sent: Any) -> None:
    finn = signed_in("fulfillment")
    assert "Mar 2026" in text_of(finn.get(url("stock")))
    does(finn, url("receive_stock", sent.pk), copies="5", note="from the printer")
    actions.claim_copy(
        subscription_id=desk_house.subscription.pk, issue_id=sent.pk, reason_code="missing", by=PAT, now=NOW
    )
    page = text_of(finn.get(url("issue_stock", sent.pk)))
    assert "4 free and 1 promised" in page
    assert "−1 promised for a claim" in page
    assert "Mar 2026 The Lantern 4 1 5" in text_of(finn.get(url("stock")))

    assert "On file are 5 copies" in asks(finn, url("count_stock", sent.pk))
    is_refused(finn, url("count_stock", sent.pk), status=400, copies="3")
    does(finn, url("count_stock", sent.pk), copies="3", note="two were wet")

    assert stock_of(sent.pk) == 2


def test_fewer_than_are_promised_cannot_be_there(desk_house: DeskHouse, sent: Any) -> None:
    catalog.receive_stock(issue_id=sent.pk, copies=1, by=PAT, now=NOW)
    actions.claim_copy(
        subscription_id=desk_house.subscription.pk, issue_id=sent.pk, reason_code="missing", by=PAT, now=NOW
    )

    page = is_refused(signed_in("fulfillment"), url("count_stock", sent.pk), copies="0", note="all gone")

    assert "1 copies are promised and not sent yet, and 0 are there" in page
