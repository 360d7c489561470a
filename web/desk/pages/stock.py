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
from subscriptions.terms import actions as terms
from subscriptions.terms.models import OwedCopy
from subscriptions.terms.queries import copies_owed
from web.desk.forms.stock import CountForm, ReceiveForm
from web.desk.pages.base import DeskPage, Verb
from web.desk.queries.people import names_of

MOST = 200  # rows of a list


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
        movements = StockMovement.objects.filter(issue=issue)
        owed = copies_owed(issue.pk)
        latest = list(movements.order_by("-pk")[:MOST])
        return self.show(
            title=f"Back issues: {issue}",
            issue=issue,
            shelf=queries.shelf_of(issue),
            owed=owed.select_related("subscription__reader").order_by("pk")[:MOST],
            owed_more=max(0, owed.count() - MOST),
            movements=latest,
            movements_more=max(0, movements.count() - MOST),
            names=names_of([each.by for each in latest]),
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
    acts_once = True

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


class WithdrawOwed(Verb):
    capability = "work_runs"
    title = "Send it not after all"
    button = "Withdraw the copy"
    is_grave = True

    def find(self) -> OwedCopy:
        found = OwedCopy.objects.select_related("issue", "subscription__reader")
        owed = found.filter(pk=self.kwargs["owed_id"]).first()
        if owed is None:
            raise NotFound("No such copy is owed.")
        return owed

    def named(self, subject: OwedCopy) -> str:
        return f"{self.title}: {subject.issue} to {subject.subscription.reader.shown_name}"

    def asks(self, subject: OwedCopy) -> list[str]:
        return [
            f"{subject.issue} was sold with the subscription and waits for a supplemental run. It is not sent;"
            " one issue more comes at the end instead, and the copy is free again.",
        ]

    def act(self, subject: OwedCopy, answers: dict[str, Any]) -> str:
        terms.withdraw_owed(owed_id=subject.pk, by=self.actor, now=clock.now())
        return f"Withdrawn. {subject.subscription.reader.shown_name} gets an issue at the end instead."

    def back(self, subject: OwedCopy) -> str:
        return reverse("admin:issue_stock", args=[subject.issue_id])
