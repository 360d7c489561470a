"""Holding the magazine back while its reader is away: what that means, issue by issue, is said before it is done."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.errors import DomainError, NotFound
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers.models import Reader
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Pause
from subscriptions.terms.queries import HoldAnswer, HoldSeen
from web.reader import queries as mine_queries
from web.reader import visitor
from web.reader.forms.holiday import AwayDays, HeldIssues, HoldEnd
from web.reader.page import personal
from web.reader.queries import MySubscription
from web.reader.views.my_subscription import signed_in

MOST_ISSUES = 30


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def holiday(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID
) -> HttpResponse:
    """GET asks when; the first POST says what will be held; the second, with `agreed`, holds it."""
    mine = _mine(magazine, readers, subscription_uuid)
    issues = _open_issues(magazine)
    by_issue = request.POST.get("how") == "issues"
    days = AwayDays(request.POST if request.method == "POST" and not by_issue else None)
    chosen = HeldIssues(request.POST if by_issue else None, issues=issues)
    form: forms.Form = chosen if by_issue else days
    if request.method != "POST":
        return _ask(request, mine, days, chosen)
    if not form.is_valid():
        return _ask(request, mine, days, chosen, status=400)
    try:
        if "agreed" not in request.POST:
            return _confirm(request, mine, form, by_issue=by_issue)
        _hold(request, mine, form.cleaned_data, by_issue=by_issue)
    except DomainError as refusal:
        form.add_error(None, refusal.sentence)
        return _ask(request, mine, days, chosen, status=409)
    return redirect("reader:my_subscription", code=magazine.code)


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_hold(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID, pause_id: int
) -> HttpResponse:
    """End a hold, take it back, or let it end with another issue."""
    mine = _mine(magazine, readers, subscription_uuid)
    held = _my_hold(mine, pause_id)
    issues = [issue for issue in _open_issues(magazine) if issue.ordinal > held.first.ordinal]
    verb = request.POST.get("verb", "")
    form = HoldEnd(request.POST if verb == "change" else None, issues=issues)
    if request.method != "POST" or verb not in ("end", "withdraw", "change"):
        return _show_hold(request, mine, held, form)
    if verb == "change" and not form.is_valid():
        return _show_hold(request, mine, held, form, status=400)
    try:
        _change(request, held, verb, form)
    except DomainError as refusal:
        return _show_hold(request, mine, held, form, status=409, refusal=refusal.sentence)
    return redirect("reader:my_subscription", code=magazine.code)


def _confirm(request: HttpRequest, mine: MySubscription, form: forms.Form, *, by_issue: bool) -> HttpResponse:
    first, until = _stretch(mine, form.cleaned_data, by_issue=by_issue)
    answer = queries.hold_answer(
        subscription_id=mine.overview.subscription.pk,
        first=first,
        until=until,
        now=clock.now(),
        told_on=clock.today(mine.overview.magazine.zone),
    )
    context = {
        "answer": answer,
        "sentences": in_sentences(answer),
        "typed": {"how": "issues" if by_issue else "days", **{name: form.data.get(name, "") for name in form.fields}},
    }
    return _render(request, "reader/holiday_confirm.html", mine, context)


def _stretch(mine: MySubscription, asked: dict[str, Any], *, by_issue: bool) -> tuple[Issue, Issue | None]:
    if by_issue:
        until = asked["until_issue"]
        first = Issue.objects.get(pk=asked["from_issue"])
        last = Issue.objects.get(pk=until) if until else None
        if last is not None and last.ordinal <= first.ordinal:
            raise queries.HoldRunsBackwards(_("The issue that comes again has to be after the first one held back."))
        return first, last
    return queries.stretch_for_days(
        magazine_id=mine.overview.magazine.pk, away_from=asked["away_from"], back_on=asked["back_on"], now=clock.now()
    )


def _hold(request: HttpRequest, mine: MySubscription, asked: dict[str, Any], *, by_issue: bool) -> None:
    common: dict[str, Any] = {
        "subscription_id": mine.overview.subscription.pk,
        "by": visitor.actor(request),
        "now": clock.now(),
    }
    if by_issue:
        pause = actions.hold(
            from_issue_id=asked["from_issue"],
            until_issue_id=asked["until_issue"],
            reason=Pause.Reason.VACATION,
            **common,
        )
    else:
        pause = actions.hold_while_away(away_from=asked["away_from"], back_on=asked["back_on"], **common)
    _tell(request, pause)


def _change(request: HttpRequest, held: HoldSeen, verb: str, form: HoldEnd) -> None:
    common: dict[str, Any] = {"pause_id": held.pk, "by": visitor.actor(request), "now": clock.now()}
    if verb == "withdraw":
        actions.withdraw_hold(**common)
        messages.success(request, _("The hold is taken back. It is as if there had been none."))
    elif verb == "end":
        messages.success(request, _welcome(actions.end_hold(**common)))
    else:
        asked = form.cleaned_data
        day = asked["back_on"]
        until = None if day or asked["until_issue"] == HoldEnd.OPEN else asked["until_issue"]
        _tell(request, actions.change_hold_end(back_on=day, until_issue_id=until, **common))


def _welcome(pause: Pause) -> str:
    """What really comes again: another hold may stand in the way."""
    again = _answer(pause).comes_again
    if again is None:
        return _("Welcome back. This hold has ended, but no issue is planned to be sent yet.")
    return _("Welcome back. %(issue)s is the first issue to be sent again.") % {"issue": again}


def _answer(pause: Pause) -> HoldAnswer:
    return queries.answer_of(pause, clock.now(), told_on=clock.today(pause.subscription.magazine.zone))


def _tell(request: HttpRequest, pause: Pause) -> None:
    first, *more = in_sentences(_answer(pause))
    messages.success(request, first)
    for sentence in more:
        messages.info(request, sentence)


def in_sentences(answer: HoldAnswer) -> list[str]:
    """What a hold does, in words: what is held, what comes again, what comes anyway, and until when that can change."""
    zone = answer.first_held.magazine.zone
    until = date_format(answer.withdraw_until.astimezone(zone), "g:i a, F j, Y")
    return [
        _what_is_held(answer),
        *_what_comes(answer),
        _("You can take this back before %(moment)s.") % {"moment": until},
    ]


def _what_is_held(answer: HoldAnswer) -> str:
    if not answer.has_end:
        words = _("%(first)s and everything after it is held back, until you tell us that you are back.")
        return words % {"first": answer.first_held.cover_label}
    if not answer.held:
        return _("No issue is held back.")
    named = ", ".join(issue.cover_label for issue in answer.held)
    return ngettext(
        "%(n)s issue is held back: %(named)s.", "%(n)s issues are held back: %(named)s.", len(answer.held)
    ) % {
        "n": len(answer.held),
        "named": named,
    }


def _what_comes(answer: HoldAnswer) -> list[str]:
    said = []
    if answer.comes_again is not None:
        words = _("%(issue)s is the first to come again; expect it from %(day)s.")
        day = date_format(answer.comes_again.in_home_from, "F j, Y")
        said.append(words % {"issue": answer.comes_again.cover_label, "day": day})
    for issue in answer.comes_anyway:
        said.append(_("%(issue)s is on its way already and still comes.") % {"issue": issue.cover_label})
    if answer.last_issue.issue is not None:
        words = _("Nothing is used up: your last issue is then %(last)s.")
        said.append(words % {"last": answer.last_issue.issue.cover_label})
    return said


def _mine(magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID) -> MySubscription:
    mine = mine_queries.my_subscription(
        readers=readers, magazine=magazine, subscription_uuid=subscription_uuid, now=clock.now()
    )
    if not mine.is_mine:
        raise NotFound("A hold is its reader's to ask for.")
    return mine


def _my_hold(mine: MySubscription, pause_id: int) -> HoldSeen:
    """:raises NotFound: for somebody else's hold, one that is over, and one of the house alike"""
    found = next((hold for hold in mine.holds if hold.pk == pause_id and hold.is_readers_own), None)
    if found is None:
        raise NotFound("There is no such hold.")
    return found


def _open_issues(magazine: Magazine) -> list[Issue]:
    now = clock.now()
    planned = catalog.planned_issues(magazine.pk).select_related("magazine")[: MOST_ISSUES + 5]
    return [issue for issue in planned if issue.takes_changes(now=now)][:MOST_ISSUES]


def _ask(
    request: HttpRequest, mine: MySubscription, days: AwayDays, chosen: HeldIssues, *, status: int = 200
) -> HttpResponse:
    form = chosen if chosen.is_bound else days
    context = {"days": days, "chosen": chosen, "form": form}
    return _render(request, "reader/holiday.html", mine, context, status=status)


def _show_hold(
    request: HttpRequest, mine: MySubscription, held: HoldSeen, form: HoldEnd, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    answer = queries.answer_of(held.pauses[0], clock.now(), told_on=clock.today(mine.overview.magazine.zone))
    context: dict[str, Any] = {"held": held, "form": form, "refusal": refusal, "sentences": _so_far(answer)}
    return _render(request, "reader/holiday_change.html", mine, context, status=status)


def _so_far(answer: HoldAnswer) -> Sequence[str]:
    return [_what_is_held(answer), *_what_comes(answer)]


def _render(
    request: HttpRequest, template: str, mine: MySubscription, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    whole = {"magazine": mine.overview.magazine, "mine": mine, "is_signed_in": True, "page": "my", **context}
    return render(request, template, whole, status=status)
