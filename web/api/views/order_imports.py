"""Orders taken elsewhere, as a file: staged, checked by a worker, looked at, and taken whole or not at all."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from orders.checkout import actions, queries
from orders.checkout.models import OrderImport
from web.api.callers import actor
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.order_imports import OneOrderImportOut, OrderImportIn, OrderImportOut
from web.api.views.extensions import read

SHOWN_PROBLEMS = 100


class OrderImports(APIView):
    permission_classes = [May("import_orders")]

    @extend_schema(parameters=[AFTER], responses={200: OrderImportOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """Files of orders, the newest first."""
        return page(request, queries.order_imports(), OrderImportOut, by="-pk")

    @extend_schema(request=OrderImportIn, responses={202: OneOrderImportOut, 400: Refusal})
    def post(self, request: Request) -> Response:
        """Stage a file of orders. A worker checks it; nothing is ordered yet."""
        asked = read(OrderImportIn, request)
        staged = actions.stage_import(
            magazine_code=asked["magazine"],
            batch=asked["batch"],
            file_name=asked["file_name"],
            content=asked["csv"].encode(),
            by=actor(request),
            now=clock.now(),
        )
        return answer(staged, status=202)


class OneOrderImport(APIView):
    permission_classes = [May("import_orders")]

    @extend_schema(responses={200: OneOrderImportOut, 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """How far it is checked, what was found, and what it costs together."""
        return answer(queries.order_import(uuid))


class OrderImportTakings(APIView):
    permission_classes = [May("import_orders")]

    @extend_schema(request=None, responses={202: OneOrderImportOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Have every line become an order, all or none, by a worker. Asked twice it is done once."""
        found = queries.order_import(uuid)
        return answer(actions.ask_take(import_id=found.pk, by=actor(request), now=clock.now()), status=202)


class OrderImportWithdrawals(APIView):
    permission_classes = [May("import_orders")]

    @extend_schema(request=None, responses={201: OneOrderImportOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Forget a file that was not taken."""
        found = queries.order_import(uuid)
        return answer(actions.withdraw_import(import_id=found.pk, by=actor(request), now=clock.now()), status=201)


def answer(found: OrderImport, *, status: int = 200) -> Response:
    found.problems = [each._asdict() for each in queries.line_problems(found.pk, at_most=SHOWN_PROBLEMS)]  # type: ignore[attr-defined]
    return Response(OneOrderImportOut(found).data, status=status)
