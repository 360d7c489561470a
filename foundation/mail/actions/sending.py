import datetime as dt
import smtplib
from collections.abc import Iterator
from contextlib import suppress

import structlog
from anymail.exceptions import AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Case, F, Q, Value, When

from foundation import clock
from foundation.failpoints import reached
from foundation.mail import queries
from foundation.mail.models import OutgoingMail
from foundation.mail.rules import message_id, one_line, pause_after

log = structlog.get_logger(__name__)

# One sweep takes this many at most; the next one goes on, so that no task runs for hours.
BATCH = 1000


def send_waiting(*, now: dt.datetime) -> int:
    """Hand every waiting mail to the mail server, each once, and answer how many it took.

    A mail is claimed under a lease, sent, then marked. A process that dies between sending and marking sends it again
    after the lease, with the same Message-ID. A mail that the server does not take rests and is tried again, eight
    times; an address that the server refuses for good is not tried again.
    """
    taken = 0
    connection: BaseEmailBackend = get_connection()
    try:
        sender = queries.sender()
        for mail in _claimed():
            if not _is_reached(connection, mail):
                break  # The server is down: the other mails wait without using up a try.
            taken += _hand_over(mail, connection, sender=sender, now=now)
    finally:
        _hang_up(connection)
    return taken


def _claimed() -> Iterator[OutgoingMail]:
    waiting = OutgoingMail.objects.filter(_free(), state=OutgoingMail.State.WAITING)
    for pk in list(waiting.order_by("created_at", "pk").values_list("pk", flat=True)[:BATCH]):
        lease = clock.real_now() + dt.timedelta(seconds=settings.LEASE_SECONDS)
        # The row count decides: of two workers that saw the same row, one gets it.
        if OutgoingMail.objects.filter(_free(), pk=pk, state=OutgoingMail.State.WAITING).update(leased_until=lease):
            reached("mail.claimed")
            yield OutgoingMail.objects.get(pk=pk)


def _free() -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lt=clock.real_now())


def _is_reached(connection: BaseEmailBackend, mail: OutgoingMail) -> bool:
    try:
        connection.open()  # Nothing happens when it is open: one connection serves the sweep.
    except Exception as error:  # Whatever the wire says, it is kept with the mail that met it.
        _record_failure(mail, error)
        return False
    return True


def _hang_up(connection: BaseEmailBackend) -> None:
    # What the server took, it took: a farewell that fails changes nothing about it.
    with suppress(smtplib.SMTPException, OSError):
        connection.close()


def _hand_over(mail: OutgoingMail, connection: BaseEmailBackend, *, sender: str, now: dt.datetime) -> bool:
    try:
        message = _message(mail, connection, sender=sender)
        message.send()
    except Exception as error:  # Whatever one mail meets, the others go on; it stays in its row with its error.
        _hang_up(connection)
        _record_failure(mail, error)
        return False
    reached("mail.sent")
    _record_handed_over(mail, message, now=now)
    reached("mail.recorded")
    return True


def _message(mail: OutgoingMail, connection: BaseEmailBackend, *, sender: str) -> EmailMultiAlternatives:
    headers = {"Message-ID": message_id(mail.uuid, sender=sender)}
    if mail.one_click_url:
        headers["List-Unsubscribe"] = f"<{mail.one_click_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=sender,
        to=[mail.to_email],
        headers=headers,
        connection=connection,
    )
    message.attach_alternative(mail.html, "text/html")
    # A provider behind anymail gives this back with its bounces; other backends do not look at it.
    message.metadata = {"mail_uuid": str(mail.uuid)}  # type: ignore[attr-defined]  # anymail's way of passing it
    return message


def _record_handed_over(mail: OutgoingMail, message: EmailMultiAlternatives, *, now: dt.datetime) -> None:
    provider_id = getattr(getattr(message, "anymail_status", None), "message_id", None)
    states = OutgoingMail.State
    # One statement: with its lease gone and its state still "waiting", another worker would send it again.
    OutgoingMail.objects.filter(pk=mail.pk).update(
        # A fast server's bounce may have been here first, and then the mail stays bounced.
        state=Case(When(state=states.WAITING, then=Value(states.HANDED_OVER)), default=F("state")),
        handed_over_at=now,
        provider_id=provider_id[:120] if isinstance(provider_id, str) else "",
        leased_until=None,
        tries=F("tries") + 1,
        last_error="",
    )


def _record_failure(mail: OutgoingMail, error: Exception) -> None:
    tries = mail.tries + 1
    pause = None if _is_refused_for_good(error) else pause_after(tries)
    log.warning("mail_not_taken", mail=str(mail.uuid), tries=tries, error=type(error).__name__, given_up=pause is None)
    OutgoingMail.objects.filter(pk=mail.pk, state=OutgoingMail.State.WAITING).update(
        state=OutgoingMail.State.WAITING if pause else OutgoingMail.State.REFUSED,
        tries=tries,
        last_error=one_line(f"{type(error).__name__}: {error}", at_most=200),
        leased_until=clock.real_now() + pause if pause else None,
    )


def _is_refused_for_good(error: Exception) -> bool:
    """The server knows that this address takes no mail (5xx), as against "not now" (4xx) and our own trouble."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, AnymailRecipientsRefused)
