"""Addresses away from home, and where the next issues go."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.terms import actions, queries
from subscriptions.terms.actions import StayAnswer
from subscriptions.terms.models import AwayAddress, Subscription
from web.desk.forms.stays import StayForm
from web.desk.pages.base import DeskPage, Verb
from web.desk.pages.subscriptions import SubscriptionVerb, moment


class WhereItGoes(DeskPage):
    """The next twelve issues: the in-home window of each, and the address that its label will have."""

    capability = "see_readers"
    template = "desk/destinations.html"
    title = "Where the next issues go"

    def get(self, request: Any, uuid: Any) -> HttpResponse:
        subscription = Subscription.objects.select_related("magazine", "reader").filter(uuid=uuid).first()
        if subscription is None:
            raise NotFound("There is no such subscription.")
        return self.show(
            subject=subscription,
            destinations=queries.destinations(subscription.pk, clock.now()),
            stays=queries.away_addresses(subscription.pk, clock.today()),
        )


class AddStay(SubscriptionVerb):
    title = "Add an address away from home"
    button = "Send the issues of that time there"
    form_class = StayForm

    def initial(self, subject: Subscription) -> dict[str, Any]:
        return {"name": subject.reader.name, "company": subject.reader.company, "country": "US"}

    def asks(self, subject: Subscription) -> list[str]:
        days = subject.magazine.seasonal_margin_days
        return [
            "An issue goes there when its in-home window begins during the stay. One that is expected within "
            f"{days} days of the end goes home."
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        answer = actions.stay_at_typed(
            subscription_id=subject.pk,
            typed=StayForm.typed(answers),
            source="clerk",
            when=answers["when"],
            by=self.actor,
            now=clock.now(),
        )
        return in_words(answer)


class EndStay(Verb):
    capability = "change_readers"
    title = "End the address away"
    button = "Send everything home"

    def find(self) -> AwayAddress:
        found = AwayAddress.objects.select_related("subscription__reader", "subscription__magazine", "address")
        stay = found.filter(uuid=self.kwargs["uuid"]).first()
        if stay is None:
            raise NotFound("There is no such address.")
        return stay

    def asks(self, subject: AwayAddress) -> list[str]:
        return ["From the first issue within reach on, nothing goes there any more. What is on its way stays so."]

    def act(self, subject: AwayAddress, answers: dict[str, Any]) -> str:
        answer = actions.end_stay(away_id=subject.pk, by=self.actor, now=clock.now())
        return end_in_words(answer)

    def back(self, subject: AwayAddress) -> str:
        return reverse("admin:destinations", args=[subject.subscription.uuid])


def in_words(answer: StayAnswer) -> str:
    if not answer.issues:
        return "No issue that is due goes there yet; whatever is sent in that time later will." + _still(answer)
    said = f"Goes there: {', '.join(str(issue) for issue in answer.issues[:8])}."
    if answer.home_again is not None:
        said += f" {answer.home_again} is the first to come home again."
    if answer.holds_until is not None:
        said += f" Until {moment(answer.holds_until)} this can be changed for the first of them."
    return said + _still(answer)


def end_in_words(answer: StayAnswer) -> str:
    first, home = answer.first_issue, answer.home_again
    if first is None or answer.holds_until is None:
        return "Ended. It changes nothing for the issues that are due." + _still(answer)
    said = "Ended."
    if first != home:
        said += f" {first} goes to another address away."
    if home is not None:
        said += f" {home} is the first to come home again."
    return said + f" Until {moment(answer.holds_until)} this can be changed for {first}." + _still(answer)


def _still(answer: StayAnswer) -> str:
    named = ", ".join(str(issue) for issue in answer.still_old)
    return f" Out of reach, on its way already: {named}." if named else ""
