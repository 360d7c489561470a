"""The issue calendar: what is planned, what has gone out, and laying out the next years."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from foundation import clock
from foundation.errors import DomainError, NotFound
from subscriptions.catalog import actions
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.fulfillment.models import LabelRun
from web.desk.forms.calendar import LayOutForm
from web.desk.pages.base import DeskPage
from web.desk.queries.layout_preview import preview


class Calendar(DeskPage):
    """The calendar of a magazine, from the last issues that went out on; `?all=1` shows everything."""

    capability = "see_calendar"
    template = "desk/calendar.html"
    title = "Calendar"

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        magazines = list(Magazine.objects.order_by("name"))
        if not magazines:
            return self.show(magazines=[], magazine=None)
        magazine = find_magazine(code) if code else magazines[0]
        issues = with_runs(catalog.calendar(magazine.pk))
        pointer = catalog.next_to_pull(magazine.pk)
        hidden = 0
        if pointer is not None and "all" not in request.GET:
            hidden = catalog.calendar(magazine.pk).filter(ordinal__lt=pointer.ordinal - 3).count()
            issues = issues.filter(ordinal__gte=pointer.ordinal - 3)
        return self.show(
            title=f"Calendar of {magazine.name}",
            magazines=magazines,
            magazine=magazine,
            issues=issues,
            pointer=pointer,
            hidden=hidden,
            now=clock.now(),
        )


class LayOut(DeskPage):
    """First the form, then the issues as they would be written, then, on a second POST, the writing."""

    capability = "change_catalog"
    template = "desk/lay_out.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        magazine = find_magazine(code)
        return self._ask(magazine, LayOutForm(initial=_goes_on(magazine)))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        magazine = find_magazine(code)
        form = LayOutForm(request.POST)
        if not form.is_valid():
            return self._ask(magazine, form, status=400)
        try:
            if "confirmed" in request.POST:
                return self._write(magazine, form.cleaned_data)
            planned = preview(magazine_id=magazine.pk, by=self.actor, **form.cleaned_data)
        except DomainError as refusal:
            return self._ask(magazine, form, status=409, refusal=refusal.sentence)
        return self._ask(magazine, form, planned=planned)

    def _write(self, magazine: Magazine, typed: dict[str, int]) -> HttpResponse:
        issues = actions.lay_out(magazine_id=magazine.pk, by=self.actor, **typed)
        messages.success(self.request, f"{issues[0]} to {issues[-1]} are in the calendar: {len(issues)} issues.")
        return HttpResponseRedirect(reverse("admin:calendar_of", args=[magazine.code]))

    def _ask(self, magazine: Magazine, form: LayOutForm, *, status: int = 200, **more: Any) -> HttpResponse:
        back = reverse("admin:calendar_of", args=[magazine.code])
        title = f"Lay out the calendar of {magazine.name}"
        return self.show(status=status, title=title, magazine=magazine, form=form, back_url=back, **more)


def _goes_on(magazine: Magazine) -> dict[str, int]:
    """The next number and year after what is there, so that laying out more years is one click."""
    last = catalog.calendar(magazine.pk).last()
    if last is None:
        return {"first_number": 1, "first_year": clock.today(magazine.zone).year, "years": 2}
    return {"first_number": last.number + 1, "first_year": last.cover_year + 1, "years": 2}


def find_magazine(code: str) -> Magazine:
    """:raises NotFound:"""
    magazine = Magazine.objects.filter(code=code).first()
    if magazine is None:
        raise NotFound("There is no such magazine.")
    return magazine


def with_runs(issues: QuerySet[Issue]) -> QuerySet[Issue]:
    live = LabelRun.objects.filter(purpose=LabelRun.Purpose.MAIN).exclude(state=LabelRun.State.VOIDED)
    return issues.prefetch_related(Prefetch("runs", live, to_attr="live_runs"))
