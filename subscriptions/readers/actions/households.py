"""Who lives with whom. Each keeps a file; one copy for all is a hold of its own (`terms`), as the others are owed."""

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError, NotFound
from subscriptions.readers.models import Household, Reader


class NotTwoPeople(DomainError):
    code = "not_two_people"


class NoHousehold(DomainError):
    code = "no_household"


@transaction.atomic
def join_household(*, reader_id: int, with_reader_id: int, by: Actor) -> Household:
    """Say that two people live together; whoever lived with the second does with both from now on.

    :raises NotFound: for an unknown number
    :raises NotTwoPeople: for one file twice, or one that was merged
    """
    locked = _lock(reader_id, with_reader_id)
    reader, other = locked[reader_id], locked[with_reader_id]
    household = other.household or Household.objects.create(created_by=by.reference)
    _move(other, household)
    left = reader.household_id
    _move(reader, household)
    close_when_alone(left)
    audit.record(by, "household.joined", reader, household=household.pk, with_reader=other.pk)
    return household


@transaction.atomic
def leave_household(*, reader_id: int, by: Actor) -> None:
    """:raises NoHousehold: when the reader is in none"""
    reader = Reader.objects.select_for_update(no_key=True).filter(pk=reader_id).first()
    if reader is None:
        raise NotFound("There is no reader with that number.")
    left = reader.household_id
    if left is None:
        raise NoHousehold("Nobody is on file as living with this reader.")
    _move(reader, None)
    close_when_alone(left)
    audit.record(by, "household.left", reader, household=left)


def _lock(*reader_ids: int) -> dict[int, Reader]:
    wanted = Reader.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=reader_ids)
    locked = {reader.pk: reader for reader in wanted.select_related("household").order_by("pk")}
    if missing := set(reader_ids) - set(locked):
        raise NotFound(f"There is no reader {missing.pop():07d}.")
    if len(locked) < 2 or any(reader.merged_into_id for reader in locked.values()):
        raise NotTwoPeople("It takes two people, each by the number of the file that is in force.")
    return locked


def _move(reader: Reader, household: Household | None) -> None:
    reader.household = household
    reader.save(update_fields=["household"])


def close_when_alone(household_id: int | None) -> None:
    """One person is no household."""
    if household_id is not None and Reader.objects.filter(household_id=household_id).count() < 2:
        Household.objects.filter(pk=household_id).delete()
