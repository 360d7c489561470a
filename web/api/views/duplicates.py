"""Two files that may be of one person: the questions that wait, and a clerk's answers. `merges/` makes them one."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from subscriptions.readers import actions, queries
from web.api.callers import actor
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.reader_answers import duplicate_answers
from web.api.shapes.base import Refusal
from web.api.shapes.readers import DuplicateAnswerIn, DuplicateOut
from web.api.views.extensions import read

CAN_REFUSE: dict[Any, Any] = {400: Refusal, 404: Refusal}


class Duplicates(APIView):
    permission_classes = [May("see_work_list")]

    @extend_schema(parameters=[AFTER], responses={200: DuplicateOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """The pairs that wait for an answer, the oldest first."""
        return page(request, queries.open_duplicates(), DuplicateOut, by="pk", shown=duplicate_answers)


class DuplicateAnswers(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=DuplicateAnswerIn, responses={200: DuplicateOut, **CAN_REFUSE})
    def post(self, request: Request, pair_id: int) -> Response:
        """Say whether they are one person. It can be said otherwise later; nothing is merged by it."""
        asked = read(DuplicateAnswerIn, request)
        pair = actions.answer_duplicate(pair_id=pair_id, by=actor(request), now=clock.now(), **asked)
        return Response(DuplicateOut(duplicate_answers([pair])[0]).data)
