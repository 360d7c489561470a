"""`/demo/mail/`: every mail that the demo has sent, so that its links can be clicked. Mounted in the demo only."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

# Nothing here may follow a link to another place with this address in its head.
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def mails(request: HttpRequest) -> HttpResponse:
    newest = sorted(settings.MAIL_FOLDER.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)[:200]
    listed = [{"name": file.stem, "mail": _read(file)} for file in newest]
    return _page(request, "demo/mails.html", {"mails": listed})


def mail(request: HttpRequest, name: str) -> HttpResponse:
    file = settings.MAIL_FOLDER / f"{name}.eml"
    if file.parent != settings.MAIL_FOLDER or not file.is_file():
        raise Http404
    message = _read(file)
    text = message.get_body(("plain",))
    return _page(request, "demo/mail.html", {"mail": message, "text": text.get_content() if text else ""})


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    page = render(request, template, context)
    for name, value in HEADERS.items():
        page.headers[name] = value
    return page


def _read(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


urlpatterns = [path("", mails), path("<str:name>/", mail)]
