"""Digital access at the desk: ended before its days are over."""

import datetime as dt
from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from orders.checkout import actions as checkout
from orders.checkout.rules import money
from subscriptions.terms import queries as terms
from subscriptions.terms.models import AccessTerm, ServiceReason
from web.desk.forms.cancelling import EndAccessForm
from web.desk.pages.base import Verb
from web.desk.pages.cancelling import promised


class EndAccess(Verb):
    capability = "change_readers"
    title = "End the digital access"
    button = "End it"
    form_class = EndAccessForm
    is_grave = True

    def find(self) -> AccessTerm:
        found = AccessTerm.objects.select_related("magazine", "reader", "payer").filter(uuid=self.kwargs["uuid"])
        access = found.first()
        if access is None:
            raise NotFound("There is no such digital access.")
        return access

    def form_arguments(self, subject: AccessTerm) -> dict[str, Any]:
        reasons = ServiceReason.objects.filter(use=ServiceReason.Use.CANCEL, is_active=True)
        return {"reasons": list(reasons.order_by("position"))}

    def asks(self, subject: AccessTerm) -> list[str]:
        cents = terms.access_left_cents(subject, day=_today(subject))
        back = f"{money(cents, subject.currency)} for the days that are left goes back to {subject.payer.shown_name}."
        return [
            f"{subject.reader.shown_name} reads {subject.magazine} online through {subject.last_day:%B %-d, %Y}, and "
            "no longer from today on. The printed magazine goes on as it is.",
            back if cents else "No money is left to give back.",
        ]

    def act(self, subject: AccessTerm, answers: dict[str, Any]) -> str:
        done = checkout.end_access(
            access_id=subject.pk,
            because=answers["reason"],
            money=answers["money"],
            by=self.actor,
            now=clock.now(),
        )
        return f"The digital access has ended. {promised(done.refund) if done.refund else ''}".strip()

    def back(self, subject: AccessTerm) -> str:
        return reverse("admin:reader", args=[subject.reader_id])


def _today(subject: AccessTerm) -> dt.date:
    return clock.now().astimezone(subject.magazine.zone).date()
