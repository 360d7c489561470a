from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from foundation.accounts.models import User
from foundation.accounts.rules import Role
from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError, Invalid


class EmailIsTaken(DomainError):
    code = "email_is_taken"


class LastAdministrator(DomainError):
    code = "last_administrator"


@sensitive_variables("password")
@transaction.atomic
def add_user(*, email: str, role: str, by: Actor, name: str = "", password: str | None = None) -> User:
    """An account for a member of staff, or for a machine, which gets no password but a token.

    :raises EmailIsTaken: however the address is spelled
    :raises Invalid: when the password is too weak
    """
    if User.objects.filter(email__iexact=email).exists():
        raise EmailIsTaken("There is an account with this e-mail address.")
    if password is not None:
        _refuse_weak(password, User(email=email, name=name))
    user = User.objects.create_user(email, password, role=Role(role), name=name)
    audit.record(by, "user.added", user, role=user.role)
    return user


@transaction.atomic
def change_role(*, user_id: int, role: str, by: Actor) -> None:
    """:raises LastAdministrator: somebody has to be able to let the others in"""
    if role != Role.ADMIN:
        _refuse_last_administrator(user_id)
    user = User.objects.select_for_update().get(pk=user_id)
    before, user.role = user.role, Role(role)
    user.save(update_fields=["role"])
    audit.record(by, "user.role_changed", user, before=before, after=user.role)


@transaction.atomic
def close_account(*, user_id: int, by: Actor) -> None:
    """From the next request on neither a session nor a token of this user opens anything.

    :raises LastAdministrator: somebody has to be able to let the others in
    """
    _refuse_last_administrator(user_id)
    user = User.objects.select_for_update().get(pk=user_id)
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record(by, "user.closed", user)


@transaction.atomic
def reopen_account(*, user_id: int, by: Actor) -> None:
    user = User.objects.select_for_update().get(pk=user_id)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(by, "user.reopened", user)


@sensitive_variables("password")
@transaction.atomic
def set_password(*, user_id: int, password: str, by: Actor) -> None:
    """Set another password, which ends the user's sessions.

    :raises Invalid: when it is too weak
    """
    user = User.objects.select_for_update().get(pk=user_id)
    _refuse_weak(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(by, "user.password_set", user)


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Invalid({"password": [("weak_password", sentence) for sentence in weak.messages]}) from None


def _refuse_last_administrator(user_id: int) -> None:
    # Every administrator's row is locked, in one order and before any other row, so that two of them can neither send
    # each other away at the same time nor wait for each other for ever.
    active = User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).order_by("pk")
    if {other.pk for other in active} == {user_id}:
        raise LastAdministrator("This is the last administrator. Make somebody else one first.")
