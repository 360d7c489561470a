"""Orders taken elsewhere, as a file: uploaded, checked by a worker, looked at, and taken whole or not at all."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from foundation import clock
from foundation.audit import actions as audit
from orders.checkout import actions, queries, rules
from orders.checkout.models import OrderImport
from subscriptions.catalog.models import Offer
from web.desk.forms.order_imports import UploadOrdersForm
from web.desk.pages.base import DeskPage, Verb
from web.desk.queries.people import names_of
from web.desk.templatetags.desk import money

SHOWN_LINES, SHOWN_PROBLEMS = 10, 100


class OrderImports(DeskPage):
    capability = "import_orders"
    template = "desk/order_imports.html"
    title = "Orders from files"

    def get(self, request: HttpRequest) -> HttpResponse:
        imports = list(queries.order_imports()[:100])
        return self.show(imports=imports, names=names_of(each.created_by for each in imports))


class OneImport(DeskPage):
    """One file. While a worker is at it the page follows, with a script or without."""

    capability = "import_orders"
    template = "desk/order_import.html"

    def get(self, request: HttpRequest, uuid: str) -> HttpResponse:
        found = queries.order_import(uuid)
        problems = queries.line_problems(found.pk)
        return self.show(
            title=f"Orders of {found.batch}",
            found=found,
            lines=queries.first_lines(found.pk, at_most=SHOWN_LINES),
            problems=problems[:SHOWN_PROBLEMS],
            more_problems=max(0, len(problems) - SHOWN_PROBLEMS),
            names=names_of([found.created_by, found.taken_by]),
        )


class ImportProgress(DeskPage):
    """How far the worker is, for the script of the page."""

    capability = "import_orders"

    def get(self, request: HttpRequest, uuid: str) -> HttpResponse:
        found = queries.order_import(uuid)
        return JsonResponse(
            {
                "state": found.state,
                "busy": found.is_busy,
                "sentence": sentence_of(found),
                "done": found.rows_checked,
                "total": found.rows,
                "error": found.note,
            }
        )


class ImportProblems(DeskPage):
    """What is wrong with the file, as CSV."""

    capability = "import_orders"

    def get(self, request: HttpRequest, uuid: str) -> HttpResponse:
        found = queries.order_import(uuid)
        audit.record(self.actor, "orders.problems_downloaded", found)
        answer = HttpResponse(queries.problems_file(found.pk), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{found.batch}-problems.csv"'
        return answer


class ImportExample(DeskPage):
    """A file to start from, with an offer that is sold now."""

    capability = "import_orders"

    def get(self, request: HttpRequest) -> HttpResponse:
        offer = Offer.objects.filter(kind=Offer.Kind.NEW).order_by("-valid_from", "pk").first()
        answer = HttpResponse(rules.example_file(offer.code if offer else ""), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="orders-example.csv"'
        return answer


class UploadOrders(Verb):
    capability = "import_orders"
    title = "Upload orders taken elsewhere"
    button = "Check the file"
    form_class = UploadOrdersForm

    def find(self) -> None:
        return None

    def asks(self, subject: None) -> list[str]:
        optional = [name for name in rules.COLUMNS if name not in rules.REQUIRED]
        return [
            "For orders taken on paper, at an event or by an agent. Each line is an order of one reader, at the price "
            "of its offer; nothing is ordered before you have seen what was found.",
            f"Columns that are needed: {', '.join(rules.REQUIRED)}. Others: {', '.join(optional)}.",
            f"At most {rules.MOST_ROWS:,} orders and 5 MB.",
        ]

    def form_arguments(self, subject: None) -> dict[str, Any]:
        return {"files": self.request.FILES} if self.request.method == "POST" else {}

    def act(self, subject: None, answers: dict[str, Any]) -> str:
        self.staged = actions.stage_import(
            magazine_code=answers["magazine"],
            batch=answers["batch"],
            file_name=answers["file"].name,
            content=answers["file"].read(rules.MOST_BYTES + 1),
            by=self.actor,
            now=clock.now(),
        )
        return f"{self.staged.rows:,} line{'' if self.staged.rows == 1 else 's'} to check."

    def back(self, subject: None) -> str:
        return reverse("admin:order_imports")

    def leave(self, subject: None, done: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:order_import", args=[self.staged.uuid]))


class ImportVerb(Verb):
    capability = "import_orders"

    def find(self) -> OrderImport:
        return queries.order_import(self.kwargs["uuid"])

    def back(self, subject: OrderImport) -> str:
        return reverse("admin:order_import", args=[subject.uuid])


class TakeImport(ImportVerb):
    title = "Take the orders"
    button = "Take them all"

    def asks(self, subject: OrderImport) -> list[str]:
        orders = f"{subject.rows:,} order{'' if subject.rows == 1 else 's'}"
        return [
            f"{orders} for {subject.magazine}, together {money(subject.total_cents, subject.currency or 'usd')}, are "
            "placed at once: all of them or none. They wait for payment like every order, and begin when it comes.",
            "Each reader is new on file; who may be there already becomes a question under Possible duplicates.",
        ]

    def act(self, subject: OrderImport, answers: dict[str, Any]) -> str:
        found = actions.ask_take(import_id=subject.pk, by=self.actor, now=clock.now())
        return "They are taken." if found.state == OrderImport.State.TAKEN else "They are being taken."


class WithdrawImport(ImportVerb):
    title = "Withdraw the file"
    button = "Withdraw it"

    def asks(self, subject: OrderImport) -> list[str]:
        return ["Nothing of it is ordered, and the names and addresses in it are forgotten. It can be uploaded again."]

    def act(self, subject: OrderImport, answers: dict[str, Any]) -> str:
        actions.withdraw_import(import_id=subject.pk, by=self.actor, now=clock.now())
        return "Withdrawn. Nothing was ordered."


def sentence_of(found: OrderImport) -> str:
    if found.state == OrderImport.State.TAKING:
        return f"Taking {found.rows:,} orders"
    return f"{found.rows_checked:,} of {found.rows:,} lines checked"
