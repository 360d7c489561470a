"""One subscription to read: what comes until when, every plus and minus, and why it ends when it does."""

from itertools import accumulate
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from subscriptions.terms import queries
from web.api.permissions import May
from web.api.shapes.base import Refusal
from web.api.shapes.subscriptions import ExplanationOut, LedgerLineOut, SubscriptionOut
from web.api.views.renewals import find, find_in_force


class OneSubscription(APIView):
    permission_classes = [May("see_readers")]

    @extend_schema(responses={200: SubscriptionOut, 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """What comes, where it goes, until which issue, and until when that holds."""
        subscription = find(uuid)
        seen = {
            "uuid": subscription.uuid,
            "merged_into": find_in_force(uuid).uuid if subscription.merged_into_id else None,
            "overview": queries.overview(subscription.pk, clock.now()),
            "billing": queries.billing(subscription),
        }
        return Response(SubscriptionOut(seen).data)


class Ledger(APIView):
    permission_classes = [May("see_readers")]

    @extend_schema(responses={200: LedgerLineOut(many=True), 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """The expire ledger: every plus and minus in issues with who, when, why and a link; holds among them."""
        lines = queries.ledger(find(uuid).pk)
        totals = accumulate(line.units for line in lines)
        rows = [{"line": line, "total": total} for line, total in zip(lines, totals, strict=True)]
        return Response(LedgerLineOut(rows, many=True).data)


class Explanation(APIView):
    permission_classes = [May("see_readers")]

    @extend_schema(responses={200: ExplanationOut, 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """Why it ends with the issue it does, in plain sentences."""
        return Response(ExplanationOut(queries.explain(find(uuid).pk)).data)
