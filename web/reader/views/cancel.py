"""A reader ends a subscription: with the last issue that is paid for, or now, with the rest of the money back."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib import messages
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
from subscriptions.readers import queries as people
from subscriptions.readers.models import Reader
from subscriptions.terms import queries as terms
from subscriptions.terms.models import ServiceReason, Subscription
from web.reader.forms.cancel import CancelForm
from web.reader.page import personal
from web.reader.views.my_subscription import signed_in


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What one of the readers signed in may end: `back` is the money that this reader would have back, or empty.

    `recipient`: who gets it, if they are signed in. Whoever only pays for somebody else ends what they have paid for,
    and sees no more of it; `to_name` is what they call them.
    """

    subscription: Subscription
    recipient: Reader | None
    reader: Reader
    seen: checkout.CancelPreview
    back: str
    to_name: str

    @property
    def may_stop_now(self) -> bool:
        """Where somebody else has paid for a part, only they can end it before that."""
        return set(self.seen.cents) <= set(people.files_of([self.reader.pk])) and self.is_paid_for

    @property
    def choices(self) -> list[str]:
        return [*(["end"] if self.recipient else []), *(["now"] if self.may_stop_now else [])]

    @property
    def whose(self) -> list[int] | None:
        """Of whose terms the last issue is told; None: of all."""
        return None if self.recipient else people.files_of([self.reader.pk])

    @property
    def access_until(self) -> dt.date | None:
        """The last day of digital access, which stays as it is."""
        if self.recipient is None:
            return None
        return terms.access_goes_on_until(self.subscription, day=clock.today(self.subscription.magazine.zone))

    def by(self, when: str) -> Actor:
        """Couples share a mail address: whoever of them has paid has it back, and whoever gets it lets it run out."""
        asks = self.recipient if when == "end" and self.recipient else self.reader
        return Actor("reader", str(asks.pk))

    @property
    def is_going_on(self) -> bool:
        return self.is_paid_for or self.seen.in_hope

    @property
    def is_paid_for(self) -> bool:
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
    form = CancelForm(request.POST or None, reasons=list(reasons.order_by("position")), choices=mine.choices)
    if request.method == "POST" and form.is_valid():
        done = renewals.cancel_subscription(
            subscription_id=mine.subscription.pk,
            when=form.cleaned_data["when"],
            reason_code=form.cleaned_data["reason"],
            by=mine.by(form.cleaned_data["when"]),
            now=clock.now(),
        )
        _tell(request, mine, done)
        return redirect("reader:my_subscription" if mine.recipient else "reader:gift_book", code=magazine.code)
    context = {"magazine": magazine, "mine": mine, "form": form, "is_signed_in": True, "page": "my"}
    return render(request, "reader/cancel.html", context, status=400 if request.method == "POST" else 200)


def _find(readers: list[Reader], magazine: Magazine, subscription_uuid: uuid.UUID) -> Cancelling:
    """:raises NotFound: for one that none of these readers gets, nor has paid for anything that is still to come"""
    found = (
        Subscription.objects.filter(magazine=magazine, uuid=subscription_uuid, merged_into__isnull=True)
        .select_related("reader", "magazine")
        .first()
    )
    if found is None:
        raise NotFound("There is no such subscription.")
    mine = _as_recipient(readers, found) or _as_payer(readers, found)
    if mine is None:
        raise NotFound("There is no such subscription.")
    return mine


def _as_recipient(readers: list[Reader], found: Subscription) -> Cancelling | None:
    now = clock.now()
    recipient = next((reader for reader in readers if reader.pk == found.reader_id), None)
    if recipient is None or found.pk in terms.untold_lines([recipient.pk], now):
        return None
    seen = checkout.preview_cancel(subscription_id=found.pk, now=now, told_on=clock.today(found.magazine.zone))
    reader = next((reader for reader in readers if _paid_by(reader, seen)), recipient)
    return Cancelling(found, recipient, reader, seen, back=_back(seen, reader), to_name="")


def _as_payer(readers: list[Reader], found: Subscription) -> Cancelling | None:
    for reader in readers:
        files = people.files_of([reader.pk])
        seen = checkout.preview_cancel(subscription_id=found.pk, now=clock.now(), payers=files)
        if seen.first_not_sent is not None and seen.at_end.units_left != 0:
            name = checkout.reader_as_payer_knows(found, payers=files)
            return Cancelling(found, None, reader, seen, back=_back(seen, reader), to_name=name)
    return None


def _back(seen: checkout.CancelPreview, reader: Reader) -> str:
    cents = sum(_paid_by(reader, seen))
    return money(cents, seen.currency) if cents else ""


def _paid_by(reader: Reader, seen: checkout.CancelPreview) -> list[int]:
    """What each of the reader's files would have back: whoever paid stays the payer when two files are made one."""
    return [seen.cents[file] for file in people.files_of([reader.pk]) if file in seen.cents]


def _tell(request: HttpRequest, mine: Cancelling, done: CancelledSubscription) -> None:
    today = clock.today(mine.subscription.magazine.zone)
    last = terms.expire(mine.subscription.pk, told_on=today, payers=mine.whose).issue
    if mine.seen.in_hope and mine.seen.first_not_sent is not None:
        words = _("It is cancelled. No further copy comes from %(issue)s on.")
        messages.success(request, words % {"issue": mine.seen.first_not_sent.cover_label})
    elif last is None:
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
