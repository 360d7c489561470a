from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from orders.payments.actions import by_hand
from orders.payments.models import WebhookEvent
from web.desk.pages.base import Verb


class FollowAgain(Verb):
    """Have an event of Stripe's that was parked looked at again."""

    capability = "see_money"
    title = "Try the event again"
    button = "Try it again"

    def find(self) -> WebhookEvent:
        event = WebhookEvent.objects.filter(pk=self.kwargs["event_id"]).first()
        if event is None:
            raise NotFound("There is no such event.")
        return event

    def asks(self, subject: WebhookEvent) -> list[str]:
        sentences = [
            f"{subject.kind} is {subject.get_state_display()} after {subject.tries} tries. Masthead looks the object "
            "up at Stripe once more and does what it says. What was done before is not done twice."
        ]
        return [*sentences, f"Last time: {subject.last_error}"] if subject.last_error else sentences

    def act(self, subject: WebhookEvent, answers: dict[str, Any]) -> str:
        by_hand.follow_again(event_id=subject.pk, by=self.actor, now=clock.real_now())
        return "It is back in the inbox and looked at within seconds."

    def back(self, subject: WebhookEvent) -> str:
        return reverse("admin:payments_webhookevent_changelist")
