"""A reader's copy of everything, and erasure: asked for, carried out by each app, fetched."""

from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse

from foundation import clock
from foundation.errors import DomainError, NotFound
from subscriptions.readers import actions, queries
from subscriptions.readers.models import PrivacyRequest, Reader
from subscriptions.terms import actions as terms
from web.desk.forms.privacy import AskForm, CloseForm
from web.desk.pages.base import DeskPage, Verb
from web.desk.pages.people import ReaderVerb

A_PAGE = 50


class PrivacyRequests(DeskPage):
    capability = "see_work_list"
    template = "desk/privacy.html"
    title = "Privacy requests"

    def get(self, request: HttpRequest) -> HttpResponse:
        every = PrivacyRequest.objects.select_related("reader").order_by("closed_at", "due_on", "-pk")
        page = Paginator(every, A_PAGE).get_page(request.GET.get("page"))
        return self.show(page=page, today=clock.now().date(), open=queries.open_requests().count())


class AskCopy(ReaderVerb):
    form_class = AskForm
    title = "A copy of everything on file"
    button = "Make the copy"
    kind = PrivacyRequest.Kind.EXPORT

    def asks(self, subject: Reader) -> list[str]:
        return [
            f"One file with everything on file about {subject.shown_name}, {subject.number}: orders, copies, "
            "addresses, mails, notes. It can be fetched for thirty days, here and by the reader when signed in."
        ]

    def act(self, subject: Reader, answers: dict[str, Any]) -> str:
        actions.ask_privacy(
            reader_id=subject.pk, kind=self.kind, verified=answers["verified"], by=self.actor, now=clock.now()
        )
        return "Asked for. It takes a minute or two."


class AskErasure(AskCopy):
    title = "Erase what is on file"
    button = "Erase it"
    is_grave = True
    kind = PrivacyRequest.Kind.ERASURE

    def asks(self, subject: Reader) -> list[str]:
        stands = terms.objection_for_staff(queries.person(subject), clock.now())
        return [
            f"Name, mail address, telephone, streets, notes and the words of mails about {subject.shown_name}, "
            f"{subject.number}, and every file merged into this one, are overwritten. This cannot be undone.",
            "Orders, sums, proofs of consent, and of each address the country, state and three digits stay, as tax and "
            "postal law ask for them.",
            *([f"It will be refused as things stand: {stands}"] if stands else []),
        ]


class RequestVerb(Verb):
    capability = "change_readers"

    def find(self) -> PrivacyRequest:
        return find_request(self.kwargs["request_id"])

    def back(self, subject: PrivacyRequest) -> str:
        return reverse("admin:reader", args=[subject.reader_id])


class StartErasure(RequestVerb):
    title = "Carry out the erasure"
    button = "Erase it"
    is_grave = True

    def asks(self, subject: PrivacyRequest) -> list[str]:
        return [
            f"{subject.reader.shown_name}, {subject.reader.number}, {subject.get_verified_display()}, has asked to be "
            "erased. This cannot be undone."
        ]

    def act(self, subject: PrivacyRequest, answers: dict[str, Any]) -> str:
        actions.start_erasure(request_id=subject.pk, by=self.actor, now=clock.now())
        return "Under way. It takes a minute or two, or until the last copy on its way has been mailed."


class CloseRequest(RequestVerb):
    form_class = CloseForm
    title = "Close the request"
    button = "Close it"

    def asks(self, subject: PrivacyRequest) -> list[str]:
        return ["The request is closed without being carried out. What has been erased by then stays erased."]

    def act(self, subject: PrivacyRequest, answers: dict[str, Any]) -> str:
        actions.close_request(
            request_id=subject.pk, by=self.actor, now=clock.now(), refused_because=answers["refused_because"]
        )
        return "The request is closed."


class PrivacyFile(DeskPage):
    capability = "change_readers"
    template = "desk/base.html"

    def get(self, request: HttpRequest, request_id: int) -> HttpResponse | FileResponse:
        """Everything about a person leaves the house with it, so who took it is kept."""
        found = find_request(request_id)
        try:
            stored = actions.open_file(request_id=found.pk, by=self.actor)
        except DomainError as refusal:
            return HttpResponse(refusal.sentence, status=HTTPStatus.CONFLICT, content_type="text/plain")
        return FileResponse(stored, as_attachment=True, filename=f"reader-{found.reader.number}.zip")


def find_request(request_id: int) -> PrivacyRequest:
    """:raises NotFound:"""
    found = PrivacyRequest.objects.select_related("reader").filter(pk=request_id).first()
    if found is None:
        raise NotFound("There is no such request.")
    return found
