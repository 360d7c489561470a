from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from orders.renewals import actions
from orders.renewals.models import Cycle
from subscriptions.terms.models import Subscription
from subscriptions.terms.queries.merged import in_force
from web.api.callers import actor
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import Refusal


class NoticeOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    amount_cents = serializers.IntegerField()
    charge_on = serializers.DateField()
    written_on = serializers.DateField()
    mail_state = serializers.CharField(source="mail.state")
    handed_over_at = serializers.DateTimeField(source="mail.handed_over_at", allow_null=True)
    voided_because = serializers.CharField()


class CycleOut(serializers.Serializer[Any]):
    """One automatic renewal: what will be charged when, the notices given, and what became of it."""

    uuid = serializers.UUIDField()
    subscription = serializers.UUIDField(source="subscription.uuid")
    reader_number = serializers.CharField(source="subscription.reader.number")
    state = serializers.CharField()
    amount_cents = serializers.IntegerField()
    currency = serializers.CharField()
    charge_on = serializers.DateField()
    next_try_on = serializers.DateField(allow_null=True)
    ended_because = serializers.CharField()
    order = serializers.CharField(source="order.number", allow_null=True, default=None)
    notices = NoticeOut(many=True)


class Renewals(APIView):
    permission_classes = [May("see_renewals")]

    @extend_schema(parameters=[AFTER], responses={200: CycleOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """Automatic renewals with their notices, the newest first."""
        return page(request, cycles(), CycleOut, by="-pk")


class SubscriptionRenewals(APIView):
    permission_classes = [May("see_renewals")]

    @extend_schema(responses={200: CycleOut(many=True), 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """The automatic renewals of one subscription, newest first."""
        subscription = find(uuid)
        return Response(CycleOut(cycles().filter(subscription=subscription).order_by("-pk"), many=True).data)


class Cancelled(serializers.Serializer[Any]):
    was_on = serializers.BooleanField()
    charge_under_way = serializers.BooleanField()


class AutoRenew(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={200: Cancelled, 404: Refusal})
    def delete(self, request: Request, uuid: UUID) -> Response:
        """End the automatic renewal of a subscription, in one step. Doing it twice changes nothing."""
        result = actions.cancel_auto_renew(
            subscription_id=find_in_force(uuid).pk,
            by=actor(request),
            now=clock.now(),
            because="cancelled by customer service",
        )
        return Response(Cancelled(result).data)


def cycles() -> Any:
    return Cycle.objects.select_related("subscription__reader", "order").prefetch_related("notices__mail")


def find(uuid: UUID) -> Subscription:
    """:raises NotFound:"""
    subscription = Subscription.objects.select_related("magazine", "reader").filter(uuid=uuid).first()
    if subscription is None:
        raise NotFound("There is no such subscription.")
    return subscription


def find_in_force(uuid: UUID) -> Subscription:
    """The same, for whoever changes what is to come: of two that were made one, the one that copies come from.

    :raises NotFound:
    """
    found = find(uuid)
    pk = in_force(found.pk)
    return found if pk == found.pk else Subscription.objects.select_related("magazine", "reader").get(pk=pk)
