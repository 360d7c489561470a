from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from orders.checkout import actions
from web.api.callers import actor
from web.api.once import ONCE, once
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE
from web.api.shapes.cancellations import ConcessionIn, RefundOut
from web.api.views.renewals import find_in_force


class Concessions(APIView):
    permission_classes = [May("give_concessions")]

    @extend_schema(parameters=[ONCE], request=ConcessionIn, responses={201: RefundOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Let the running term cost less, after the fact, and give its payer the difference back. All issues come."""
        subscription = find_in_force(uuid)
        body = ConcessionIn(data=request.data)
        body.is_valid(raise_exception=True)
        with once(request):
            refund = actions.give_concession(
                subscription_id=subscription.pk, by=actor(request), now=clock.now(), **body.validated_data
            )
        return Response(RefundOut(refund).data, status=201)
