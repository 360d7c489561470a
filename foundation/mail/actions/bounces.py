import datetime as dt
import uuid

from django.db.models import Q

from foundation.errors import NotFound
from foundation.mail.models import OutgoingMail
from foundation.mail.rules import one_line


class MailIsUnknown(NotFound):
    code = "mail_is_unknown"


def record_bounce(*, provider_id: str = "", mail_uuid: uuid.UUID | None = None, reason: str, now: dt.datetime) -> None:
    """A mail did not reach its reader, so it proves nothing any more. Told twice, the first telling stands.

    :param provider_id: the mail provider's own id, when our uuid is not known
    :raises MailIsUnknown: when neither names a mail of ours; the provider will tell again
    """
    named = Q(uuid=mail_uuid) if mail_uuid is not None else Q(provider_id=provider_id) & ~Q(provider_id="")
    mails = OutgoingMail.objects.filter(named)
    if not mails.exists():
        raise MailIsUnknown("There is no such mail.")
    mails.exclude(state=OutgoingMail.State.BOUNCED).update(
        state=OutgoingMail.State.BOUNCED,
        bounced_at=now,
        bounce_reason=one_line(reason, at_most=120),
        leased_until=None,
    )
