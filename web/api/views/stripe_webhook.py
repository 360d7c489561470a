"""Where Stripe reports. Verify, insert, answer: nothing else happens in this request."""

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from orders.payments import actions as payments
from orders.payments.errors import BadSignature, MalformedEvent
from web.api.permissions import AllowAnonymous
from web.api.shapes.base import Refusal


class RawBody(BaseParser):
    """The signature is over the bytes as they came, so nothing may parse them first."""

    media_type = "*/*"

    def parse(self, stream: object, media_type: object = None, parser_context: object = None) -> dict[str, object]:
        return {}


class StripeWebhook(APIView):
    authentication_classes = []
    permission_classes = [AllowAnonymous]  # The signature is the permission.
    parser_classes = [RawBody]

    @extend_schema(request={"application/json": {"type": "object"}}, responses={200: None, 400: Refusal, 413: Refusal})
    def post(self, request: Request) -> Response:
        """Take in one event of Stripe's, snapshot or thin, signed with one of our webhook secrets."""
        try:
            payments.receive_webhook(
                body=request._request.body, signature=request.headers.get("Stripe-Signature", ""), now=clock.now()
            )
        except (BadSignature, MalformedEvent) as refusal:
            # Stripe tries anything but 2xx again; 400 is for what no repeat can mend.
            return Response({"code": refusal.code, "detail": refusal.sentence}, status=400)
        return Response(status=200)
