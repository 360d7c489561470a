"""A pytest plugin (see pyproject): people of the desk, signed in with their second factor, and callers with tokens.

`client_for("clerk")` is a Django test client on the desk, `api_for("finance")` one that sends a token to the API; the
functions of the same names without fixture, `signed_in` and `with_token`, serve tests with an `own_database`.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

# Not a secret: it only has to be long enough for the house's own rules.
PASSWORD = "a lantern in the window"

ClientFor = Callable[[str], Any]


def member(role: str) -> Any:
    """The one member of staff (or machine) with this role, with a second factor: made when first asked for."""
    from foundation.accounts.actions import enrol_totp
    from foundation.accounts.models import User

    email = f"{role}@desk.example"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, PASSWORD, role=role, name=f"Some {role.title()}")
        enrol_totp(user)
    return user


def signed_in(role: str) -> Any:
    """A client whose session has proved password and second factor, as after the sign-in pages."""
    from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
    from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
    from django.test import Client

    user, client = member(role), Client()
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True},
        {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True},
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


def with_token(role: str) -> Any:
    """A client that sends a token of this role with every request."""
    from django.test import Client

    from foundation.accounts.models import ApiToken

    return Client(headers={"Authorization": f"Bearer {ApiToken.issue(user=member(role), label='tests')}"})


def code_for(secret: str) -> str:
    """What an authenticator app with this secret shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


@pytest.fixture
def standing_clock() -> Iterator[None]:
    """The half minute of the authenticator does not end between a code and its use."""
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        yield


@pytest.fixture
def client_for(db: None) -> ClientFor:
    return signed_in


@pytest.fixture
def api_for(db: None) -> ClientFor:
    return with_token
