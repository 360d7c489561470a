"""A reader ends a subscription: with the last issue that is paid for, or now, with the rest of the money back."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.actors import Actor
from foundation.errors import NotFound
from orders.checkout import queries as checkout
from orders.checkout.models import LineRefund
from orders.checkout.rules import money
from orders.renewals import actions as renewals
from orders.renewals.actions.cancel import CancelledSubscription
from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import Reader
from subscriptions.terms import queries as terms
from subscriptions.terms.models import ServiceReason, Subscription
from web.reader.forms.cancel import CancelForm
from web.reader.page import personal
from web.reader.views.my_subscription import signed_in


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What one of the readers signed in may end: `back` is the money that this reader would have back, or empty."""

    subscription: Subscription
    reader: Reader
    seen: checkout.CancelPreview
    back: str

    @property
    def may_stop_now(self) -> bool:
        """Where somebody else has paid for a part, only they can end it before that."""
        return set(self.seen.cents) <= {self.reader.pk} and self.is_going_on

    @property
    def access_until(self) -> dt.date | None:
        """The last day of digital access, which stays as it is."""
        today = clock.now().astimezone(self.subscription.magazine.zone).date()
        return terms.access_goes_on_until(self.subscription, day=today)

    @property
    def is_going_on(self) -> bool:
        return self.seen.at_end.units_left != 0


@personal
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(
    request: HttpRequest, magazine: Magazine, readers: list[Reader], subscription_uuid: uuid.UUID
) -> HttpResponse:
    """GET says what would become of which issue and of the money; POST ends it."""
    mine = _find(readers, magazine, subscription_uuid)
    reasons = ServiceReason.objects.filter(use=ServiceReason.Use.CANCEL, is_active=True).exclude(words="")
    form = CancelForm(request.POST or None, reasons=list(reasons.order_by("position")), may_stop_now=mine.may_stop_now)
    if request.method == "POST" and form.is_valid():
        done = renewals.cancel_subscription(
            subscription_id=mine.subscription.pk,
            when=form.cleaned_data["when"],
            reason_code=form.cleaned_data["reason"],
            by=Actor("reader", str(mine.reader.pk)),
            now=clock.now(),
        )
        _tell(request, mine, done)
        return redirect("reader:my_subscription", code=magazine.code)
    context = {"magazine": magazine, "mine": mine, "form": form, "is_signed_in": True, "page": "my"}
    return render(request, "reader/cancel.html", context, status=400 if request.method == "POST" else 200)


def _find(readers: list[Reader], magazine: Magazine, subscription_uuid: uuid.UUID) -> Cancelling:
    """:raises NotFound: for one that none of these readers gets or pays for"""
    ids = {reader.pk for reader in readers}
    found = (
        Subscription.objects.filter(Q(reader__in=ids) | Q(terms__payer__in=ids, terms__ended_on__isnull=True))
        .filter(magazine=magazine, uuid=subscription_uuid)
        .select_related("reader")
        .first()
    )
    if found is None:
        raise NotFound("There is no such subscription.")
    seen = checkout.preview_cancel(subscription_id=found.pk, now=clock.now())
    # Couples share a mail address: whoever of them has paid is the one who asks.
    reader = next((reader for reader in readers if reader.pk in seen.cents), readers[0])
    cents = seen.cents.get(reader.pk, 0)
    return Cancelling(found, reader, seen, back=money(cents, seen.currency) if cents else "")


def _tell(request: HttpRequest, mine: Cancelling, done: CancelledSubscription) -> None:
    last = terms.expire(mine.subscription.pk, told_on=clock.today()).issue
    if last is None:
        messages.success(request, _("It is cancelled. No issue will be sent."))
    else:
        messages.success(request, _("It is cancelled. The last issue is %(issue)s.") % {"issue": last.cover_label})
    for refund in done.cancelled.refunds:
        sentence = (
            _("%(amount)s goes back to you.")
            if refund.way == LineRefund.Way.REFUND
            else _("We hold %(amount)s for you as a credit.")
        )
        messages.info(request, sentence % {"amount": money(refund.cents, refund.currency)})
    if done.charge_under_way:
        messages.warning(
            request, _("A charge had already left for your bank. If it goes through, write to us to have it back.")
        )
