import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.template import Context, Engine

from foundation.mail.models import OutgoingMail
from foundation.mail.rules import one_line
from foundation.wake import wake


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """A mail to be; `queue_mail` says what its parts are."""

    key: str
    kind: str
    to_email: str
    template: str
    context: Mapping[str, Any]
    one_click_url: str = ""


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
    asked = NewMail(
        key=key, kind=kind, to_email=to_email, template=template, context=context, one_click_url=one_click_url
    )
    mail, _ = OutgoingMail.objects.get_or_create(key=key, defaults=_row(asked, now=now))
    wake("mail_waiting")
    return mail


@transaction.atomic
def queue_mails(*, mails: Sequence[NewMail], now: dt.datetime) -> None:
    """`queue_mail` for many: two statements for all of them. One whose key is taken stays as it is."""
    keys = [mail.key for mail in mails]
    there = set(OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [mail for mail in mails if mail.key not in there]
    if new:
        rows = [OutgoingMail(key=mail.key, **_row(mail, now=now)) for mail in new]
        OutgoingMail.objects.bulk_create(rows, ignore_conflicts=True)
        wake("mail_waiting")


def _row(mail: NewMail, *, now: dt.datetime) -> dict[str, Any]:
    subject = one_line(_plain(f"mail/{mail.template}.subject.txt", mail.context), at_most=200)
    text = _plain(f"mail/{mail.template}.txt", mail.context).strip() + "\n"
    html = _rendered(f"mail/{mail.template}.html", Context({**mail.context, "subject": subject}))
    return {
        "kind": mail.kind,
        "to_email": mail.to_email,
        "subject": subject,
        "text": text,
        "html": html,
        "body_sha256": body_sha256(subject, text, html),
        "one_click_url": mail.one_click_url,
        "created_at": now,
    }


def body_sha256(subject: str, text: str, html: str) -> str:
    """SHA-256 in hex over the three parts, each followed by a NUL so that none can flow into the next."""
    return hashlib.sha256("".join(f"{part}\0" for part in (subject, text, html)).encode()).hexdigest()


def _plain(template: str, context: Mapping[str, Any]) -> str:
    """Plain text escapes nothing: "Field & Daughter" is not to arrive as "Field &amp; Daughter"."""
    return _rendered(template, Context(dict(context), autoescape=False))


def _rendered(template: str, context: Context) -> str:
    return str(Engine.get_default().get_template(template).render(context))
