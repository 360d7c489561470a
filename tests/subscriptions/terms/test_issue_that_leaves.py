"""When two issues are left: the pull on which automatic renewal hangs. Ten issues from 504 end with 513."""

import pytest

from subscriptions.terms.models import Pause
from subscriptions.terms.queries import issue_that_leaves
from tests.house import House

pytestmark = pytest.mark.django_db


def test_ten_issues_from_504_leave_two_after_511(house: House):
    subscription = house.subscription()
    house.term(subscription, first=504, units=10)

    assert issue_that_leaves(subscription_id=subscription.pk, units=2).number == 511


def test_a_hold_of_three_issues_moves_it_by_three(house: House):
    subscription = house.subscription()
    Pause.objects.create(
        subscription=subscription,
        from_issue=house.issue(507),
        until_issue=house.issue(510),
        reason="vacation",
        entered_by="system:test",
    )
    house.term(subscription, first=504, units=10, stepped=True)

    assert issue_that_leaves(subscription_id=subscription.pk, units=2).number == 514


def test_an_open_hold_tells_no_date(house: House):
    subscription = house.subscription()
    Pause.objects.create(
        subscription=subscription, from_issue=house.issue(507), reason="vacation", entered_by="system:test"
    )
    house.term(subscription, first=504, units=10, stepped=True)

    assert issue_that_leaves(subscription_id=subscription.pk, units=2) is None


def test_a_perpetual_term_tells_no_date(house: House):
    subscription = house.subscription()
    house.term(subscription, first=504, units=None, cents=0, copy_class="comp")

    assert issue_that_leaves(subscription_id=subscription.pk, units=2) is None


def test_a_queued_term_counts_too(house: House):
    subscription = house.subscription()
    house.term(subscription, first=504, units=10)
    house.term(subscription, first=514, units=10)

    assert issue_that_leaves(subscription_id=subscription.pk, units=2).number == 521
