"""Who calls: the actor for the audit trail, and what it may do."""

from rest_framework.request import Request

from foundation.accounts.models import User
from foundation.actors import ANONYMOUS, Actor


def actor(request: Request) -> Actor:
    user = request.user
    return user.actor if isinstance(user, User) else ANONYMOUS


def may(request: Request, capability: str) -> bool:
    user = request.user
    return isinstance(user, User) and user.may(capability)
