"""The admin's pages under the desk's rules: capabilities, our own audit trail, nothing deleted."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline

from foundation.accounts.models import User
from foundation.audit import actions as audit
from web.desk.templatetags.desk import when


def may(request: HttpRequest, capability: str) -> bool:
    return isinstance(request.user, User) and bool(capability) and request.user.may(capability)


class DeskAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """`sees` and `changes` are capabilities. Without `changes` the rows can only be read; nobody deletes anything."""

    heading: ClassVar[str]
    sees: ClassVar[str]
    changes: ClassVar[str] = ""
    show_full_result_count = False
    list_per_page = 50
    list_filter_submit = False
    # The admin's checkbox for deleting many rows; nothing here is deleted.
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.sees)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request, self.sees)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, self.changes)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request, self.changes)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def named(self, obj: Any) -> str:
        """One row, for the heading of its page."""
        return str(obj)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **more: Any) -> HttpResponse:
        obj = more.get("obj")
        context["named"] = self.named(obj) if obj is not None else "new"
        answer: HttpResponse = super().render_change_form(request, context, **more)
        return answer

    # The admin's own log knows users only; the trail of the house knows every actor.

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        self._record(request, obj, "added", message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        self._record(request, obj, "changed", message)

    def _record(self, request: HttpRequest, obj: Model, what: str, message: Any) -> None:
        if isinstance(request.user, User):
            name = str(obj._meta.model_name)
            audit.record(request.user.actor, f"{name}.{what}", obj, fields=_fields_in(message))

    def get_urls(self) -> list[Any]:
        """Without the admin's history: what happened to a row stands in the audit trail."""
        left_out = ("_history", "_delete")
        return [url for url in super().get_urls() if not str(url.name or "").endswith(left_out)]


class ReadOnlyAdmin(DeskAdmin):
    """Rows that only the machinery writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class DeskInline(TabularInline):  # type: ignore[misc]  # as above
    sees: ClassVar[str]
    changes: ClassVar[str] = ""
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request, self.sees)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request, self.changes)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request, self.changes)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request, self.changes)


def moment(name: str, label: str) -> Callable[[Any], SafeString | str]:
    """A column with a moment in the book time zone, which the lists can be ordered by."""

    @admin.display(description=label, ordering=name)
    def column(row: Any) -> SafeString | str:
        return when(getattr(row, name))

    return column


def _fields_in(message: Any) -> list[str]:
    """The names of the fields that the admin says were changed; never what was typed."""
    if not isinstance(message, list):
        return []
    names = [name for part in message for name in part.get("changed", {}).get("fields", [])]
    return [str(name) if isinstance(name, Promise) else name for name in names]
