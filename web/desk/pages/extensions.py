"""Issues on top as a remedy, and taken back; grace written off. Each page says what it does to the last issue."""

from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog.models import Issue
from subscriptions.terms import actions as terms
from subscriptions.terms import queries
from subscriptions.terms.models import Entry, ServiceReason, Subscription
from web.desk.forms.extensions import ExtensionForm
from web.desk.pages.base import Verb
from web.desk.pages.subscriptions import SubscriptionVerb


class Extend(SubscriptionVerb):
    title = "Give issues on top"
    button = "Give them"
    form_class = ExtensionForm
    acts_once = True

    def form_arguments(self, subject: Subscription) -> dict[str, Any]:
        sent = Issue.objects.filter(magazine_id=subject.magazine_id, pulled_at__isnull=False).order_by("-ordinal")
        reasons = ServiceReason.objects.filter(use=ServiceReason.Use.EXTENSION, is_active=True).order_by("position")
        return {"reasons": list(reasons), "sent": list(sent[:12])}

    def asks(self, subject: Subscription) -> list[str]:
        return [
            last_issue_of(subject),
            "The reason decides what becomes of the money: goodwill earns nothing; a copy given back is earned again "
            "later; spreading lets the money that is left pay for more issues.",
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        given = terms.extend(
            subscription_id=subject.pk,
            issues=answers["issues"],
            reason_code=answers["reason"],
            copy_issue_id=answers["copy_issue"],
            about=answers["about"],
            by=self.actor,
            now=clock.now(),
        )
        return f"{given.entry.reason}: done. {last_issue_of(subject)}"


class TakeBackExtension(Verb):
    capability = "change_readers"
    title = "Take the issues back"
    button = "Take them back"
    is_grave = True

    def find(self) -> Entry:
        found = Entry.objects.select_related("term__subscription__reader", "term__subscription__magazine")
        entry = found.filter(pk=self.kwargs["entry_id"], kind__in=["bonus", "credit"], units__gt=0).first()
        if entry is None:
            raise NotFound("There is no such extension.")
        return entry

    def asks(self, subject: Entry) -> list[str]:
        issues = "1 issue" if subject.units == 1 else f"{subject.units} issues"
        return [
            f"{issues} given for “{subject.about}” are taken back, in full; the last issue moves in by as much.",
            "Both stay in the list of every plus and minus.",
        ]

    def act(self, subject: Entry, answers: dict[str, Any]) -> str:
        terms.take_back(entry_id=subject.pk, by=self.actor, now=clock.now())
        return f"Taken back. {last_issue_of(subject.term.subscription)}"

    def back(self, subject: Entry) -> str:
        return reverse("admin:reader", args=[subject.term.subscription.reader_id])


class WriteOffGrace(SubscriptionVerb):
    title = "Write the grace copies off"
    button = "Write them off"

    def asks(self, subject: Subscription) -> list[str]:
        return [
            "Copies that were sent after the last paid issue, in the hope of renewal, are given up: a later order does "
            "not pay for them. They are a cost of circulation and never revenue.",
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        entry = terms.write_off_grace(subscription_id=subject.pk, by=self.actor, now=clock.now())
        return f"Written off: {entry.about}."


def last_issue_of(subscription: Subscription) -> str:
    answer = queries.expire(subscription.pk)
    if answer.issue is not None:
        return f"The last issue is {answer.issue}."
    left = answer.units_left
    return "It has no end." if left is None else f"{left} issues are to come; the last cannot be named yet."
