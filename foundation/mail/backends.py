"""Mail into a folder, for the demo and for tests: what would have been sent can be opened and read."""

import re
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


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
