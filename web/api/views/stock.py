"""Back issues in the storeroom: what is there and promised, what came in, and what was counted."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import StockMovement
from subscriptions.fulfillment import actions as fulfillment
from subscriptions.fulfillment import queries
from subscriptions.terms import queries as terms
from subscriptions.terms.actions import withdraw_owed
from subscriptions.terms.models import OwedCopy
from web.api.callers import actor
from web.api.once import ONCE, once
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.extensions import EntryOut
from web.api.shapes.stock import CountIn, MovementOut, OwedOut, ReceiptIn, ShelfOut
from web.api.views.calendar import find_issue
from web.api.views.extensions import read
from web.api.views.offers import refuse_unknown_parameters


class Stock(APIView):
    permission_classes = [May("see_stock")]

    @extend_schema(responses={200: ShelfOut(many=True)})
    def get(self, request: Request) -> Response:
        """Every issue that has gone out, and every other one with stock, the latest first."""
        refuse_unknown_parameters(request, set())
        return Response(ShelfOut(queries.shelves(), many=True).data)


class IssueStock(APIView):
    permission_classes = [May("see_stock")]

    @extend_schema(responses={200: ShelfOut, 404: Refusal})
    def get(self, request: Request, code: str, number: int) -> Response:
        """The copies of one issue."""
        return Response(ShelfOut(queries.shelf_of(find_issue(code, number))).data)


class Movements(APIView):
    permission_classes = [May("see_stock")]

    @extend_schema(parameters=[AFTER], responses={200: MovementOut(many=True), 400: Refusal, 404: Refusal})
    def get(self, request: Request, code: str, number: int) -> Response:
        """How the stock of an issue came about, the latest first."""
        return page(request, StockMovement.objects.filter(issue=find_issue(code, number)), MovementOut, by="-pk")


class OwedCopies(APIView):
    permission_classes = [May("see_stock")]

    @extend_schema(parameters=[AFTER], responses={200: OwedOut(many=True), 400: Refusal, 404: Refusal})
    def get(self, request: Request, code: str, number: int) -> Response:
        """The copies of an issue that were sold with a subscription and wait for a supplemental run."""
        waiting = terms.copies_owed(find_issue(code, number).pk).select_related("subscription__reader", "issue")
        return page(request, waiting, OwedOut, by="pk")


class OwedWithdrawals(APIView):
    permission_classes = [May("work_runs")]

    @extend_schema(request=None, responses={201: EntryOut, 404: Refusal, 409: Refusal})
    def post(self, request: Request, owed_id: int) -> Response:
        """Send a waiting copy not after all: an issue more comes at the end instead, and the copy is free again."""
        owed = OwedCopy.objects.filter(pk=owed_id).first()
        if owed is None:
            raise NotFound("No such copy is owed.")
        entry = withdraw_owed(owed_id=owed.pk, by=actor(request), now=clock.now())
        return Response(EntryOut(entry).data, status=201)


class Receipts(APIView):
    permission_classes = [May("work_runs")]

    @extend_schema(parameters=[ONCE], request=ReceiptIn, responses={201: ShelfOut, **CAN_REFUSE})
    def post(self, request: Request, code: str, number: int) -> Response:
        """Copies came in."""
        issue, asked = find_issue(code, number), read(ReceiptIn, request)
        with once(request):
            catalog.receive_stock(issue_id=issue.pk, by=actor(request), now=clock.now(), **asked)
        return Response(ShelfOut(queries.shelf_of(issue)).data, status=201)


class Counts(APIView):
    permission_classes = [May("work_runs")]

    @extend_schema(request=CountIn, responses={201: ShelfOut, **CAN_REFUSE})
    def post(self, request: Request, code: str, number: int) -> Response:
        """The shelf was counted: so many lie there, whatever was on file."""
        issue, asked = find_issue(code, number), read(CountIn, request)
        fulfillment.count_shelf(issue_id=issue.pk, by=actor(request), now=clock.now(), **asked)
        return Response(ShelfOut(queries.shelf_of(issue)).data, status=201)
