import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from foundation import clock
from orders.renewals import queries
from orders.renewals.models import Cycle, Notice
from web.desk.pages.base import DeskPage

DAYS = (30, 60, 120)
# Who has to do something first: the reader, then nobody but the calendar.
URGENCY = {Cycle.State.NEEDS_READER: 0, Cycle.State.DUNNING: 1, Cycle.State.CHARGING: 2, Cycle.State.SCHEDULED: 3}


@dataclass(frozen=True, slots=True)
class Due:
    cycle: Cycle
    first: Notice | None
    second: Notice | None


class RenewalsDue(DeskPage):
    """What is charged in the coming days, those that wait for the reader first."""

    capability = "see_renewals"
    template = "desk/renewals.html"
    title = "Renewals due"

    def get(self, request: HttpRequest) -> HttpResponse:
        days = _days(request.GET.get("days", ""))
        today = clock.today()
        cycles = sorted(queries.renewals_due(today=today, within_days=days)[:500], key=_urgency)
        standing: dict[tuple[int, int], Notice] = {
            (notice.cycle_id, notice.number): notice
            for notice in Notice.objects.filter(cycle__in=cycles, voided_at__isnull=True).select_related("mail")
        }
        rows = [Due(cycle, standing.get((cycle.pk, 1)), standing.get((cycle.pk, 2))) for cycle in cycles]
        return self.show(
            rows=rows, days=days, choices=DAYS, today=today, total=sum(cycle.amount_cents for cycle in cycles)
        )


def _urgency(cycle: Cycle) -> tuple[int, dt.date, int]:
    return URGENCY.get(Cycle.State(cycle.state), 9), cycle.charge_on, cycle.pk


def _days(typed: str) -> int:
    return int(typed) if typed.isdecimal() and int(typed) in DAYS else 60
