"""The desk: Django's admin with the unfold theme, and pages of our own. Every address asks for a capability."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from csp.constants import UNSAFE_EVAL
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.sites import UnfoldAdminSite

from foundation.accounts.models import User

DeskView = Callable[..., HttpResponseBase]
# The admin's own pages that the desk does not have: it has its own, or nothing leads there.
LEFT_OUT = {"password_change_done", "view_on_site", "autocomplete"}


class DeskSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    site_title = "Masthead desk"
    index_title = "Today"
    # What leads nowhere is a plain 404 for everyone.
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.may("open_desk")

    def admin_view(self, view: DeskView, cacheable: bool = False) -> DeskView:
        guarded: DeskView = super().admin_view(_in_book_time(view), cacheable)

        # Alpine, which moves the theme's menus, makes functions of texts. Nobody but the desk gets this.
        @csp_update({"script-src": [UNSAFE_EVAL]})  # type: ignore[untyped-decorator]  # django-csp is not typed here
        def desk_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            if not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        answer: DeskView = desk_view
        return answer

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from web.desk.pages.urls import pages  # the pages need the site that is being made here

        kept = [url for url in super().get_urls() if getattr(url, "name", "") not in LEFT_OUT]
        return [*pages(self.admin_view), *kept]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        from web.desk.pages.dashboard import Dashboard  # as above

        return Dashboard.as_view()(request)

    # The sign-in has a second factor and pages of its own; these names are where the theme's links lead.

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect(settings.LOGIN_URL)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return _sign_out(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_change_password")


@require_POST
def _sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def _in_book_time(view: DeskView) -> DeskView:
    """Times are shown and typed in the book time zone; the answer is rendered before the zone is left again."""

    def in_zone(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(ZoneInfo(settings.BOOK_TIME_ZONE)):
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response.render()
            return response

    return in_zone


site = DeskSite(name="admin")
