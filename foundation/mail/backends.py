"""The wire behind the rows: the mail server set up on the desk, or a folder, where what was sent can be read."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.views.decorators.debug import sensitive_variables

from foundation.mail.models import MailServer
from foundation.mail.queries import mail_server
from foundation.vault.queries import open_secret


class HouseSmtp(SmtpBackend):
    """SMTP to the server that was set up on the desk; where none was, to the one in the environment (EMAIL_HOST)."""

    @sensitive_variables()
    def __init__(self, **options: Any) -> None:
        server = mail_server()
        if server is not None:
            options |= {
                "host": server.host,
                "port": server.port,
                "username": server.username,
                "password": open_secret("mail_password") or "",
                "use_tls": server.security == MailServer.Security.STARTTLS,
                "use_ssl": server.security == MailServer.Security.TLS,
            }
        super().__init__(**options)


class FolderBackend(BaseEmailBackend):
    """One `.eml` per Message-ID in `settings.MAIL_FOLDER`, whole or not at all; a repeat replaces the first."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            _put(folder, message)
        return len(email_messages)


def _put(folder: Path, email_message: EmailMessage) -> None:
    message = email_message.message()
    name = re.sub(r"[^\w.-]", "_", str(message["Message-ID"]).strip("<>"))[:150]
    # The name begins with a dot until the file is whole: whoever watches the folder never reads half a mail.
    draft = folder / f".{name}.{uuid4().hex}"
    draft.write_bytes(message.as_bytes())
    draft.replace(folder / f"{name}.eml")
