"""Revenue reports as JSON (cents), CSV and XLSX; the same files as on the desk."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from orders.revenue import exports
from orders.revenue.models import NightlyCheck
from web.api.permissions import May
from web.api.shapes.base import Refusal
from web.api.shapes.revenue import ReportAsked
from web.api.views.offers import refuse_unknown_parameters

SPAN = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="First book date; this year's first day by default."),
    OpenApiParameter("until", OpenApiTypes.DATE, description="The day after the last; tomorrow by default."),
    OpenApiParameter("currency", str, description="Three letters, usd by default."),
    OpenApiParameter("as", str, enum=["json", "csv", "xlsx"], description="How the report comes; json by default."),
]
MAGAZINE = OpenApiParameter("magazine", str, description="One magazine's code; all by default.")
FILES: dict[Any, Any] = {
    (200, "application/json"): OpenApiTypes.OBJECT,
    (200, "text/csv"): OpenApiTypes.BINARY,
    (200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"): OpenApiTypes.BINARY,
    400: Refusal,
}


class Report(APIView):
    """One report; `write` makes its file."""

    permission_classes = [May("see_money")]
    write: ClassVar[Callable[..., exports.ReportFile]]
    by_magazine = True

    def answer(self, request: Request) -> HttpResponse:
        asked = ReportAsked(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        span = asked.validated_data
        known = {"magazine": span["magazine"]} if self.by_magazine and "magazine" in span else {}
        name, content_type, content = type(self).write(
            format=span["as"],
            from_day=span["from"],
            until=span["until"],
            currency=span["currency"],
            now=clock.now(),
            **known,
        )
        headers = {} if span["as"] == "json" else {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type=content_type, headers=headers)


class RollForward(Report):
    write = staticmethod(exports.roll_forward_file)

    @extend_schema(parameters=[*SPAN, MAGAZINE], responses=FILES)
    def get(self, request: Request) -> HttpResponse:
        """Deferred revenue from month end to month end, held against the sub-ledger."""
        return self.answer(request)


class EarnedByIssue(Report):
    write = staticmethod(exports.earned_by_issue_file)

    @extend_schema(parameters=[*SPAN, MAGAZINE], responses=FILES)
    def get(self, request: Request) -> HttpResponse:
        """What each mailed issue has earned, with its copies by class."""
        return self.answer(request)


class TrialBalance(Report):
    write = staticmethod(exports.trial_balance_file)
    by_magazine = False

    @extend_schema(parameters=SPAN, responses=FILES)
    def get(self, request: Request) -> HttpResponse:
        """Every account's opening, debits, credits and closing."""
        return self.answer(request)


class CheckOut(serializers.Serializer[Any]):
    """The last nightly check of the ten invariants."""

    begun_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    is_clean = serializers.BooleanField()
    findings = serializers.ListField(child=serializers.DictField())


class Checks(APIView):
    permission_classes = [May("see_checks")]

    @extend_schema(responses={200: CheckOut(many=True)})
    def get(self, request: Request) -> Response:
        """The last ten nightly checks, newest first."""
        refuse_unknown_parameters(request, set())
        return Response(CheckOut(NightlyCheck.objects.order_by("-pk")[:10], many=True).data)
