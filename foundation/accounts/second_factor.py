"""Staff sign in with a second factor, always. allauth has no switch for it, so this middleware is one."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from foundation.accounts.models import User
from foundation.accounts.queries import has_second_factor

# The API knows no sessions: it asks for a token, and whether its owner has a second factor.
ELSEWHERE = ("/api/", "/static/")
# Where somebody may go who has signed in with a password alone: the page that asks for more, and out.
TO_SET_UP = ("mfa_activate_totp", "account_reauthenticate", "account_login", "account_logout")
TO_PROVE = ("mfa_reauthenticate", "account_login", "account_logout")

Answer = Callable[[HttpRequest], HttpResponse]


class SecondFactorMiddleware:
    """Lets a signed-in user go anywhere only once this very session has proved a second factor.

    However the session began: a second door with a password form, such as the admin's own, opens nothing by itself.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not request.path.startswith(ELSEWHERE):
            missing = _missing_step(request, request.user)
            if missing and request.path not in map(reverse, missing):
                return HttpResponseRedirect(f"{reverse(missing[0])}?{urlencode({'next': request.path})}")
        return self.get_response(request)


def _missing_step(request: HttpRequest, user: User) -> tuple[str, ...]:
    """The pages that this session is confined to, the one it has to pass first; empty when nothing is missing."""
    if not has_second_factor(user):
        return TO_SET_UP
    if not any(record["method"] == "mfa" for record in get_authentication_records(request, user)):
        return TO_PROVE
    return ()
