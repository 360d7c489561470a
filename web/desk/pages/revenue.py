"""The revenue reports on the screen and as files: the same figures, read once."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from foundation import clock
from orders.ledger import queries as books
from orders.revenue import exports, queries
from orders.revenue.queries import RollForward
from web.desk.charts import Series, bar_chart
from web.desk.forms.revenue import SpanForm
from web.desk.pages.base import DeskPage

FORMATS = ("csv", "xlsx", "json")


class Report(DeskPage):
    """A report over whole months; `?as=csv` (or xlsx, json) gives it as a file."""

    capability = "see_money"
    write: ClassVar[Callable[..., exports.ReportFile]]
    takes_magazine: ClassVar[bool] = True

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SpanForm(request.GET)
        if not self.takes_magazine:
            del form.fields["magazine"]
        if not form.is_valid():
            return self.show(form=form, status=400)
        span = form.span(takes_magazine=self.takes_magazine)
        wanted = request.GET.get("as", "")
        if wanted in FORMATS:
            name, content_type, content = type(self).write(format=wanted, now=clock.now(), **span)
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return HttpResponse(content, content_type=content_type, headers=headers)
        return self.show(form=form, formats=FORMATS, asked=_asked(request), **self.read(span))

    def read(self, span: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class DeferredRevenue(Report):
    template = "desk/revenue.html"
    title = "Deferred revenue"
    write = staticmethod(exports.roll_forward_file)

    def read(self, span: dict[str, Any]) -> dict[str, Any]:
        report = queries.roll_forward(**span)
        return {"report": report, "charts": charts_of(report)}


class Earned(Report):
    template = "desk/earned.html"
    title = "Earned by issue"
    write = staticmethod(exports.earned_by_issue_file)

    def read(self, span: dict[str, Any]) -> dict[str, Any]:
        return {"report": queries.earned_by_issue(**span)}


class TrialBalance(Report):
    template = "desk/trial_balance.html"
    title = "Trial balance"
    write = staticmethod(exports.trial_balance_file)
    takes_magazine = False

    def read(self, span: dict[str, Any]) -> dict[str, Any]:
        return {"report": books.trial_balance(**span)}


def charts_of(report: RollForward) -> list[SafeString]:
    labels = [f"{row.first_day:%b %Y}" for row in report.rows]
    earned = [-row.earned_magazine_cents - row.earned_postage_cents - row.earned_access_cents for row in report.rows]
    drawn = [
        bar_chart(
            name="deferred",
            title="Deferred revenue at the end of each month",
            labels=labels,
            series=[Series("Still owed at the end of the month", "a", [row.closing_cents for row in report.rows])],
        ),
        bar_chart(
            name="moved",
            title="Sold and earned in each month",
            labels=labels,
            series=[Series("Sold", "a", [row.sales_cents for row in report.rows]), Series("Earned", "b", earned)],
        ),
    ]
    return [chart for chart in drawn if chart]


def _asked(request: HttpRequest) -> str:
    """The question as it stands in the address, for the links to its files."""
    asked = request.GET.copy()
    asked.pop("as", None)
    return asked.urlencode()
