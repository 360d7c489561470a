"""Back issues in the storeroom: what is there, what is promised, and how it came about."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog import actions
from subscriptions.catalog.models import Issue, StockMovement
from subscriptions.fulfillment import actions as fulfillment
from subscriptions.fulfillment import queries
from web.desk.forms.stock import CountForm, ReceiveForm
from web.desk.pages.base import DeskPage, Verb
from web.desk.queries.people import names_of


class Stock(DeskPage):
    capability = "see_stock"
    template = "desk/stock.html"
    title = "Back issues"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(shelves=queries.shelves())


class IssueStock(DeskPage):
    """One issue: free, promised, and every movement."""

    capability = "see_stock"
    template = "desk/issue_stock.html"

    def get(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        issue = find_issue(issue_id)
        movements = list(StockMovement.objects.filter(issue=issue).order_by("-pk")[:200])
        return self.show(
            title=f"Back issues: {issue}",
            issue=issue,
            shelf=queries.shelf_of(issue),
            movements=movements,
            names=names_of([each.by for each in movements]),
        )


class StockVerb(Verb):
    capability = "work_runs"

    def find(self) -> Issue:
        return find_issue(self.kwargs["issue_id"])

    def named(self, subject: Issue) -> str:
        return f"{self.title}: {subject}"

    def back(self, subject: Issue) -> str:
        return reverse("admin:issue_stock", args=[subject.pk])

    def asks(self, subject: Issue) -> list[str]:
        shelf = queries.shelf_of(subject)
        return [
            f"On file are {shelf.there:,} copies of {subject}: {shelf.free:,} free and {shelf.promised:,} promised."
        ]


class ReceiveStock(StockVerb):
    title = "Copies came in"
    button = "They came in"
    form_class = ReceiveForm

    def act(self, subject: Issue, answers: dict[str, Any]) -> str:
        stock = actions.receive_stock(issue_id=subject.pk, by=self.actor, now=clock.now(), **answers)
        return f"{stock.on_hand:,} copies of {subject} are free."


class CountStock(StockVerb):
    title = "Count the shelf"
    button = "That many are there"
    form_class = CountForm

    def act(self, subject: Issue, answers: dict[str, Any]) -> str:
        stock = fulfillment.count_shelf(issue_id=subject.pk, by=self.actor, now=clock.now(), **answers)
        return f"{stock.on_hand:,} copies of {subject} are free."


def find_issue(issue_id: int) -> Issue:
    """:raises NotFound:"""
    issue = Issue.objects.select_related("magazine").filter(pk=issue_id).first()
    if issue is None:
        raise NotFound("There is no such issue.")
    return issue
