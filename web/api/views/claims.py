"""Copies that readers claim: taken and answered by the magazine's policy, or by a person."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import Claim
from subscriptions.terms.models import Subscription
from web.api.callers import actor
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.claims import AnswerIn, ClaimAnswerOut, ClaimIn, ClaimOut, CopyIn
from web.api.views.extensions import read
from web.api.views.offers import refuse_unknown_parameters
from web.api.views.renewals import find


class SubscriptionClaims(APIView):
    def get_permissions(self) -> list[Any]:
        return [May("see_readers" if self.request.method == "GET" else "change_readers")()]

    @extend_schema(responses={200: ClaimOut(many=True), 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """The claims of one subscription and of those made one with it, the latest first."""
        refuse_unknown_parameters(request, set())
        return Response(ClaimOut(queries.claims_of(find(uuid).pk).select_related("subscription"), many=True).data)

    @extend_schema(request=ClaimIn, responses={200: ClaimAnswerOut, 201: ClaimAnswerOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Claim a copy. 201 says what was done; 200 says that it may still come, and from when to claim it."""
        subscription, asked = find(uuid), read(ClaimIn, request)
        answer = actions.claim_copy(
            subscription_id=subscription.pk,
            issue_id=_issue(subscription, asked["issue"]).pk,
            copy_no=asked["copy"],
            reason_code=asked["reason"],
            note=asked["note"],
            insists=asked["insists"],
            by=actor(request),
            now=clock.now(),
        )
        return Response(ClaimAnswerOut(answer).data, status=201 if answer.claim else 200)


class ReturnedCopies(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=CopyIn, responses={201: ClaimOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """The post brought a copy back: it is given back at the end, and nothing more goes there."""
        subscription, asked = find(uuid), read(CopyIn, request)
        claim = actions.record_returned_copy(
            subscription_id=subscription.pk,
            issue_id=_issue(subscription, asked["issue"]).pk,
            copy_no=asked["copy"],
            note=asked["note"],
            by=actor(request),
            now=clock.now(),
        )
        return Response(ClaimOut(claim).data, status=201)


class Claims(APIView):
    permission_classes = [May("see_claims")]

    @extend_schema(parameters=[AFTER], responses={200: ClaimOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """The claims that wait for a person, the oldest first."""
        return page(request, queries.open_claims(), ClaimOut, by="pk")


class OneClaim(APIView):
    permission_classes = [May("see_claims")]

    @extend_schema(responses={200: ClaimOut, 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """One claim and its answer."""
        return Response(ClaimOut(_claim(uuid)).data)


class ClaimAnswers(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=AnswerIn, responses={200: ClaimOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Answer an open claim by hand, whatever the policy says."""
        claim, asked = _claim(uuid), read(AnswerIn, request)
        actions.answer_claim(claim_id=claim.pk, by=actor(request), now=clock.now(), **asked)
        return Response(ClaimOut(_claim(uuid)).data)


class ClaimWithdrawals(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={200: ClaimOut, 404: Refusal, 409: Refusal})
    def post(self, request: Request, uuid: UUID) -> Response:
        """The copy came after all: what was promised for it is taken back."""
        actions.withdraw_claim(claim_id=_claim(uuid).pk, by=actor(request), now=clock.now())
        return Response(ClaimOut(_claim(uuid)).data)


def _claim(uuid: UUID) -> Claim:
    """:raises NotFound:"""
    claim = Claim.objects.select_related("issue", "reason", "subscription").filter(uuid=uuid).first()
    if claim is None:
        raise actions.NoSuchClaim("There is no such claim.")
    return claim


def _issue(subscription: Subscription, number: int) -> Issue:
    """:raises NotFound:"""
    issue = Issue.objects.filter(magazine_id=subscription.magazine_id, number=number).first()
    if issue is None:
        raise NotFound("There is no such issue in the calendar.")
    return issue
