"""The nightly check of the ten invariants, for staff to read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from foundation import clock
from orders.revenue import actions
from orders.revenue.models import NightlyCheck, ParkedEntry, ParkedRun
from web.desk.pages.base import DeskPage, Verb


class Checks(DeskPage):
    """The last check in full, and the ones before; `?check=<uuid>` shows an earlier one."""

    capability = "see_checks"
    template = "desk/checks.html"
    title = "Nightly check"

    def get(self, request: HttpRequest) -> HttpResponse:
        checks = list(NightlyCheck.objects.order_by("-begun_at", "-pk")[:30])
        wanted = request.GET.get("check", "")
        shown = next((check for check in checks if str(check.uuid) == wanted), checks[0] if checks else None)
        parked = list(ParkedRun.objects.order_by("next_try_at")) if self.staff.may("see_money") else []
        entries = list(ParkedEntry.objects.order_by("next_try_at")[:100]) if self.staff.may("see_money") else []
        return self.show(checks=checks, shown=shown, parked=parked, parked_entries=entries)


class RunCheck(Verb):
    capability = "see_checks"
    title = "Run the check now"
    button = "Run it"

    def find(self) -> None:
        return None

    def asks(self, subject: None) -> list[str]:
        return ["It reads the whole database and changes nothing. In a large house it takes some minutes."]

    def act(self, subject: None, answers: dict[str, Any]) -> str:
        check = actions.nightly_check(now=clock.now())
        return "All ten hold." if check.is_clean else "Something was found. It is shown below."

    def back(self, subject: None) -> str:
        return reverse("admin:checks")
