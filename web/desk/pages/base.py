"""What every page of the desk is made of: a capability, a template, and for verbs: it asks first and acts on POST."""

import re
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views import View

from foundation.accounts.models import User
from foundation.actors import Actor
from foundation.errors import DomainError, Invalid, NotFound
from foundation.limits.once import AlreadyDone, is_spent, spend_key


class DeskPage(View):
    """One page. A page without a capability of `foundation.accounts.rules` lets nobody in."""

    capability: ClassVar[str]
    template: ClassVar[str]
    title: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.staff.may(self.capability):
            raise PermissionDenied
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotFound as gone:
            raise Http404(gone.sentence) from gone

    @property
    def staff(self) -> User:
        user = self.request.user
        if not isinstance(user, User):
            raise PermissionDenied
        return user

    @property
    def actor(self) -> Actor:
        return self.staff.actor

    def show(self, *, status: int = HTTPStatus.OK, title: str = "", **context: Any) -> TemplateResponse:
        from web.desk.site import site  # which is made of these pages

        whole = {
            **site.each_context(self.request),
            "title": title or self.title,
            "may": Capabilities(self.staff),
            **context,
        }
        return TemplateResponse(self.request, self.template, whole, status=status)


class Capabilities:
    """`may.work_runs` in a template: whether the member of staff has this capability.

    :raises KeyError: for a capability that is not in the table, so that a typing error is never a no either
    """

    def __init__(self, user: User) -> None:
        self._user = user

    def __getitem__(self, capability: str) -> bool:
        return self._user.may(capability)


class Verb(DeskPage):
    """A change: GET asks, POST acts and goes back with a sentence. A refusal is shown on the page; nothing is lost."""

    template = "desk/verb.html"
    form_class: type[forms.Form] = forms.Form
    button: ClassVar[str]
    is_grave: ClassVar[bool] = False
    # Pressed again it would be done again, as nothing in the state of things refuses it. Its form carries a key that is
    # spent in the transaction of the act; so not for an act that talks to somebody outside.
    acts_once: ClassVar[bool] = False

    def find(self) -> Any:
        """What is changed. :raises NotFound:"""
        raise NotImplementedError

    def asks(self, subject: Any) -> list[str]:
        """What will happen, in sentences."""
        raise NotImplementedError

    def act(self, subject: Any, answers: dict[str, Any]) -> str:
        """Make the one call; answers the sentence that says what has happened.

        :raises DomainError: a refusal
        """
        raise NotImplementedError

    def back(self, subject: Any) -> str:
        """Where one came from, and where one goes afterwards."""
        raise NotImplementedError

    def named(self, subject: Any) -> str:
        return self.title

    def initial(self, subject: Any) -> dict[str, Any]:
        return {}

    def form_arguments(self, subject: Any) -> dict[str, Any]:
        return {}

    def extras(self, subject: Any) -> dict[str, Any]:
        """More for the template."""
        return {}

    def tell_first(self, subject: Any, form: Any) -> HttpResponse | None:
        """For a verb that asks twice: the page that says what the typed answers mean; None once that was seen."""
        return None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        subject = self.find()
        form = self.form_class(initial=self.initial(subject), **self.form_arguments(subject))
        return self._ask(subject, form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        subject = self.find()
        if self._key and is_spent(key=self._key, by=self.actor):
            return self.leave(subject, "That is done already; nothing was done a second time.")
        form = self.form_class(request.POST, initial=self.initial(subject), **self.form_arguments(subject))
        if not form.is_valid():
            return self._ask(subject, form, status=HTTPStatus.BAD_REQUEST)
        return self.tell_first(subject, form) or self._do(subject, form)

    def show(self, **context: Any) -> TemplateResponse:
        return super().show(**{"once": uuid.uuid4().hex if self.acts_once else "", **context})

    @property
    def _key(self) -> str:
        """The key of the form that was sent; none where a second time does no harm."""
        key = self.request.POST.get("once", "") if self.acts_once else ""
        return key if re.fullmatch("[0-9a-f]{32}", key) else ""

    def _do(self, subject: Any, form: forms.Form) -> HttpResponse:
        try:
            done = self._act_once(subject, form.cleaned_data) if self._key else self.act(subject, form.cleaned_data)
        except AlreadyDone as twice:
            return self.leave(subject, twice.sentence)
        except Invalid as refusal:
            put_into(form, refusal)
            return self._ask(subject, form, status=HTTPStatus.BAD_REQUEST)
        except DomainError as refusal:
            return self._ask(subject, form, status=HTTPStatus.CONFLICT, refusal=refusal.sentence)
        return self.leave(subject, done)

    @transaction.atomic
    def _act_once(self, subject: Any, answers: dict[str, Any]) -> str:
        spend_key(key=self._key, body=self.request.path, by=self.actor)
        return self.act(subject, answers)

    def leave(self, subject: Any, done: str) -> HttpResponse:
        messages.success(self.request, done)
        return HttpResponseRedirect(self.back(subject))

    def _ask(
        self, subject: Any, form: forms.Form, *, status: int = HTTPStatus.OK, refusal: str = "", **other: Any
    ) -> HttpResponse:
        """The page; `other` takes the place of what stands on it, as for a verb that asks twice."""
        page = {
            "title": self.named(subject),
            "subject": subject,
            "form": form,
            "sentences": other.get("sentences") or self.asks(subject),
            "button": self.button,
            "is_grave": self.is_grave,
            "back_url": self.back(subject),
            **self.extras(subject),
        }
        return self.show(status=status, refusal=refusal, **{**page, **other})


def put_into(form: forms.Form, refusal: Invalid) -> None:
    """Show each problem at its field, or above the form where the form has no such field."""
    for path, problems in refusal.fields.items():
        name = path.rpartition(".")[2]
        for code, sentence in problems:
            form.add_error(name if name in form.fields else None, forms.ValidationError(sentence, code=code))


def text_of(answers: Mapping[str, Any], name: str) -> str:
    return str(answers.get(name) or "")
