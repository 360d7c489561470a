"""The house's settings: what there is to set up, and mail."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from foundation import clock
from foundation.mail import actions, queries
from foundation.mail.models import OutgoingMail
from web.desk.forms.settings import MailServerForm
from web.desk.pages.base import DeskPage, Verb
from web.desk.queries import getting_started


class Settings(DeskPage):
    capability = "set_up"
    template = "desk/settings.html"
    title = "Settings"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(
            steps=getting_started.steps(),
            environment=settings.ENVIRONMENT,
            public_url=settings.PUBLIC_URL,
            book_time_zone=settings.BOOK_TIME_ZONE,
            commit=settings.MASTHEAD_COMMIT,
        )


class MailSettings(DeskPage):
    """Where mail goes out, as set up here or in the environment, and what came of the last test."""

    capability = "set_up"
    template = "desk/mail_settings.html"
    title = "Mail"

    def get(self, request: HttpRequest) -> HttpResponse:
        backend = settings.EMAIL_BACKEND
        return self.show(
            server=queries.mail_server(),
            sender=queries.sender(),
            backend=backend.rpartition(".")[2],
            goes_to_folder=backend.endswith("FolderBackend"),
            folder=settings.MAIL_FOLDER.name,
            is_smtp=backend.endswith(("HouseSmtp", "smtp.EmailBackend")),
            environment_host=settings.EMAIL_HOST,
            environment_port=settings.EMAIL_PORT,
            bounce_url=f"{settings.PUBLIC_URL}/api/v1/mail/bounces/",
            has_bounce_token=bool(settings.MAIL_BOUNCE_TOKEN),
            tests=OutgoingMail.objects.filter(kind="test").order_by("-pk")[:5],
            waiting=OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING).count(),
        )


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SetMailServer(Verb):
    capability = "set_up"
    title = "The mail server"
    button = "Send mail through it"
    form_class = MailServerForm

    def find(self) -> None:
        return None

    def initial(self, subject: None) -> dict[str, Any]:
        server = queries.mail_server()
        if server is None:
            return {"sender": queries.sender()}
        return {name: getattr(server, name) for name in ("sender", "host", "port", "security", "username")}

    def asks(self, subject: None) -> list[str]:
        return ["All mail goes out through this server from now on. The password is kept encrypted and never shown."]

    def act(self, subject: None, answers: dict[str, Any]) -> str:
        actions.set_mail_server(
            sender=answers["sender"],
            host=answers["host"],
            port=answers["port"],
            security=answers["security"],
            username=answers["username"],
            password=answers["password"] or None,
            by=self.actor,
            now=clock.now(),
        )
        return "The mail server is set. Send yourself a test mail next."

    def back(self, subject: None) -> str:
        return reverse("admin:mail_settings")


class SendTestMail(Verb):
    capability = "set_up"
    title = "Send a test mail"
    button = "Send it"

    def find(self) -> None:
        return None

    def asks(self, subject: None) -> list[str]:
        return [f"A mail from {queries.sender()} to {self.staff.email}. Below you see whether the server took it."]

    def act(self, subject: None, answers: dict[str, Any]) -> str:
        actions.send_test_mail(to_email=self.staff.email, now=clock.now())
        return f"A test mail to {self.staff.email} is on its way. Look here again in a minute."

    def back(self, subject: None) -> str:
        return reverse("admin:mail_settings")
