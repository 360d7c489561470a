"""Rule 4.27 from the post's answer to the new address, by the actions that the desk calls."""

import datetime as dt

import pytest

from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import Copy
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Pause
from subscriptions.terms.queries import broken_ledgers, expire
from tests.subscriptions.fulfillment.runs import PAT
from tests.worked_examples.post_office import files, mail
from tests.worked_examples.three_houses import HOUSES, reader_of_4_1

__all__ = ["files"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("calendar", "expires"),
    # Eleven units from 504 on, two issues skipped; on the bi-monthly 504 and 510 count two.
    [("sample", 516), ("weekly", 516), ("bi-monthly", 514)],
)
def test_rule_4_27_507_comes_back_and_510_goes_to_the_new_address(calendar: str, expires: int) -> None:
    house = HOUSES[calendar]()
    reader = reader_of_4_1(house)
    # Somebody else gets the magazine too, so that the runs have labels.
    house.term(house.subscription(house.reader("Ben Field")), first=504, units=40)
    mail(house, 504, 505, 506, 507)

    returned_on = house.issue(507).in_home_from
    claim = actions.record_returned_copy(
        subscription_id=reader.pk,
        issue_id=house.issue(507).pk,
        note="moved, left no address",
        by=PAT,
        now=dt.datetime.combine(returned_on, dt.time(9), house.magazine.zone),
    )
    assert (claim.entry.kind, claim.entry.units, claim.entry.copy_issue.number) == ("credit", 1, 507)
    first_held = Pause.objects.get(subscription=reader).from_issue.number
    assert expire(reader.pk).reason == "open_hold"

    # The reader answers after the pull of 509.
    mail(house, *range(first_held, 510))
    after_509 = house.issue(509).pull_at + dt.timedelta(days=2)
    new = house.address(reader.reader, label_addr1="7 NEW ST")
    changed = terms.change_address(subscription_id=reader.pk, address_id=new.pk, by=PAT, now=after_509)

    assert changed.first_issue.number == 510
    # Of the weekly, 508 was pulled before the post brought 507 back.
    held = 510 - first_held
    assert expire(reader.pk).issue.number == expires - (2 - held)
    run = mail(house, 510)
    copy = Copy.objects.get(run_id=run.pk, subscription_id=reader.pk)
    assert copy.addr1 == "7 NEW ST"
    got = {each.issue_id for each in Copy.objects.filter(subscription_id=reader.pk)}
    assert [number for number in range(504, 511) if house.issue(number).pk not in got] == [*range(first_held, 510)]
    assert broken_ledgers() == []
