"""Two files of one person made one: tried first, done, listed, and undone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from subscriptions.readers import actions, queries
from subscriptions.readers.models import ReaderMerge
from subscriptions.terms import actions as terms
from web.api.callers import actor
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.reader_answers import merge_answer
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.merges import MergeIn, MergeOut, MergePreviewOut
from web.api.views.extensions import read
from web.api.views.people import find


class Merges(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=MergeIn, responses={200: MergePreviewOut, 201: MergeOut, **CAN_REFUSE})
    def post(self, request: Request) -> Response:
        """Make one file an alias of another. Subscriptions follow within a minute; payers and money stay.

        A preview is a 200: the subscriptions of the kept file as they would be, which become one, and why others stay.
        """
        asked = read(MergeIn, request)
        wanted: dict[str, Any] = {
            "kept_id": int(asked["kept"]),
            "merged_id": int(asked["merged"]),
            "joins_lines": asked["joins_lines"],
            "by": actor(request),
            "now": clock.now(),
        }
        if asked["preview"]:
            return Response(MergePreviewOut({**asked, "lines": terms.preview_merge(**wanted)}).data)
        return Response(MergeOut(merge_answer(actions.merge_readers(**wanted))).data, status=201)


class OneMerge(APIView):
    def get_permissions(self) -> list[Any]:
        return [May("see_readers" if self.request.method in SAFE_METHODS else "change_readers")()]

    @extend_schema(responses={200: MergeOut, 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """How far a merge is."""
        return Response(MergeOut(merge_answer(find_merge(uuid))).data)

    @extend_schema(request=None, responses={200: MergeOut, **CAN_REFUSE})
    def delete(self, request: Request, uuid: UUID) -> Response:
        """Undo a merge: the subscriptions that came with it go back."""
        merge = actions.unmerge_readers(merge_id=find_merge(uuid).pk, by=actor(request), now=clock.now())
        return Response(MergeOut(merge_answer(merge)).data)


class ReaderMerges(APIView):
    permission_classes = [May("see_readers")]

    @extend_schema(parameters=[AFTER], responses={200: MergeOut(many=True), 400: Refusal, 404: Refusal})
    def get(self, request: Request, number: str) -> Response:
        """What was merged into a reader, or out of it, undone or not; the newest first."""
        return page(request, queries.merges_of(find(number).pk), MergeOut, by="-pk", shown=_told)


def _told(merges: Sequence[ReaderMerge]) -> list[ReaderMerge]:
    return [merge_answer(merge) for merge in merges]


def find_merge(uuid: UUID) -> ReaderMerge:
    """:raises NotFound:"""
    merge = ReaderMerge.objects.select_related("kept", "merged").filter(uuid=uuid).first()
    if merge is None:
        raise NotFound("There is no such merge.")
    return merge
