"""Who may do what at the API: deny by default, ask for a capability, or say openly that anyone may."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from foundation.accounts.models import User
from foundation.accounts.rules import CAPABILITIES


class DenyAll(BasePermission):
    """The default: a view that names no permission of its own lets nobody in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


class AllowAnonymous(BasePermission):
    """For views that mean to be open: the word stands in the view, so that openness is never an oversight."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return True


class Capable(BasePermission):
    """Asks for one capability of `foundation.accounts.rules`; made by `May`."""

    capability: str

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, User) and request.user.may(self.capability)


def May(capability: str) -> type[Capable]:  # noqa: N802  # reads as a class where it stands: [May("see_money")]
    """The permission class for one capability.

    :raises KeyError: when there is no such capability, as soon as the view is loaded
    """
    _ = CAPABILITIES[capability]
    return type(f"May_{capability}", (Capable,), {"capability": capability})
