"""The mailed link that lets a reader in. Two doors send it: the reader's own page, and a clerk at the desk."""

import datetime as dt
import hashlib

from django.conf import settings
from django.db import transaction

from foundation.mail.actions import make_link, queue_mail
from subscriptions.catalog.models import Magazine
from subscriptions.readers.models import Reader

PURPOSE = "reader_sign_in"
LINK_LIVES = dt.timedelta(minutes=10)


@transaction.atomic
def mail_link(reader: Reader, *, magazine: Magazine, now: dt.datetime) -> None:
    """Mail a fresh link to the reader's address on file. It lives ten minutes of real time and is good once."""
    subject = f"{reader.pk}:{magazine.code}:{fingerprint(reader.email)}"
    token = make_link(purpose=PURPOSE, subject=subject, lives=LINK_LIVES)
    queue_mail(
        # A part of the token only: the rest stays in the mail.
        key=f"sign-in:{reader.pk}:{token[:12]}",
        kind="sign_in",
        to_email=reader.email,
        template="sign_in",
        context={
            "magazine": magazine,
            "magazine_name": magazine.name,
            "sign_in_url": f"{settings.PUBLIC_URL}/sign-in/{token}/",
            "minutes": int(LINK_LIVES.total_seconds() // 60),
        },
        now=now,
    )


def fingerprint(email: str) -> str:
    """Stands for the mail address in the link: when the reader's address is another by then, the link is over."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
