"""May this reader in? For the magazine's website (rule 4.34). No answer tells a name or an address.

Whoever asks by mail address has made sure that it is the visitor's own: it stands in a body, never in an address bar.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import Invalid
from foundation.limits.actions import count_and_refuse
from subscriptions.fulfillment.rules.keyline import reader_number
from subscriptions.readers.models import Reader
from subscriptions.readers.queries import reader_in_force, readers_with_email
from subscriptions.terms import queries
from subscriptions.terms.queries import Entitlement
from web.api.callers import actor
from web.api.permissions import May
from web.api.shapes.base import Refusal, StrictSerializer
from web.api.shapes.subscriptions import EntitlementsOut
from web.api.views.offers import refuse_unknown_parameters
from web.api.views.renewals import find_in_force

NUMBER = OpenApiParameter(
    "subscriber_number", type=str, description="As on the label: seven digits, or eight with the check digit."
)
SUBSCRIPTION = OpenApiParameter("subscription", type=OpenApiTypes.UUID)
# An answer may be kept until the next quarter of an hour: whoever was refunded is out by then.
KEPT_FOR = dt.timedelta(minutes=15)
RESPONSES: dict[Any, Any] = {200: EntitlementsOut, 400: Refusal, 404: Refusal, 429: Refusal}


class LookupIn(StrictSerializer):
    email = serializers.EmailField(max_length=254)


class Entitlements(APIView):
    permission_classes = [May("see_entitlements")]

    @extend_schema(parameters=[NUMBER, SUBSCRIPTION], responses={**RESPONSES, 304: None})
    def get(self, request: Request) -> Response:
        """Whether a reader may in, by account number or subscription; with a reason and how long that lasts."""
        refuse_unknown_parameters(request, {"subscriber_number", "subscription"})
        _count(request)
        answer = _answer(_asked_for(request))
        etag = f'"{hashlib.sha256(repr(answer.data).encode()).hexdigest()[:32]}"'
        # The answer of another second is the same answer: the site's copy is confirmed and not sent again.
        unchanged: Any = get_conditional_response(request._request, etag=etag)
        if unchanged is not None and unchanged.status_code == 304:
            answer = Response(status=304)
        answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
        return answer


class Lookups(APIView):
    permission_classes = [May("see_entitlements")]

    @extend_schema(request=LookupIn, responses=RESPONSES)
    def post(self, request: Request) -> Response:
        """The same by mail address. Couples share one: whoever of them may in lets both in."""
        body = LookupIn(data=request.data)
        body.is_valid(raise_exception=True)
        _count(request)
        readers = readers_with_email(body.validated_data["email"])
        answer = _answer(queries.entitlements_of([reader.pk for reader in readers], clock.now()))
        answer["Cache-Control"] = "no-store"
        return answer


def _asked_for(request: Request) -> list[Entitlement]:
    number, uuid = request.query_params.get("subscriber_number", ""), request.query_params.get("subscription", "")
    if bool(number) == bool(uuid):
        raise Invalid({"subscriber_number": [("required", "Give an account number or a subscription, one of them.")]})
    if uuid:
        return [queries.entitlement_of(find_in_force(serializers.UUIDField().run_validation(uuid)).pk, clock.now())]
    try:
        wanted = reader_number(number)
    except ValueError as error:
        raise Invalid({"subscriber_number": [("malformed", str(error))]}) from error
    reader = Reader.objects.select_related("merged_into").filter(pk=wanted).first()
    return queries.entitlements_of([reader_in_force(reader).pk], clock.now()) if reader else []


def _answer(found: Sequence[Entitlement]) -> Response:
    known = [each for each in found if each.magazine is not None]
    best = queries.best_of(known)
    again = _next_quarter(clock.now())
    seen = {
        "best": best,
        "check_again_at": min(again, best.until) if best.until else again,
        "magazines": known,
    }
    return Response(EntitlementsOut(seen).data)


def _next_quarter(now: dt.datetime) -> dt.datetime:
    seconds = int(KEPT_FOR.total_seconds())
    return dt.datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, dt.UTC)


def _count(request: Request) -> None:
    """:raises TooMany:"""
    count_and_refuse(
        scope="entitlements",
        who=actor(request).reference,
        limit=settings.LIMIT_ENTITLEMENTS_PER_MINUTE,
        window=dt.timedelta(minutes=1),
        sentence="That is more questions than this house answers in a minute. Keep answers until `check_again_at`.",
    )
