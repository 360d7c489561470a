"""What the house knows about a reader: a copy of it, and being forgotten."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation import clock
from foundation.errors import DomainError, NotFound
from subscriptions.catalog.models import Magazine
from subscriptions.readers import actions, queries
from subscriptions.readers.models import PrivacyRequest, Reader
from web.reader import visitor
from web.reader.page import personal
from web.reader.views.my_subscription import signed_in

Kind = PrivacyRequest.Kind


@personal
@signed_in
@require_safe
def my_data(request: HttpRequest, magazine: Magazine, readers: list[Reader]) -> HttpResponse:
    asked = [(reader, list(queries.requests_of(reader.pk))) for reader in readers]
    context = {"magazine": magazine, "asked": asked, "is_signed_in": True, "page": "my"}
    return render(request, "reader/my_data.html", context)


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ask_about_me(request: HttpRequest, magazine: Magazine, readers: list[Reader], kind: str) -> HttpResponse:
    """GET says what will happen and shows the button; POST asks. Couples with one mail address say for whom."""
    if kind not in Kind.values:
        raise NotFound("There is no such page.")
    if request.method != "POST":
        context = {"magazine": magazine, "kind": kind, "readers": readers, "is_signed_in": True, "page": "my"}
        return render(request, "reader/ask_about_me.html", context)
    reader = _whose(request, readers)
    try:
        actions.ask_privacy(
            reader_id=reader.pk,
            kind=kind,
            verified=PrivacyRequest.Verified.SIGNED_IN,
            by=visitor.actor(request),
            now=clock.now(),
        )
    except actions.RequestIsOpen as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, _("Thank you, we have it. This page says how far it is."))
    return redirect("reader:my_data", code=magazine.code)


@personal
@signed_in
@require_safe
def my_file(request: HttpRequest, magazine: Magazine, readers: list[Reader], request_uuid: uuid.UUID) -> HttpResponse:
    """Only one's own: somebody else's is not there, like one that never was."""
    mine = queries.files_of(reader.pk for reader in readers)
    found = PrivacyRequest.objects.filter(uuid=request_uuid, reader_id__in=mine).first()
    if found is None:
        raise NotFound("There is no such file.")
    try:
        stored = actions.open_file(request_id=found.pk, by=visitor.actor(request))
    except DomainError as gone:
        raise NotFound(gone.sentence) from gone
    with stored:
        answer = HttpResponse(stored.read(), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{magazine.code}-{found.reader.number}.zip"'
    return answer


def _whose(request: HttpRequest, readers: list[Reader]) -> Reader:
    """:raises NotFound: for somebody who is not signed in here"""
    for reader in readers:
        if str(reader.uuid) == request.POST.get("reader"):
            return reader
    raise NotFound("That is somebody else's page.")
