"""Free subscriptions: who answers for each, and which have to be confirmed."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Comp, Subscription
from web.desk.forms.extensions import CompForm, ConfirmForm
from web.desk.pages.base import DeskPage, Verb
from web.desk.pages.subscriptions import SubscriptionVerb

MOST = 200
A_YEAR = dt.timedelta(days=365)


class FreeSubscriptions(DeskPage):
    capability = "see_work_list"
    template = "desk/comps.html"
    title = "Free subscriptions"

    def get(self, request: HttpRequest) -> HttpResponse:
        running = Comp.objects.filter(term__ended_at__isnull=True).select_related(
            "term__subscription__reader", "term__subscription__magazine"
        )
        return self.show(
            comps=list(running.order_by("confirm_by", "pk")[:MOST]), count=running.count(), today=clock.today()
        )


class GiveComp(SubscriptionVerb):
    title = "Send it free"
    button = "Send it free"
    form_class = CompForm
    acts_once = True

    def initial(self, subject: Subscription) -> dict[str, Any]:
        return {"confirm_by": clock.today() + A_YEAR, "owner": self.staff.get_full_name() or self.staff.email}

    def asks(self, subject: Subscription) -> list[str]:
        return [
            f"{subject.reader.shown_name} gets {subject.magazine} for nothing, behind what is paid for. Nobody asks "
            "for a renewal, no grace follows, and it earns nothing.",
            "Somebody answers for it and says every year that it still stands.",
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        term = terms.give_comp(
            subscription_id=subject.pk,
            units=answers["units"],
            copies=answers["copies"],
            copy_class=answers["copy_class"],
            owner=answers["owner"],
            why=answers["why"],
            confirm_by=answers["confirm_by"],
            by=self.actor,
            now=clock.now(),
        )
        how_long = f"{term.units} issues" if term.units else "no end"
        return f"Free from {term.start_issue} on, {how_long}."


class ConfirmComp(Verb):
    capability = "change_readers"
    title = "Confirm the free subscription"
    button = "It still stands"
    form_class = ConfirmForm

    def find(self) -> Comp:
        found = Comp.objects.select_related("term__subscription__reader", "term__subscription__magazine")
        comp = found.filter(term_id=self.kwargs["term_id"]).first()
        if comp is None:
            raise NotFound("There is no such free subscription.")
        return comp

    def initial(self, subject: Comp) -> dict[str, Any]:
        return {"confirm_by": clock.today() + A_YEAR}

    def asks(self, subject: Comp) -> list[str]:
        line = subject.term.subscription
        return [
            f"{line.reader.shown_name} gets {line.magazine} free: {subject.why}. {subject.owner} answers for it.",
            "If it should end, cancel it on the reader's page instead.",
        ]

    def act(self, subject: Comp, answers: dict[str, Any]) -> str:
        comp = terms.confirm_comp(
            term_id=subject.term_id, confirm_by=answers["confirm_by"], by=self.actor, now=clock.now()
        )
        return f"Confirmed until {comp.confirm_by:%B} {comp.confirm_by.day}, {comp.confirm_by.year}."

    def back(self, subject: Comp) -> str:
        return reverse("admin:comps") if self.staff.may("see_work_list") else reverse("admin:readers")
