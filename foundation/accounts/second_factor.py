"""Staff sign in with a second factor, always. allauth has no switch for it, so this middleware is one."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

SIGN_IN = "/desk/sign-in/"

Answer = Callable[[HttpRequest], HttpResponse]


class SecondFactorMiddleware:
    """A signed-in user without a second factor can go nowhere but to where one is set up."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and not request.path.startswith((SIGN_IN, "/static/")) and not is_mfa_enabled(user):
            return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)
