"""Rule 4.12: a claim that comes too early, and the policy that one house publishes."""

import datetime as dt

import pytest

from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import Claim
from subscriptions.fulfillment.rules.claims import Outcome
from subscriptions.terms.models import Pause
from tests.subscriptions.fulfillment.runs import PAT
from tests.worked_examples.post_office import claim, files, mail, overdue, stock
from tests.worked_examples.three_houses import HOUSES, reader_of_4_1

__all__ = ["files"]
pytestmark = pytest.mark.django_db


# The first day on which 505 is missed: on the sample pulled 10 April, mailed 20 April, in home by 5 May; on the weekly
# pulled 7 January, in home by the 16th; on the bi-monthly pulled 10 August, in home by 6 September.
DUE = {"sample": dt.date(2026, 5, 6), "weekly": dt.date(2026, 1, 17), "bi-monthly": dt.date(2026, 9, 7)}


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_12_505_two_days_after_its_mailing_is_not_due_yet(calendar: str) -> None:
    house = HOUSES[calendar]()
    reader = reader_of_4_1(house)
    mail(house, 504, 505)

    answer = claim(house, reader, 505, now=house.at(str(house.issue(505).mail_on + dt.timedelta(days=2))))

    assert (answer.outcome, answer.come_back_on) == (Outcome.TOO_EARLY, DUE[calendar])
    assert not Claim.objects.exists()


@pytest.mark.parametrize("calendar", HOUSES)
@pytest.mark.parametrize(
    ("zone", "answers"),
    [
        # One copy again in the home country, then extensions, after two of them a person (a partial refund).
        ("us", [Outcome.REPLACEMENT, Outcome.EXTENSION, Outcome.EXTENSION, Outcome.PERSON]),
        # Abroad extensions alone.
        ("ca", [Outcome.EXTENSION, Outcome.EXTENSION, Outcome.PERSON, Outcome.PERSON]),
    ],
)
def test_rule_4_12_the_published_policy(calendar: str, zone: str, answers: list[Outcome]) -> None:
    house = HOUSES[calendar]()
    reader = reader_of_4_1(house)
    reader.ship_tos.get().address.__class__.objects.update(zone=zone)
    mail(house, 504, 505, 506, 507)
    for number in (504, 505, 506, 507):
        stock(house, number)

    # Damaged copies came, so they are no misses in a row.
    got = [claim(house, reader, number, now=overdue(house, 507), reason="damaged") for number in (504, 505, 506, 507)]

    assert [answer.outcome for answer in got] == answers


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_12_three_misses_in_a_row_mean_undeliverable(calendar: str) -> None:
    house = HOUSES[calendar]()
    reader = reader_of_4_1(house)
    mail(house, 504, 505, 506)

    answers = [claim(house, reader, number, now=overdue(house, 506)).outcome for number in (504, 505, 506)]

    assert answers == [Outcome.EXTENSION, Outcome.EXTENSION, Outcome.UNDELIVERABLE]
    hold = Pause.objects.get(subscription=reader)
    assert (hold.reason, hold.until_issue) == ("bad_address", None)


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_12_issues_missed_through_late_renewal_are_not_replaced(calendar: str) -> None:
    house = HOUSES[calendar]()
    reader = house.subscription()
    house.term(reader, first=504, units=house.issue(506).unit - house.issue(504).unit)
    mail(house, 504, 505)
    house.term(reader, first=507, units=10)
    house.term(house.subscription(house.reader("Ben Field")), first=506)
    mail(house, 506, 507)
    stock(house, 506)

    with pytest.raises(actions.CopyNeverSent, match="does not belong to what was paid for"):
        claim(house, reader, 506, now=overdue(house, 507))


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_12_the_policy_is_data(calendar: str) -> None:
    house = HOUSES[calendar]()
    reader = reader_of_4_1(house)
    mail(house, 504, 505)
    actions.set_claim_policy(magazine_id=house.magazine.pk, by=PAT, due_after_days=7)

    assert claim(house, reader, 505, now=overdue(house, 505)).come_back_on == DUE[calendar] + dt.timedelta(days=7)
