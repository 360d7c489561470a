"""An address that mail came back from, and that is good after all."""

from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.readers import actions
from subscriptions.readers.models import Address
from web.desk.pages.base import Verb


class AddressVerb(Verb):
    capability = "change_readers"

    def find(self) -> Address:
        address = Address.objects.select_related("reader").filter(pk=self.kwargs["address_id"]).first()
        if address is None:
            raise NotFound("There is no such address.")
        return address

    def named(self, subject: Address) -> str:
        return f"{self.title}: {subject.line1}, {subject.city}"

    def back(self, subject: Address) -> str:
        return reverse("admin:reader", args=[subject.reader_id])


class MailCameBack(AddressVerb):
    title = "Mail came back from here"
    button = "Send nothing more there"
    is_grave = True

    def asks(self, subject: Address) -> list[str]:
        return [
            f"Nothing more goes to {subject.reader.shown_name} there, of any title, until there is another address, "
            "or this one is said to be good. What is not sent is not used up.",
            "Is it one copy that came back? Say so at that copy: then it is made good, too.",
        ]

    def act(self, subject: Address, answers: dict[str, Any]) -> str:
        actions.mark_undeliverable(address_id=subject.pk, by=self.actor, on=clock.today())
        return "Noted. Nothing more goes there."


class AddressIsGood(AddressVerb):
    title = "The address is good after all"
    button = "Send there again"

    def asks(self, subject: Address) -> list[str]:
        return [
            f"Copies of {subject.reader.shown_name} go there again from the next label run on. If a hold was entered, "
            "because mail came back, end that hold, too."
        ]

    def act(self, subject: Address, answers: dict[str, Any]) -> str:
        actions.mark_deliverable(address_id=subject.pk, by=self.actor)
        return "Noted. Copies go there again."
