"""Readers, for staff: found by what people say on the telephone."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.errors import Invalid
from web.api.permissions import May
from web.api.shapes.base import Refusal
from web.api.shapes.readers import ReadersFoundOut
from web.api.views.offers import refuse_unknown_parameters
from web.search import find

Q = OpenApiParameter("q", required=True, type=str, description="Name, mail address, number, order, ZIP, street, card.")
AFTER = OpenApiParameter("after", required=False, type=str, description="`after` of the page before.")


class Readers(APIView):
    permission_classes = [May("see_readers")]

    @extend_schema(
        operation_id="v1_readers_search", parameters=[Q, AFTER], responses={200: ReadersFoundOut, 400: Refusal}
    )
    def get(self, request: Request) -> Response:
        """Find readers, the nearest first: the same search as on the desk."""
        refuse_unknown_parameters(request, {"q", "after"})
        typed = request.query_params.get("q", "")
        if not typed.strip():
            raise Invalid({"q": [("required", "Say whom to look for.")]})
        found = find(typed, after=request.query_params.get("after", ""))
        return Response(ReadersFoundOut(found).data, headers={"Cache-Control": "no-store"})
