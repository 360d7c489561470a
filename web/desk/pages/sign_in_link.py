from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import Reader
from web.desk.pages.base import Verb
from web.desk.pages.readers import find_reader
from web.sign_in_link import LINK_LIVES, mail_link


class NoMailAddress(DomainError):
    code = "no_mail_address"


class SendSignInLink(Verb):
    """For readers who call because no link has come."""

    capability = "change_readers"
    title = "Send the sign-in link again"
    button = "Send it"

    def find(self) -> Reader:
        return find_reader(self.kwargs["reader_id"])

    def asks(self, subject: Reader) -> list[str]:
        minutes = int(LINK_LIVES.total_seconds() // 60)
        return [
            f"A link to {subject.email or 'no address on file'}. It lets {subject.shown_name} in once, within "
            f"{minutes} minutes. It goes to the address on file and to no other."
        ]

    def act(self, subject: Reader, answers: dict[str, Any]) -> str:
        magazine = Magazine.objects.filter(subscriptions__reader=subject).order_by("pk").first()
        magazine = magazine or Magazine.objects.order_by("pk").first()
        if not subject.email or magazine is None:
            raise NoMailAddress("There is no mail address on file for this reader.")
        mail_link(subject, magazine=magazine, now=clock.now())
        audit.record(self.actor, "reader.sign_in_link_sent", subject)
        return f"A sign-in link is on its way to {subject.email}."

    def back(self, subject: Reader) -> str:
        return reverse("admin:reader", args=[subject.pk])
