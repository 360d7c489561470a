"""Long lists, a hundred rows at a time: the header `Link` leads on while there is more."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.errors import Invalid
from web.api.views.offers import refuse_unknown_parameters

A_PAGE = 100
AFTER = OpenApiParameter(
    "after", required=False, type=int, description="Where the page before ended: it stands in the header `Link` there."
)


def page(
    request: Request,
    rows: QuerySet[Any],
    shape: type[serializers.Serializer[Any]],
    *,
    by: str,
    shown: Callable[[list[Any]], Sequence[Any]] = list,
    kept: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """One page of `rows`.

    :param by: the column of whole numbers, each there once, in whose order they come; `-pk` is the newest first
    :param shown: makes of the rows of a page what the shape shows
    :param kept: other parameters of the request, which the next page is asked for with
    :raises Invalid: for a parameter that is unknown, or an `after` that is no whole number
    """
    refuse_unknown_parameters(request, {"after", *kept})
    column, beyond = by.removeprefix("-"), "lt" if by.startswith("-") else "gt"
    after = _after(request)
    if after is not None:
        rows = rows.filter(**{f"{column}__{beyond}": after})
    found = list(rows.order_by(by)[: A_PAGE + 1])
    headers = {}
    if len(found) > A_PAGE:
        there = urlencode({**kept, "after": getattr(found[A_PAGE - 1], column)})
        headers["Link"] = f'<{request.path}?{there}>; rel="next"'
    return Response(shape(shown(found[:A_PAGE]), many=True).data, headers=headers)


def _after(request: Request) -> int | None:
    typed = request.query_params.get("after")
    if typed is None:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        raise Invalid({"after": [("malformed", "Take it from the header Link of the page before.")]})
    return int(typed)
