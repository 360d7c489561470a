"""What every page for readers has in common: its headers, and how a refusal looks."""

from collections.abc import Callable
from functools import wraps

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from foundation.errors import DomainError, NotFound
from foundation.limits.actions import TooMany
from subscriptions.catalog.models import Magazine

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A page that holds nothing personal. Styles come from our own file only; the desk's theme cannot do that."""

    @csp_replace({"style-src": ["'self'"]})  # type: ignore[untyped-decorator]  # django-csp ships no types
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound as unknown:
            raise Http404 from unknown
        except TooMany as refusal:
            return too_many(request, refusal)
        except DomainError as refusal:
            return render(request, "reader/refused.html", {"sentence": refusal.sentence}, status=409)

    answer: View = guarded
    return answer


def personal(view: View) -> View:
    """A page that is for one person: no cache keeps it. No other site is told its address (SECURE_REFERRER_POLICY)."""
    answer: View = never_cache(public(view))
    return answer


def too_many(request: HttpRequest, refusal: TooMany) -> HttpResponse:
    answer = render(request, "429.html", {"sentence": refusal.sentence}, status=429)
    answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def render_for_house(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """A page that belongs to no magazine. In a house with one it has that one's name, and whom to ask."""
    some = list(Magazine.objects.order_by("pk")[:2])
    magazine = some[0] if len(some) == 1 else None
    return render(request, template, {**context, "magazine": magazine}, status=status)


def find_magazine(code: str) -> Magazine:
    """:raises NotFound: when there is none of that code"""
    magazine = Magazine.objects.filter(code=code).first()
    if magazine is None:
        raise NotFound("There is no such magazine.")
    return magazine
