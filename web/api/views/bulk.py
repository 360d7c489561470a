"""What is done for everyone in a place: issues held back, and issues on top. `preview` counts whom it would reach."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from subscriptions.terms import actions, queries
from subscriptions.terms.models import BulkExtension, BulkHold
from web.api.callers import actor
from web.api.once import ONCE, once
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.bulk import BulkExtensionIn, BulkExtensionOut, BulkHoldEndIn, BulkHoldIn, BulkHoldOut, ReachedOut
from web.api.views.calendar import find_issue, find_magazine
from web.api.views.extensions import read

HOLDS = BulkHold.objects.select_related("reason", "from_issue", "until_issue")
EXTENSIONS = BulkExtension.objects.select_related("reason", "issue")


class BulkHolds(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(parameters=[AFTER], responses={200: BulkHoldOut(many=True), 400: Refusal, 404: Refusal})
    def get(self, request: Request, code: str) -> Response:
        """The holds for many of a magazine, the newest first."""
        return page(request, HOLDS.filter(magazine=find_magazine(code)), BulkHoldOut, by="-pk")

    @extend_schema(parameters=[ONCE], request=BulkHoldIn, responses={200: ReachedOut, 201: BulkHoldOut, **CAN_REFUSE})
    def post(self, request: Request, code: str) -> Response:
        """Hold issues back for everyone there. None of them is used up."""
        asked = read(BulkHoldIn, request)
        begins, until = find_issue(code, asked["from_issue"]), asked.get("until_issue")
        if asked["preview"]:
            return Response(ReachedOut(queries.preview_bulk_hold(from_issue=begins, where=asked["where"])).data)
        ends = find_issue(code, until) if until is not None else None
        with once(request):
            bulk = actions.bulk_hold(
                from_issue_id=begins.pk,
                until_issue_id=ends.pk if ends else None,
                reason_code=asked["reason"],
                where=asked["where"],
                by=actor(request),
                now=clock.now(),
            )
        return Response(BulkHoldOut(bulk).data, status=201)


class BulkHoldEnds(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=BulkHoldEndIn, responses={200: BulkHoldOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Send everyone it holds the issue named again, or else the first that a change still reaches."""
        found = HOLDS.select_related("magazine").filter(uuid=uuid).first()
        if found is None:
            raise NotFound("There is no such hold.")
        until = read(BulkHoldEndIn, request).get("until_issue")
        bulk = actions.end_bulk_hold(
            bulk_id=found.pk,
            until_issue_id=None if until is None else find_issue(found.magazine.code, until).pk,
            by=actor(request),
            now=clock.now(),
        )
        return Response(BulkHoldOut(bulk).data)


class BulkExtensions(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(parameters=[AFTER], responses={200: BulkExtensionOut(many=True), 400: Refusal, 404: Refusal})
    def get(self, request: Request, code: str) -> Response:
        """The issues that were given on top to many, the newest first."""
        return page(request, EXTENSIONS.filter(magazine=find_magazine(code)), BulkExtensionOut, by="-pk")

    @extend_schema(
        parameters=[ONCE],
        request=BulkExtensionIn,
        responses={200: ReachedOut, 201: BulkExtensionOut, **CAN_REFUSE},
    )
    def post(self, request: Request, code: str) -> Response:
        """Give issues on top to everyone who was to get an issue there; the reason decides what the money does."""
        asked = read(BulkExtensionIn, request)
        issue = find_issue(code, asked["issue"])
        if asked["preview"]:
            return Response(ReachedOut(queries.preview_bulk_extension(issue=issue, where=asked["where"])).data)
        with once(request):
            bulk = actions.bulk_extend(
                issue_id=issue.pk,
                issues=asked["issues"],
                reason_code=asked["reason"],
                where=asked["where"],
                by=actor(request),
                now=clock.now(),
            )
        return Response(BulkExtensionOut(bulk).data, status=201)


class OneBulkExtension(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={200: BulkExtensionOut, 404: Refusal, 409: Refusal})
    def delete(self, request: Request, uuid: UUID) -> Response:
        """Take the issues back wherever they have not gone out yet."""
        found = EXTENSIONS.filter(uuid=uuid).first()
        if found is None:
            raise NotFound("There is no such gift of issues.")
        bulk = actions.take_back_bulk_extension(bulk_id=found.pk, by=actor(request), now=clock.now())
        return Response(BulkExtensionOut(bulk).data)
