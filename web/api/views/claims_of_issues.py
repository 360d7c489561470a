"""Where an issue is missed, and what a magazine does about copies that are claimed."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from subscriptions.fulfillment import actions, queries
from web.api.callers import actor
from web.api.permissions import May
from web.api.shapes.base import Refusal
from web.api.shapes.claims import ClaimPolicyIn, ClaimPolicyOut, ClusterOut
from web.api.views.calendar import find_issue, find_magazine
from web.api.views.extensions import read

CAN_REFUSE: dict[Any, Any] = {400: Refusal, 404: Refusal}


class Clusters(APIView):
    permission_classes = [May("see_claims")]

    @extend_schema(responses={200: ClusterOut(many=True), 404: Refusal})
    def get(self, request: Request, code: str, number: int) -> Response:
        """Where one issue is missed, the worst place first: a lost sack shows."""
        return Response(ClusterOut(queries.clusters_of(find_issue(code, number).pk), many=True).data)


class Policy(APIView):
    permission_classes = [May("change_catalog")]

    @extend_schema(responses={200: ClaimPolicyOut, 404: Refusal})
    def get(self, request: Request, code: str) -> Response:
        """What is done about copies of this magazine that are claimed."""
        return Response(ClaimPolicyOut(queries.policy_of(find_magazine(code).pk)).data)

    @extend_schema(request=ClaimPolicyIn, responses={200: ClaimPolicyOut, **CAN_REFUSE})
    def put(self, request: Request, code: str) -> Response:
        """Set the policy for copies claimed from now on; claims that were answered stay as they are."""
        magazine, asked = find_magazine(code), read(ClaimPolicyIn, request)
        return Response(
            ClaimPolicyOut(actions.set_claim_policy(magazine_id=magazine.pk, by=actor(request), **asked)).data
        )
