"""Where a mail provider, or a script behind the mail server, reports what did not arrive.

Providers that anymail knows may instead use its own webhooks; both end in `foundation.mail.actions.record_bounce`.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from foundation import clock
from foundation.mail import actions
from foundation.mail.rules import uuid_in
from web.api.permissions import AllowAnonymous
from web.api.shapes.base import Refusal, StrictSerializer


class BounceIn(StrictSerializer):
    """Which mail, by our own uuid or by its Message-ID (or the provider's id), and why it did not arrive."""

    mail_uuid = serializers.UUIDField(required=False)
    message_id = serializers.CharField(required=False, max_length=300)
    reason = serializers.CharField(max_length=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("mail_uuid" in attrs) == ("message_id" in attrs):
            raise serializers.ValidationError(
                "Name the mail once: by mail_uuid or by message_id.", code="name_the_mail"
            )
        return attrs


class BounceToken(BaseAuthentication):
    """`Authorization: Bearer` and MAIL_BOUNCE_TOKEN. Where none is set, the door is shut."""

    def authenticate(self, request: Request) -> None:
        expected = f"Bearer {settings.MAIL_BOUNCE_TOKEN}"
        presented = request.headers.get("Authorization", "")
        if not settings.MAIL_BOUNCE_TOKEN or not constant_time_compare(presented, expected):
            raise AuthenticationFailed("Send Authorization: Bearer and the bounce token.")

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


@extend_schema(request=BounceIn, responses={202: None, 400: Refusal, 401: Refusal, 404: Refusal})
@api_view(["POST"])
@authentication_classes([BounceToken])
@permission_classes([AllowAnonymous])  # the bounce token is the permission
def mail_bounces(request: Request) -> Response:
    """Report a mail that did not arrive. Reported again, the first report stands."""
    told = BounceIn(data=request.data)
    told.is_valid(raise_exception=True)
    message_id = told.validated_data.get("message_id", "")
    mail_uuid: UUID | None = told.validated_data.get("mail_uuid") or uuid_in(message_id)
    actions.record_bounce(
        provider_id="" if mail_uuid else message_id,
        mail_uuid=mail_uuid,
        reason=told.validated_data["reason"],
        now=clock.now(),
    )
    return Response(status=202)
