import datetime as dt
import hashlib
import secrets

from django.db.models import Q

from foundation import clock
from foundation.errors import DomainError
from foundation.mail.models import MailLink

# A link that is over is kept for a while, so that a person who asks why it failed can be answered.
KEPT_AFTER_ITS_END = dt.timedelta(days=30)


class LinkIsOver(DomainError):
    code = "link_is_over"


def make_link(*, purpose: str, subject: str, lives: dt.timedelta, single_use: bool = True) -> str:
    """A fresh token (43 characters, safe in a path) for one purpose and one subject; only its hash is kept.

    :param subject: what it opens, in the words of the app that asks: `reader:7`
    :param lives: real time, whatever the business clock says
    """
    token = secrets.token_urlsafe(32)
    now = clock.real_now()
    MailLink.objects.create(
        token_hash=_hash_of(token),
        purpose=purpose,
        subject=subject,
        created_at=now,
        expires_at=now + lives,
        single_use=single_use,
    )
    return token


def open_link(*, token: str, purpose: str) -> MailLink:
    """What the link is about. Changes nothing, so that mail scanners, which follow every link, change nothing.

    :raises LinkIsOver: unknown, for another purpose, expired, or used up: one answer for all, which tells nothing
    """
    link = MailLink.objects.filter(token_hash=_hash_of(token), purpose=purpose).first()
    if link is None or not link.is_open(now=clock.real_now()):
        raise _over()
    return link


def use_link(*, token: str, purpose: str) -> MailLink:
    """Use the link. Of two uses of a single-use link at the same time one wins; any other link may be used again.

    :raises LinkIsOver: as `open_link`
    """
    now = clock.real_now()
    links = MailLink.objects.filter(token_hash=_hash_of(token), purpose=purpose, expires_at__gt=now)
    # The row count decides, not a look before: of two clicks one finds `used_at` empty.
    first_use = links.filter(used_at__isnull=True).update(used_at=now)
    link = links.filter(Q(single_use=False) if not first_use else Q()).first()
    if link is None:
        raise _over()
    return link


def forget_old_links() -> int:
    """Delete what ended a month ago; answers how many."""
    deleted, _ = MailLink.objects.filter(expires_at__lt=clock.real_now() - KEPT_AFTER_ITS_END).delete()
    return deleted


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _over() -> LinkIsOver:
    return LinkIsOver("This link is no longer good. Please ask for a new one.")
