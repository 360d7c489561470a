from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import Invalid
from subscriptions.catalog import queries as catalog
from web.api.permissions import AllowAnonymous
from web.api.shapes.base import Refusal
from web.api.shapes.offers import OfferOut

MAGAZINE = OpenApiParameter("magazine", required=False, type=str, description="A magazine's code.")


class Offers(APIView):
    permission_classes = [AllowAnonymous]

    @extend_schema(parameters=[MAGAZINE], responses={200: OfferOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """What is on sale today, with its prices."""
        refuse_unknown_parameters(request, {"magazine"})
        code = request.query_params.get("magazine")
        offers = catalog.offers_on_sale(day=clock.today(), magazine_code=code)
        return Response(OfferOut(offers, many=True).data)


def refuse_unknown_parameters(request: Request, known: set[str]) -> None:
    """:raises Invalid: for a parameter that is not in `known`, and for text that no database takes"""
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise Invalid({name: [("unknown_parameter", "There is no such parameter.")] for name in unknown})
    for name, value in request.query_params.items():
        if "\x00" in value:
            raise Invalid({name: [("malformed", "This parameter holds a character that is not allowed.")]})
