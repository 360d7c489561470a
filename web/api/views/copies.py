from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from orders.checkout import actions
from subscriptions.terms import queries as terms
from web.api.callers import actor
from web.api.permissions import May
from web.api.shapes.base import Refusal
from web.api.shapes.cancellations import CopiesIn, CopiesOut
from web.api.views.renewals import find_in_force


class Copies(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=CopiesIn, responses={201: CopiesOut, 400: Refusal, 404: Refusal, 409: Refusal})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Send another number of copies from the first issue that a change reaches."""
        subscription = find_in_force(uuid)
        asked = CopiesIn(data=request.data)
        asked.is_valid(raise_exception=True)
        done = actions.change_copies(
            subscription_id=subscription.pk, by=actor(request), now=clock.now(), **asked.validated_data
        )
        expire = terms.expire(subscription.pk)
        answer = {
            "first_issue": done.terms[0].start_issue,
            "last_issue": expire.issue,
            "issues_left": expire.units_left,
            "credits": done.credits,
        }
        return Response(CopiesOut(answer).data, status=201)
