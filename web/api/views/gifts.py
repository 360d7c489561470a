"""Gifts: what one would become for somebody who subscribes already, and codes that are redeemed."""

from uuid import UUID

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.client_address import client_ip
from foundation.errors import Invalid
from orders.checkout import actions, queries
from orders.checkout.models import Gift
from orders.checkout.rules import Person
from subscriptions.catalog import queries as catalog
from subscriptions.terms.actions import OtherMagazine
from subscriptions.terms.models import Subscription
from web.api.callers import actor, may
from web.api.permissions import AllowAnonymous, May
from web.api.shapes.base import Refusal, StrictSerializer
from web.api.shapes.gifts import OutcomeOut, RedemptionIn, RedemptionOut
from web.api.views.renewals import find


class OutcomeIn(StrictSerializer):
    subscription = serializers.UUIDField()
    offer = serializers.SlugField(max_length=30)
    meets = serializers.ChoiceField(choices=Gift.Meets.choices, default=Gift.Meets.QUEUE)


class GiftOutcomes(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(
        parameters=[
            OpenApiParameter("subscription", type=UUID, required=True, description="What the recipient has."),
            OpenApiParameter("offer", type=str, required=True, description="The offer that is to be given."),
            OpenApiParameter("meets", enum=Gift.Meets.values, description="`queue` unless said otherwise."),
        ],
        responses={200: OutcomeOut, 400: Refusal, 404: Refusal, 409: Refusal},
    )
    def get(self, request: Request) -> Response:
        """What a gift would become: its issues, and who owns refunds and renewals of which stretch. Writes nothing."""
        asked = OutcomeIn(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        now = clock.now()
        subscription = queries.line_in_force(find(asked.validated_data["subscription"]))
        offer = catalog.find_offer(asked.validated_data["offer"], now.astimezone(subscription.magazine.zone).date())
        if offer.magazine_id != subscription.magazine_id:
            raise OtherMagazine("That offer is one of another magazine.")
        outcome = queries.gift_outcome(
            magazine_id=subscription.magazine_id,
            issues=offer.issues,
            subscription_id=subscription.pk,
            meets=asked.validated_data["meets"],
            access_days=offer.access_days,
            now=now,
        )
        return Response(OutcomeOut(outcome).data)


@method_decorator(never_cache, name="dispatch")
class GiftRedemptions(APIView):
    permission_classes = [AllowAnonymous]

    @extend_schema(
        request=RedemptionIn, responses={201: RedemptionOut, 400: Refusal, 404: Refusal, 409: Refusal, 429: Refusal}
    )
    def post(self, request: Request) -> Response:
        """Redeem a gift code: once. The answer says which issue comes first."""
        body = RedemptionIn(data=request.data)
        body.is_valid(raise_exception=True)
        data, by = body.validated_data, actor(request)
        joins = self._joined(request, data.get("subscription"))
        actions.guard_against_guessing(ip=client_ip(request), by=by)
        redeemed = actions.redeem_code(
            code=data["code"],
            recipient=Person(**data["recipient"]),
            address=body.typed(),
            subscription=joins,
            meets=data["meets"],
            by=by,
            now=clock.now(),
        )
        return Response(RedemptionOut(redeemed).data, status=201)

    def _joined(self, request: Request, uuid: UUID | None) -> Subscription | None:
        if uuid is None:
            return None
        if not may(request, "change_readers"):
            sentence = "Only customer service joins a gift to a subscription here; readers sign in on the website."
            raise Invalid({"subscription": [("not_for_you", sentence)]})
        return find(uuid)
