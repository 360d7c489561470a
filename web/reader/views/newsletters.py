"""Newsletters: asked for twice, left in one step."""

import datetime as dt

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.client_address import client_address, client_ip
from foundation.errors import DomainError
from foundation.limits.actions import count_and_refuse
from foundation.mail.actions import LinkIsOver
from subscriptions.newsletters import actions, queries
from subscriptions.newsletters.models import Enrolment, Newsletter
from web.reader.page import find_magazine, personal, render_for_house
from web.reader.views.sign_in import EmailForm

MOST_PER_CONNECTION = 20


class JoinForm(EmailForm):
    lists = forms.ModelMultipleChoiceField(
        label=_("Which newsletters would you like?"),
        queryset=Newsletter.objects.none(),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Please tick the newsletter that you would like to get."),
            "invalid_choice": _("This newsletter does not take anybody in at the moment."),
        },
    )
    field_order = ["lists", "email"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they are
        self.fields["email"].help_text = ""
        self.fields["lists"].queryset = queries.open_newsletters()  # type: ignore[attr-defined]  # a ModelMultipleChoiceField


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """The first step. The answer is the same whether the address is on the list, left it, or was never there."""
    magazine = find_magazine(code)
    form = JoinForm(request.POST or None)
    context = {"magazine": magazine, "form": form, "newsletters": queries.open_newsletters(), "page": "newsletters"}
    if request.method != "POST":
        return render(request, "reader/newsletters.html", context)
    if form.is_valid():
        _ask_to_join(request, form)
    if form.errors:
        return render(request, "reader/newsletters.html", context, status=400)
    return render(request, "reader/newsletters_sent.html", context)


def _ask_to_join(request: HttpRequest, form: JoinForm) -> None:
    """:raises TooMany: too often from this connection"""
    count_and_refuse(
        scope="newsletters_per_ip",
        who=client_address(request),
        limit=MOST_PER_CONNECTION,
        window=dt.timedelta(hours=1),
        sentence=str(_("Too many sign-ups came from your connection. Please try again in an hour.")),
    )
    for newsletter in form.cleaned_data["lists"]:
        try:
            actions.ask_to_join(
                newsletter_slug=newsletter.slug,
                email=form.cleaned_data["email"],
                ip=client_ip(request),
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.sentence)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The second step. GET shows the button, as mail scanners open every link."""
    try:
        if request.method != "POST":
            enrolment = actions.look_at(token=token, purpose=actions.CONFIRM)
            return render_for_house(request, "reader/newsletter_confirm.html", {"newsletter": enrolment.newsletter})
        enrolment = actions.confirm(token=token, ip=client_ip(request), now=clock.now())
    except LinkIsOver:
        return render_for_house(request, "reader/link_over.html", {"kind": "newsletter"}, status=410)
    return render_for_house(request, "reader/newsletter_confirmed.html", {"newsletter": enrolment.newsletter})


@csrf_exempt
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs post `List-Unsubscribe=One-Click` by themselves (RFC 8058) and have no form token."""
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        try:
            actions.leave(token=token, now=clock.now())
        except LinkIsOver:
            return HttpResponse("This link is no longer good.\n", status=410, content_type="text/plain")
        return HttpResponse("You have left the newsletter.\n", content_type="text/plain")
    return leave_with_button(request, token=token)


@csrf_protect
def leave_with_button(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.method != "POST":
            enrolment = actions.look_at(token=token, purpose=actions.LEAVE)
            has_left = enrolment.state == Enrolment.State.LEFT
            context = {"newsletter": enrolment.newsletter, "has_left": has_left}
            return render_for_house(request, "reader/newsletter_leave.html", context)
        enrolment = actions.leave(token=token, now=clock.now())
    except LinkIsOver:
        return render_for_house(request, "reader/link_over.html", {"kind": "newsletter"}, status=410)
    return render_for_house(request, "reader/newsletter_left.html", {"newsletter": enrolment.newsletter})
