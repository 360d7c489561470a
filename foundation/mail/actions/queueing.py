import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.template import Context, Engine

from foundation.mail.models import OutgoingMail
from foundation.mail.rules import one_line
from foundation.wake import wake


@transaction.atomic
def queue_mail(
    *,
    key: str,
    kind: str,
    to_email: str,
    template: str,
    context: Mapping[str, Any],
    now: dt.datetime,
    one_click_url: str = "",
) -> OutgoingMail:
    """Write one mail down, inside the caller's transaction; it leaves after the commit.

    Renders `mail/<template>.subject.txt`, `.txt` and `.html` of any app now, so that the row is the proof of what was
    said. With a key that is taken, the mail that is there is returned as it is: the same news is never mailed twice.

    :param one_click_url: an https address that unsubscribes or cancels on a bare POST (RFC 8058)
    """
    there = OutgoingMail.objects.filter(key=key).first()
    if there is not None:
        return there
    subject = one_line(_plain(f"mail/{template}.subject.txt", context), at_most=200)
    text = _plain(f"mail/{template}.txt", context).strip() + "\n"
    html = _rendered(f"mail/{template}.html", Context({**context, "subject": subject}))
    mail, _ = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to_email": to_email,
            "subject": subject,
            "text": text,
            "html": html,
            "body_sha256": body_sha256(subject, text, html),
            "one_click_url": one_click_url,
            "created_at": now,
        },
    )
    wake("mail_waiting")
    return mail


def body_sha256(subject: str, text: str, html: str) -> str:
    """SHA-256 in hex over the three parts, each followed by a NUL so that none can flow into the next."""
    return hashlib.sha256("".join(f"{part}\0" for part in (subject, text, html)).encode()).hexdigest()


def _plain(template: str, context: Mapping[str, Any]) -> str:
    """Plain text escapes nothing: "Field & Daughter" is not to arrive as "Field &amp; Daughter"."""
    return _rendered(template, Context(dict(context), autoescape=False))


def _rendered(template: str, context: Context) -> str:
    return str(Engine.get_default().get_template(template).render(context))
