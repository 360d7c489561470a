"""Book months, and closing one for good."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from orders.ledger.models import Period
from orders.revenue import actions
from web.desk.pages.base import DeskPage, Verb
from web.desk.queries.people import names_of


class Months(DeskPage):
    capability = "see_money"
    template = "desk/months.html"
    title = "Book months"

    def get(self, request: HttpRequest) -> HttpResponse:
        months = list(Period.objects.order_by("-first_day")[:120])
        first_open = next((month for month in reversed(months) if month.is_open), None)
        return self.show(
            months=months, first_open=first_open, today=clock.today(), names=names_of(m.closed_by for m in months)
        )


class CloseMonth(Verb):
    capability = "close_periods"
    title = "Close the month"
    button = "Close it for good"
    is_grave = True

    def find(self) -> Period:
        try:
            first_day = dt.date.fromisoformat(f"{self.kwargs['month']}-01")
        except ValueError:
            raise NotFound("There is no such month.") from None
        period = Period.objects.filter(first_day=first_day).first()
        if period is None:
            raise NotFound("There is no such book month.")
        return period

    def named(self, subject: Period) -> str:
        return f"Close {subject.first_day:%B %Y}"

    def asks(self, subject: Period) -> list[str]:
        return [
            f"Nothing can be posted into {subject.first_day:%B %Y} any more. What comes late is posted into the first "
            "open month. A closed month is never opened again.",
            "Before it closes, the journals have to balance, every run mailed in it has to be posted, and account "
            "2100 has to be what the terms still owe. Otherwise you are told what stands in the way.",
        ]

    def act(self, subject: Period, answers: dict[str, Any]) -> str:
        actions.close_month(first_day=subject.first_day, by=self.actor, now=clock.now())
        return f"{subject.first_day:%B %Y} is closed."

    def back(self, subject: Period) -> str:
        return reverse("admin:months")
