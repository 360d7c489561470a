"""A reader's copy of everything, and erasure: asked for, let begin, closed, fetched."""

from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from subscriptions.readers import actions
from subscriptions.readers.models import PrivacyRequest
from web.api.callers import actor
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.people import CloseIn, PrivacyIn, PrivacyOut
from web.api.views.extensions import read


class PrivacyRequests(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(parameters=[AFTER], responses={200: PrivacyOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """Requests for copies and erasures, the newest first."""
        return page(request, PrivacyRequest.objects.select_related("reader"), PrivacyOut, by="-pk")

    @extend_schema(request=PrivacyIn, responses={202: PrivacyOut, **CAN_REFUSE})
    def post(self, request: Request) -> Response:
        """Ask for a copy of everything about a reader, or for erasure. Each app does its part shortly after."""
        body = PrivacyIn(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        made = actions.ask_privacy(
            reader_id=int(asked["reader"]),
            kind=asked["kind"],
            verified=asked["verified"],
            by=actor(request),
            now=clock.now(),
        )
        return Response(PrivacyOut(made).data, status=202)


class OnePrivacyRequest(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(responses={200: PrivacyOut, 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """How far a request is, and why it was refused."""
        return Response(PrivacyOut(find_request(uuid)).data)


class Starts(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={202: PrivacyOut, 404: Refusal, 409: Refusal})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Let an erasure begin that the reader asked for. It cannot be undone."""
        begun = actions.start_erasure(request_id=find_request(uuid).pk, by=actor(request), now=clock.now())
        return Response(PrivacyOut(begun).data, status=202)


class Closings(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=CloseIn, responses={200: PrivacyOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Close a request that is not to be carried out. What has been erased by then stays erased."""
        found, asked = find_request(uuid), read(CloseIn, request)
        closed = actions.close_request(request_id=found.pk, by=actor(request), now=clock.now(), **asked)
        return Response(PrivacyOut(closed).data)


class PrivacyFile(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY, 404: Refusal, 409: Refusal})
    def get(self, request: Request, uuid: UUID) -> FileResponse:
        """The copy of everything, as a ZIP with reader.json and index.html. Who fetched it is kept."""
        found = find_request(uuid)
        stored = actions.open_file(request_id=found.pk, by=actor(request))
        name = f"reader-{found.reader.number}.zip"
        return FileResponse(stored, as_attachment=True, filename=name, content_type="application/zip")


def find_request(uuid: UUID) -> PrivacyRequest:
    """:raises NotFound:"""
    found = PrivacyRequest.objects.select_related("reader").filter(uuid=uuid).first()
    if found is None:
        raise NotFound("There is no such request.")
    return found
