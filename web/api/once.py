"""The header `Idempotency-Key`: a request that is sent again under its key is not carried out again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from foundation.errors import Invalid
from foundation.limits.once import spend_key
from web.api.callers import actor

HEADER = "Idempotency-Key"
SHAPE = {"type": "string", "minLength": 8, "maxLength": 80, "pattern": r"^[A-Za-z0-9_\-:.]{8,80}$"}
# For what would be done a second time if it were sent again.
ONCE = OpenApiParameter(
    HEADER,
    location=OpenApiParameter.HEADER,
    required=False,
    type=SHAPE,
    description="8 to 80 letters, digits and -_:. of the caller's choice: under the same key it is done once, and sent "
    "again it is refused with `already_done`. Without a key it is done again.",
)


@contextmanager
def once(request: Request) -> Iterator[None]:
    """What stands in it is carried out with the request's key, if it has one, or neither of the two.

    :raises AlreadyDone, KeyUsedForSomethingElse: when the key is spent
    :raises Invalid: when it is malformed
    """
    if HEADER not in request.headers:
        yield
        return
    body = json.dumps([request.path, request.data], sort_keys=True, default=str)
    with transaction.atomic():
        spend_key(key=idempotency_key(request), body=body, by=actor(request))
        yield


def idempotency_key(request: Request) -> str:
    """:raises Invalid: when the header is missing or malformed"""
    key = request.headers.get(HEADER, "")
    allowed = all(c.isascii() and (c.isalnum() or c in "-_:.") for c in key)
    if not 8 <= len(key) <= 80 or not allowed:
        sentence = "An Idempotency-Key header has 8 to 80 letters, digits or -_:., and every order needs one."
        raise Invalid({HEADER: [("required" if not key else "malformed", sentence)]})
    return key
