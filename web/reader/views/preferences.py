"""How a reader wishes to be written to. Couples with one mail address have a form each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog.models import Magazine
from subscriptions.readers import actions, queries
from subscriptions.readers.models import Reader
from web.reader import visitor
from web.reader.forms.preferences import PreferencesForm
from web.reader.page import personal
from web.reader.views.my_subscription import signed_in


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, magazine: Magazine, readers: list[Reader]) -> HttpResponse:
    if request.method == "POST":
        return _keep(request, magazine, _whose(request, readers))
    forms = [(reader, _form_of(reader)) for reader in readers]
    context = {"magazine": magazine, "forms": forms, "is_signed_in": True, "page": "my"}
    return render(request, "reader/preferences.html", context)


def _keep(request: HttpRequest, magazine: Magazine, reader: Reader) -> HttpResponse:
    form = PreferencesForm(request.POST)
    form.is_valid()  # Ticks are there or not; there is nothing to get wrong.
    actions.set_preferences(
        reader_id=reader.pk, said=form.said(), source="reader", by=visitor.actor(request), now=clock.now()
    )
    messages.success(request, _("Thank you. We write to you as you wish from now on."))
    return redirect("reader:preferences", code=magazine.code)


def _form_of(reader: Reader) -> PreferencesForm:
    holds = queries.preferences_of(reader.pk)
    return PreferencesForm(initial=PreferencesForm.as_initial(holds), auto_id=f"id_{reader.pk}_%s")


def _whose(request: HttpRequest, readers: list[Reader]) -> Reader:
    """:raises NotFound: for somebody who is not signed in here"""
    for reader in readers:
        if str(reader.uuid) == request.POST.get("reader"):
            return reader
    raise NotFound("That is somebody else's page.")
