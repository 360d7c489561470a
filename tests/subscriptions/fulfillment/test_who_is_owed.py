"""Random lives of subscriptions, pulled issue by issue.

The copies are held against the rules in Python, and against a counter in plain SQL that knows no ranges and no clocks.
"""

import contextlib
import random
from typing import Any

import pytest
from django.db import connection

from foundation.errors import DomainError
from subscriptions.fulfillment.models import Copy, LabelRun
from subscriptions.readers.models import Address
from subscriptions.terms import actions, queries, rules
from subscriptions.terms.models import Pause, Subscription
from subscriptions.terms.queries.life import life_of
from tests.subscriptions.fulfillment.runs import PAT, released
from tests.subscriptions.terms.orders import settle

ISSUES = range(501, 513)
DOUBLES, SPECIALS = {504, 509}, {507}

# Who is owed the next issue, counted from what was sent so far: the oldest term with units left, unless a pause stands
# in the way or there is nowhere to send it. No clock, no range, no grace.
COUNTED = """
    SELECT DISTINCT ON (t.subscription_id) t.subscription_id, t.id
      FROM terms_term t
      JOIN catalog_issue i ON i.id = %s
     WHERE t.units > (SELECT coalesce(sum(c.units), 0) FROM fulfillment_copy c WHERE c.term_id = t.id)
       AND NOT EXISTS (SELECT FROM terms_term newer JOIN fulfillment_copy c ON c.term_id = newer.id
                        WHERE newer.subscription_id = t.subscription_id AND newer.id > t.id)
       AND NOT EXISTS (SELECT FROM terms_pause p
                         JOIN catalog_issue f ON f.id = p.from_issue_id
                         LEFT JOIN catalog_issue u ON u.id = p.until_issue_id
                        WHERE p.subscription_id = t.subscription_id
                          AND f.ordinal <= i.ordinal AND (u.id IS NULL OR i.ordinal < u.ordinal))
       AND EXISTS (SELECT FROM terms_shipto s JOIN readers_address a ON a.id = s.address_id
                    WHERE s.subscription_id = t.subscription_id
                      AND s.from_ordinal <= i.ordinal AND i.ordinal < s.until_ordinal AND a.undeliverable_since IS NULL)
     ORDER BY t.subscription_id, t.id
"""


@pytest.mark.parametrize("seed", range(3))
def test_copies_are_what_the_rules_and_a_plain_counter_say(house: Any, seed: int):
    dice = random.Random(seed)
    weigh_the_calendar(house)
    for _ in range(15):
        newcomer(house, dice)
    skips = 0

    for number in ISSUES:
        live_until(house, number, dice)
        counted = dict(counter(house.issue(number).pk))
        expected, printed = by_the_rules(house, number)

        run = released(house, number, despite=("someone_gets_it", "usual_size"))

        assert (run.state, run.last_error) == (LabelRun.State.RELEASED, "")
        copies = list(Copy.objects.filter(issue_id=run.issue_id, copy_no=1))
        assert {copy.subscription_id: (copy.term_id, copy.units, copy.copy_class == "grace") for copy in copies} == (
            expected
        )
        assert {copy.subscription_id: copy.top_line[9:] for copy in copies} == printed
        if number not in SPECIALS:
            paid = {copy.subscription_id: copy.term_id for copy in copies if copy.copy_class != "grace"}
            assert paid == counted
        assert run.copies == sum(copy.copies for copy in copies) == Copy.objects.filter(run_id=run.pk).count()
        skips += run.skips

    assert skips > 0, "a life without a skip proves less"


def weigh_the_calendar(house: Any) -> None:
    for number in (*DOUBLES, *SPECIALS):
        actions.reweigh_issue(issue_id=house.issue(number).pk, weight=2 if number in DOUBLES else 0, by=PAT)


def newcomer(house: Any, dice: random.Random) -> None:
    subscription = house.subscription()
    order(house, subscription, dice, now=house.at("2025-11-20"))


def order(house: Any, subscription: Any, dice: random.Random, *, now: Any) -> None:
    units, copy_class = dice.choice([1, 2, 3, 4, 6]), dice.choice(["paid", "paid", "gift", "comp"])
    settle(subscription, now=now, units=units, copies=dice.choice([1, 1, 2]), copy_class=copy_class)


def live_until(house: Any, number: int, dice: random.Random) -> None:
    """What happens in the weeks before an issue is pulled."""
    issue = house.issue(number)
    now = issue.pull_at.replace(day=5)
    if dice.random() < 0.5:
        newcomer_at(house, dice, now)
    for subscription in list(Subscription.objects.order_by("pk")):
        deed = dice.choice([nothing, nothing, nothing, renew, holiday, come_home, move, goes_bad, comes_good])
        with contextlib.suppress(DomainError):  # what is refused has not happened
            deed(house, subscription, number, dice, now)


def newcomer_at(house: Any, dice: random.Random, now: Any) -> None:
    order(house, house.subscription(), dice, now=now)


def nothing(*_: Any) -> None:
    pass


def renew(house: Any, subscription: Any, number: int, dice: random.Random, now: Any) -> None:
    if queries.life_of(subscription.pk).spans[-1].c_to - queries.life_of(subscription.pk).clock < 3:
        order(house, subscription, dice, now=now)


def holiday(house: Any, subscription: Any, number: int, dice: random.Random, now: Any) -> None:
    begins = number + dice.randrange(3)
    actions.hold(
        subscription_id=subscription.pk,
        from_issue_id=house.issue(begins).pk,
        until_issue_id=dice.choice([None, house.issue(begins + dice.randrange(1, 4)).pk]),
        reason="vacation",
        by=PAT,
        now=now,
    )


def come_home(house: Any, subscription: Any, number: int, dice: random.Random, now: Any) -> None:
    for pause in Pause.objects.filter(subscription=subscription, reason="vacation"):
        actions.end_hold(pause_id=pause.pk, by=PAT, now=now)


def move(house: Any, subscription: Any, number: int, dice: random.Random, now: Any) -> None:
    address = house.address(subscription.reader, label_addr1=f"{number} MOVED ST")
    actions.change_address(subscription_id=subscription.pk, address_id=address.pk, by=PAT, now=now)


def goes_bad(house: Any, subscription: Any, number: int, dice: random.Random, now: Any) -> None:
    Address.objects.filter(reader=subscription.reader).update(undeliverable_since=now.date())


def comes_good(house: Any, subscription: Any, number: int, dice: random.Random, now: Any) -> None:
    Address.objects.filter(reader=subscription.reader).update(undeliverable_since=None)


def counter(issue_id: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [issue_id])
        return list(cursor.fetchall())


def by_the_rules(house: Any, number: int) -> tuple[dict[int, Any], dict[int, str]]:
    """By subscription: the term that serves it, units, grace; and the expiry on the label."""
    ordinal = house.issue(number).ordinal
    served, printed = {}, {}
    for subscription in Subscription.objects.order_by("pk"):
        life = life_of(subscription.pk)
        found = rules.serving(life.calendar, life.pauses, life.spans, ordinal)
        ship_to = subscription.ship_tos.get(from_ordinal__lte=ordinal, until_ordinal__gt=ordinal)
        if found is None or ship_to.address.undeliverable_since:
            continue
        units = 0 if found.is_grace else found.units
        served[subscription.pk] = (life.terms[found.place].pk, units, found.is_grace)
        printed[subscription.pk] = expiry(life, life.spans[found.place])
    return served, printed


def expiry(life: Any, span: Any) -> str:
    answer = rules.paid_through(life.calendar, life.pauses, life.spans)
    if not span.is_paid or answer.issue is None:
        return ""
    row = life.row_of(answer.issue)
    return f"EXP {row.cover_label[:3].upper()}{row.cover_year % 100}"
