"""The reasons that may be given, with their codes: for a claim, an extension, a cancellation or a hold."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.errors import Invalid
from subscriptions.terms.models import ServiceReason
from web.api.permissions import May
from web.api.shapes.base import Refusal
from web.api.shapes.reasons import ReasonOut
from web.api.views.offers import refuse_unknown_parameters

USE = OpenApiParameter("use", enum=ServiceReason.Use.values, description="What it is given for; all when left out.")


class Reasons(APIView):
    permission_classes = [May("see_calendar")]

    @extend_schema(parameters=[USE], responses={200: ReasonOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """The reasons that may be given today, in the order in which staff see them."""
        refuse_unknown_parameters(request, {"use"})
        reasons = ServiceReason.objects.filter(is_active=True).select_related("claim_reason")
        if (use := request.query_params.get("use")) is not None:
            if use not in ServiceReason.Use.values:
                sentence = f"One of {', '.join(ServiceReason.Use.values)}."
                raise Invalid({"use": [("unknown", sentence)]})
            reasons = reasons.filter(use=use)
        return Response(ReasonOut(reasons.order_by("use", "position", "pk"), many=True).data)
