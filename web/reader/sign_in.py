"""The mailed link that lets a reader in: ten minutes, once, and the same answer for everybody who asks."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from foundation import wake
from foundation.limits.actions import count_and_refuse
from foundation.mail.actions import LinkIsOver, open_link, use_link
from foundation.mail.models import MailLink
from subscriptions.catalog.models import Magazine
from subscriptions.readers import queries as people
from subscriptions.readers.models import Reader
from web.reader import visitor
from web.sign_in_link import PURPOSE, mail_link

# A library or a home for the elderly has one address for many readers.
IP_FACTOR = 4


def ask_for_link(*, magazine: Magazine, email: str, ip: str, now: dt.datetime) -> None:
    """Mail a link to a reader on file. Takes the same steps, and as long, for an address that nobody has.

    :raises TooMany: too often for this mail address, or from this connection; known and unknown alike
    """
    hour, sentence = dt.timedelta(hours=1), "Too many sign-in links were asked for. Please try again in an hour."
    most = settings.LIMIT_SIGN_INS_PER_EMAIL
    count_and_refuse(scope="sign_ins_per_ip", who=ip, limit=most * IP_FACTOR, window=hour, sentence=sentence)
    count_and_refuse(scope="sign_ins_per_email", who=email, limit=most, window=hour, sentence=sentence)
    with transaction.atomic():
        reader = people.file_with_email(email)
        with transaction.atomic():
            mail_link(reader or Reader(pk=0, email=email), magazine=magazine, now=now)
            if reader is None:
                # Nobody is on file: everything was done, to take as long, and none of it stays.
                transaction.set_rollback(True)
        wake.wake("mail_waiting")


def look_at(token: str) -> Magazine:
    """The magazine that the link leads to. Changes nothing, as mail scanners open every link.

    :raises LinkIsOver: unknown, used or too old
    """
    return Magazine.objects.get(code=_parts(open_link(token=token, purpose=PURPOSE))[1])


def use(token: str) -> tuple[Magazine, Reader]:
    """Use the link up. Of two at the same time one gets in.

    :raises LinkIsOver: unknown, used or too old, or the reader's mail address has changed since
    """
    reader_id, magazine_code, fingerprint = _parts(use_link(token=token, purpose=PURPOSE))
    behind = visitor.readers_behind(reader_id=int(reader_id), email_fingerprint=fingerprint)
    if not behind:
        raise LinkIsOver("This link is no longer good. Please ask for a new one.")
    return Magazine.objects.get(code=magazine_code), behind[0]


def _parts(link: MailLink) -> list[str]:
    """Reader, magazine code, fingerprint of the mail address."""
    return link.subject.split(":")
