import datetime as dt

from django.conf import settings
from django.db.models import Min

from foundation.mail.models import MailServer, OutgoingMail


def mail_server() -> MailServer | None:
    """What was set up on the desk; None where the environment's settings hold."""
    return MailServer.objects.first()


def sender() -> str:
    """The From of every mail: as set up on the desk, else DEFAULT_FROM_EMAIL."""
    server = mail_server()
    return server.sender if server else settings.DEFAULT_FROM_EMAIL


def oldest_waiting_at() -> dt.datetime | None:
    """When the mail that has waited longest was written, by the business clock; None when none waits."""
    oldest = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING).aggregate(at=Min("created_at"))
    at: dt.datetime | None = oldest["at"]
    return at


def refused_count() -> int:
    """Mails that were given up: nobody got them."""
    return OutgoingMail.objects.filter(state=OutgoingMail.State.REFUSED).count()


def bounced_count() -> int:
    return OutgoingMail.objects.filter(state=OutgoingMail.State.BOUNCED).count()


def mail_by_key(key: str) -> OutgoingMail | None:
    return OutgoingMail.objects.filter(key=key).first()
