"""Rule 4.7: grace only while a renewal effort is outstanding. Rule 4.27: a copy comes back, and the rest is held."""

import pytest

from foundation.actors import system
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Subscription, Term
from tests.subscriptions.terms.orders import settle
from tests.worked_examples.three_houses import HOUSES, after_pull, before_pull, reader_of_4_1

pytestmark = pytest.mark.django_db
CLERK = system("test")


def served(subscription, house, upto):
    """The numbers of the issues that the subscription gets, grace copies too, as things stand."""
    life = queries.life_of(subscription.pk)
    from subscriptions.terms.rules import serving

    rows = [row for row in life.calendar if row.number <= upto]
    return [row.number for row in rows if serving(life.calendar, life.pauses, life.spans, row.ordinal)]


@pytest.mark.parametrize(("calendar", "last"), [("sample", 513), ("weekly", 513), ("bi-monthly", 511)])
@pytest.mark.parametrize(
    ("efforts", "graced"),
    [([3, 1, 0], 3), ([0], 3), ([3, 1], 0), ([], 3)],  # the last goes out at the end, or before it; none by mail
)
def test_rule_4_07_the_last_effort_before_the_end_leaves_nothing_to_hope_for(calendar, last, efforts, graced):
    house = HOUSES[calendar]()
    house.magazine.grace_issues, house.magazine.invite_at_issues_left = 3, efforts
    house.magazine.save()
    subscription = house.subscription()

    settle(subscription, now=before_pull(house, 504))

    assert Term.objects.get().grace == graced
    assert queries.expire(subscription.pk).issue.number == last
    # On the bi-monthly the three units of grace are 512, 513 and 514.
    assert served(subscription, house, 530)[-1] == last + graced


@pytest.mark.parametrize("calendar", HOUSES)
@pytest.mark.parametrize("copy_class", ["comp", "credit", "agency"])
def test_rule_4_07_no_grace_without_a_payment_of_the_reader(calendar, copy_class):
    house = HOUSES[calendar]()
    house.magazine.grace_issues = 3
    house.magazine.save()

    settle(house.subscription(), now=before_pull(house, 504), copy_class=copy_class)

    assert Term.objects.get().grace == 0


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_07_whoever_will_not_renew_gets_none(calendar):
    house = HOUSES[calendar]()
    house.magazine.grace_issues = 3
    house.magazine.save()
    subscription = house.subscription()
    settle(subscription, now=before_pull(house, 504))

    actions.cancel_at_end(
        subscription_id=subscription.pk, reason_code="not_reading", by=CLERK, now=before_pull(house, 505)
    )

    assert Term.objects.get().grace == 0
    assert Subscription.objects.get().renewal == "do_not_renew"


@pytest.mark.parametrize(
    ("calendar", "expires"),
    # Eleven units from 504 on, two issues skipped; on the bi-monthly 504 and 510 count two.
    [("sample", 516), ("weekly", 516), ("bi-monthly", 514)],
)
def test_rule_4_27_returned_507_is_credited_508_and_509_are_held_and_510_comes_again(calendar, expires):
    house = HOUSES[calendar]()
    subscription = reader_of_4_1(house)
    now = after_pull(house, 507)
    pause = actions.hold(
        subscription_id=subscription.pk, from_issue_id=house.issue(508).pk, until_issue_id=None, reason="bad_address",
        by=CLERK, now=now,
    )  # fmt: skip
    actions.extend(
        subscription_id=subscription.pk, issues=1, reason_code="came_back", copy_issue_id=house.issue(507).pk,
        by=CLERK, now=now,
    )  # fmt: skip

    # The reader answers after the pull of 509.
    actions.end_hold(pause_id=pause.pk, by=CLERK, now=after_pull(house, 509))

    assert queries.expire(subscription.pk).issue.number == expires
    got = served(subscription, house, expires)
    assert (508 in got, 509 in got, 510 in got) == (False, False, True)
