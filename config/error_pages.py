"""What a request gets that no view answers: a page for people, the API's shape for machines."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

_CODES = {
    400: ("bad_request", "The request could not be understood."),
    403: ("permission_denied", "You may not do that."),
    404: ("not_found", "There is nothing at this address."),
    500: ("internal_error", "Something went wrong here; nothing was changed."),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that lay open for too long, or that came from elsewhere."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        code, sentence = _CODES[status]
        return JsonResponse({"code": code, "detail": sentence}, status=status)
    return render(request, f"{status}.html", status=status)
