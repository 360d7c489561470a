"""What was mailed to somebody who is to be forgotten: the words go, the proof that something was sent stays."""

from collections.abc import Collection, Iterator

from django.db.models import QuerySet
from django.db.models.functions import Lower

from foundation.mail.models import OutgoingMail

# No mail can reach it (RFC 2606).
NOBODY = "erased@erased.invalid"


def mails_to(emails: Collection[str]) -> QuerySet[OutgoingMail]:
    """Everything to these addresses, given in lower case; oldest first."""
    named = OutgoingMail.objects.alias(mail=Lower("to_email")).filter(mail__in=list(emails))
    return named.order_by("created_at", "pk")


def forget_mails(*, own: Collection[str], shared: Collection[str], names: Collection[str]) -> int:
    """Empty the mails to these addresses; of those to an address that others share, the ones that name this person.

    Subject, hash, times and the provider's number stay. What has not left yet is not sent any more. How many.
    """
    return sum(map(_forget, [*mails_to(own), *_that_name(names, mails_to(shared))]))


def forget_mails_with_keys(keys: Collection[str]) -> int:
    """Empty these mails, whatever address they went to. How many."""
    return sum(map(_forget, OutgoingMail.objects.filter(key__in=list(keys)).order_by("pk")))


def _that_name(names: Collection[str], mails: QuerySet[OutgoingMail]) -> Iterator[OutgoingMail]:
    folded = [name.lower() for name in names]
    return (mail for mail in mails if any(name in mail.text.lower() for name in folded))


def _forget(mail: OutgoingMail) -> int:
    if mail.state == OutgoingMail.State.WAITING:
        mail.state, mail.last_error = OutgoingMail.State.REFUSED, "the reader was erased"
    mail.to_email, mail.text, mail.html, mail.one_click_url = NOBODY, "", "", ""
    mail.bounce_reason = ""
    mail.save(update_fields=["state", "last_error", "to_email", "text", "html", "one_click_url", "bounce_reason"])
    return 1
