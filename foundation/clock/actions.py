import datetime as dt

from django.conf import settings
from django.utils import timezone

from foundation import clock
from foundation.clock.models import ClockShift
from foundation.errors import DomainError
from foundation.wake import wake


class ClockStandsStill(DomainError):
    code = "clock_cannot_be_moved"


def move_to(*, moment: dt.datetime) -> None:
    """Move the clock of all processes to `moment` (aware), where CLOCK_CAN_BE_MOVED is set: the demo and the tests.

    :raises ClockStandsStill: anywhere else, and when the moment lies behind the clock
    """
    if not settings.CLOCK_CAN_BE_MOVED:
        raise ClockStandsStill("The clock can be moved in the demo and in tests only.")
    if moment < clock.now():
        raise ClockStandsStill("The clock only moves forward.")
    ClockShift.objects.update_or_create(pk=1, defaults={"ahead": moment - timezone.now()})
    clock.forget()
    wake("clock_moved")
