import datetime as dt
import re
import uuid
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import Invalid
from foundation.mail.actions.queueing import queue_mail
from foundation.mail.models import MailServer, OutgoingMail
from foundation.vault import actions as vault

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?")


@sensitive_variables("password")
@transaction.atomic
def set_mail_server(
    *,
    sender: str,
    host: str,
    port: int,
    security: str,
    username: str,
    password: str | None,
    by: Actor,
    now: dt.datetime,
) -> MailServer:
    """From now on mail goes out through this server, from this sender ("The Lantern <care@lantern.example>").

    :param password: None keeps the one that is there
    :raises Invalid: with the fields that cannot be
    """
    _refuse_malformed(sender=sender, host=host, port=port, security=security)
    server, _ = MailServer.objects.update_or_create(
        pk=1,
        defaults={
            "sender": sender,
            "host": host,
            "port": port,
            "security": security,
            "username": username,
            "changed_at": now,
            "changed_by": by.reference,
        },
    )
    if password:
        vault.seal(name="mail_password", value=password, by=by, now=now)
    audit.record(by, "mail_server.set", server, host=host, port=port, security=security)
    return server


def send_test_mail(*, to_email: str, now: dt.datetime) -> OutgoingMail:
    """Queue a mail that says that mail works; its row shows whether the server took it."""
    return queue_mail(
        key=f"test:{uuid.uuid4()}", kind="test", to_email=to_email, template="test", context={"sent_at": now}, now=now
    )


def _refuse_malformed(*, sender: str, host: str, port: int, security: str) -> None:
    fields: dict[str, list[tuple[str, str]]] = {}
    try:
        validate_email(parseaddr(sender)[1])
    except ValidationError:
        fields["sender"] = [("bad_sender", "Write the sender as The Lantern <care@lantern.example>.")]
    if not sender.isprintable():
        fields["sender"] = [("bad_sender", "The sender stands on one line.")]
    if not _HOST.fullmatch(host):
        fields["host"] = [("bad_host", "Write the name of the mail server, as in smtp.lantern.example.")]
    if not 0 < port < 65536:
        fields["port"] = [("bad_port", "A port is a number from 1 to 65535.")]
    if security not in MailServer.Security.values:
        fields["security"] = [("bad_security", "Choose one of the three.")]
    if fields:
        raise Invalid(fields)
