"""A copy that did not come: the last issues that were sent, one tap to say so, one to confirm."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog.models import Magazine
from subscriptions.fulfillment import actions
from subscriptions.fulfillment import queries as fulfillment
from subscriptions.fulfillment.actions import ClaimAnswer
from subscriptions.fulfillment.queries import ClaimableCopy
from subscriptions.fulfillment.rules.claims import Outcome
from subscriptions.readers.models import Reader
from subscriptions.terms import queries as terms
from web.reader import queries, visitor
from web.reader.forms.missing import MissingForm
from web.reader.page import personal
from web.reader.queries import MySubscription
from web.reader.views.my_subscription import signed_in


@personal
@signed_in
@require_safe
def missing(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID
) -> HttpResponse:
    mine = _mine(readers, magazine, subscription_uuid)
    context = {
        "magazine": magazine,
        "mine": mine,
        "copies": fulfillment.claimable_copies(mine.overview.subscription.pk),
        "today": clock.today(magazine.zone),
        "is_signed_in": True,
        "page": "my",
    }
    return render(request, "reader/missing.html", context)


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def claim(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID, number: int
) -> HttpResponse:
    """GET says what the button does; POST claims the copy and tells what happens."""
    mine = _mine(readers, magazine, subscription_uuid)
    copy = _copy(mine, number)
    form = MissingForm(request.POST or None, reasons=fulfillment.reasons_of_readers())
    if request.method != "POST" or not form.is_valid():
        context = {"magazine": magazine, "mine": mine, "copy": copy, "form": form, "is_signed_in": True, "page": "my"}
        return render(request, "reader/claim.html", context, status=400 if form.errors else 200)
    answer = actions.claim_copy(
        subscription_id=copy.subscription_id,
        issue_id=copy.issue.pk,
        reason_code=form.cleaned_data["reason"],
        by=visitor.actor(request),
        now=clock.now(),
    )
    tell(request, answer, subscription_id=mine.overview.subscription.pk)
    return redirect("reader:missing", code=magazine.code, subscription_uuid=subscription_uuid)


def tell(request: HttpRequest, answer: ClaimAnswer, *, subscription_id: int) -> None:
    """What happens to which issue, in words."""
    issue = answer.issue.cover_label
    if answer.outcome == Outcome.TOO_EARLY and answer.come_back_on is not None:
        day = date_format(answer.come_back_on, "F j")
        sentence = _("%(issue)s may still be on its way. If it has not come by then, tell us again from %(day)s on.")
        messages.info(request, sentence % {"issue": issue, "day": day})
        return
    messages.success(request, _("Thank you for telling us."))
    if answer.outcome == Outcome.EXTENSION:
        last = terms.expire(subscription_id, told_on=clock.today(answer.issue.magazine.zone)).issue
        if last is not None:
            sentence = _("We have no copy of %(issue)s left, so you get one issue more: your last is now %(last)s.")
            messages.info(request, sentence % {"issue": issue, "last": last.cover_label})
            return
    sentences = {
        Outcome.REPLACEMENT: _("We send you another copy of %(issue)s."),
        Outcome.EXTENSION: _("You get one issue more for %(issue)s at the end."),
        Outcome.PERSON: _("One of us looks into %(issue)s and writes to you."),
        Outcome.UNDELIVERABLE: _(
            "%(issue)s is not the first that did not come, so we think that your address is wrong. Please look at it. "
            "Until then nothing is sent, and nothing is used up; one of us looks into it, too."
        ),
    }
    messages.info(request, sentences[answer.outcome] % {"issue": issue})


def _mine(readers: list[Reader], magazine: Magazine, subscription_uuid: uuid.UUID) -> MySubscription:
    mine = queries.my_subscription(
        readers=readers, magazine=magazine, subscription_uuid=subscription_uuid, now=clock.now()
    )
    if not mine.is_mine:
        raise NotFound("Its copies are its reader's to claim.")
    return mine


def _copy(mine: MySubscription, number: int) -> ClaimableCopy:
    copies = fulfillment.claimable_copies(mine.overview.subscription.pk)
    of_that_issue = [copy for copy in copies if copy.issue.number == number]
    if not of_that_issue:
        raise NotFound("No such copy was sent lately.")
    # Of two subscriptions that were made one, each was sent one.
    return next((copy for copy in of_that_issue if copy.claim is None), of_that_issue[0])
