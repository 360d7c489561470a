"""Ending a subscription, taking it up again, and the money that is promised back."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from orders.checkout import actions as checkout
from orders.checkout import queries
from orders.renewals import actions as renewals
from orders.renewals.actions.cancel import CancelledSubscription
from subscriptions.catalog.models import Issue
from subscriptions.catalog.queries import planned_after
from subscriptions.terms import queries as terms
from subscriptions.terms.models import AccessTerm, Term
from web.api.callers import actor
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.cancellations import (
    AccessEndedOut,
    CancellationIn,
    CancellationOut,
    RefundOut,
    ReinstatementIn,
    ReinstatementOut,
    TermCancellationIn,
)
from web.api.views.renewals import find_in_force


class Cancellations(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=CancellationIn, responses={201: CancellationOut, 400: Refusal, 404: Refusal, 409: Refusal})
    def post(self, request: Request, uuid: UUID) -> Response:
        """End a subscription now, with its rest back to the payer, or with the last issue that is paid for."""
        subscription = find_in_force(uuid)
        asked = CancellationIn(data=request.data)
        asked.is_valid(raise_exception=True)
        now = clock.now()
        came_next = terms.overview(subscription.pk, now).next_copies
        in_hope = terms.comes_in_hope(subscription.pk, now) is not None
        done = renewals.cancel_subscription(
            subscription_id=subscription.pk,
            when=asked.validated_data["when"],
            reason_code=asked.validated_data["reason"],
            money=asked.validated_data["money"],
            by=actor(request),
            now=now,
        )
        last = terms.expire(subscription.pk).issue
        if asked.validated_data["when"] == "now" or in_hope:
            first = next((copy.issue for copy in came_next if copy.issue.pull_at > now), None)
        else:
            first = planned_after(last) if last else None
        return Response(_cancelled(first, last, done), status=201)


class TermCancellations(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(
        request=TermCancellationIn, responses={201: CancellationOut, 400: Refusal, 404: Refusal, 409: Refusal}
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        """End one term alone, such as a gift that waits, with its rest back to its payer. The others move up."""
        term = Term.objects.filter(uuid=uuid).first()
        if term is None:
            raise NotFound("There is no such term.")
        asked = TermCancellationIn(data=request.data)
        asked.is_valid(raise_exception=True)
        now = clock.now()
        came_next = terms.overview(term.subscription_id, now).next_copies
        done = renewals.cancel_term(
            term_id=term.pk,
            reason_code=asked.validated_data["reason"],
            money=asked.validated_data["money"],
            by=actor(request),
            now=now,
        )
        end = terms.expire(term.subscription_id)
        if end.units_left == 0:
            first = next((copy.issue for copy in came_next if copy.issue.pull_at > now), None)
        else:
            first = planned_after(end.issue) if end.issue else None
        return Response(_cancelled(first, end.issue, done), status=201)


class AccessCancellations(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=TermCancellationIn, responses={201: AccessEndedOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """End digital access today, with its days that are left back to its payer. The printed magazine goes on."""
        access = AccessTerm.objects.filter(uuid=uuid).first()
        if access is None:
            raise NotFound("There is no such digital access.")
        asked = TermCancellationIn(data=request.data)
        asked.is_valid(raise_exception=True)
        done = checkout.end_access(
            access_id=access.pk,
            because=asked.validated_data["reason"],
            money=asked.validated_data["money"],
            by=actor(request),
            now=clock.now(),
        )
        return Response(AccessEndedOut(done).data, status=201)


def _cancelled(first: Issue | None, last: Issue | None, done: CancelledSubscription) -> dict[str, Any]:
    answer = {
        "first_issue": first,
        "last_issue": last,
        "refunds": done.cancelled.refunds,
        "charge_under_way": done.charge_under_way,
    }
    return dict(CancellationOut(answer).data)


class Reinstatements(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=ReinstatementIn, responses={201: ReinstatementOut, 400: Refusal, 404: Refusal, 409: Refusal})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Let a cancelled subscription go on with what was left, as long as its money has not been sent back.

        A cancellation for the end of what is paid for is taken back.
        """
        subscription = find_in_force(uuid)
        asked = ReinstatementIn(data=request.data)
        asked.is_valid(raise_exception=True)
        going_on = checkout.reinstate_subscription(
            subscription_id=subscription.pk, by=actor(request), now=clock.now(), **asked.validated_data
        )
        expire = terms.expire(subscription.pk)
        answer = {
            "first_issue": going_on[0].start_issue if going_on else None,
            "last_issue": expire.issue,
            "issues_left": expire.units_left,
        }
        return Response(ReinstatementOut(answer).data, status=201)


class Refunds(APIView):
    permission_classes = [May("see_money")]

    @extend_schema(parameters=[AFTER], responses={200: RefundOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """The money promised back and not sent yet, the oldest first."""
        return page(request, queries.refunds_to_send(), RefundOut, by="pk")
