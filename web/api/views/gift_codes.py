"""Codes that nobody has redeemed: sent again, replaced, taken back, prolonged. What redeems one is in `gifts`."""

from uuid import UUID

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from orders.checkout import actions, queries
from orders.checkout.models import GiftCode
from orders.checkout.rules import shown_code
from web.api.callers import actor
from web.api.once import ONCE, once
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.given_gifts import GiftCodeOut, NewCodeOut, ProlongIn, TakenBackOut
from web.api.views.extensions import read
from web.api.views.given_gifts import find_gift


class GiftCodes(APIView):
    permission_classes = [May("see_orders")]

    @extend_schema(parameters=[AFTER], responses={200: GiftCodeOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """What was sold as a code and redeemed by nobody, the oldest first."""
        return page(request, queries.open_codes(), GiftCodeOut, by="pk")


class CodeMailings(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(parameters=[ONCE], request=None, responses={201: GiftCodeOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Mail the code as it stands to the donor once more."""
        code = find_code(uuid)
        with once(request):
            actions.send_code(code_id=code.pk, by=actor(request), now=clock.now())
        return Response(GiftCodeOut(code).data, status=201)


@method_decorator(never_cache, name="dispatch")
class CodeReplacements(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(parameters=[ONCE], request=None, responses={201: NewCodeOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Make a new code; the old one is dead from now on, wherever it is written down."""
        code = find_code(uuid)
        with once(request):
            new = actions.replace_code(code_id=code.pk, by=actor(request), now=clock.now())
        new.code = shown_code(queries.code_of(new))  # type: ignore[attr-defined]  # for `NewCodeOut`
        return Response(NewCodeOut(new).data, status=201)


class CodeWithdrawals(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={201: TakenBackOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Take the gift back: the code is dead, and its price is promised back to the donor."""
        refund = actions.take_back_code(code_id=find_code(uuid).pk, by=actor(request), now=clock.now())
        return Response(TakenBackOut({"refund": refund}).data, status=201)


class CodeProlongations(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=ProlongIn, responses={201: GiftCodeOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Let the code be good longer than it was sold for."""
        code, asked = find_code(uuid), read(ProlongIn, request)
        longer = actions.prolong_code(code_id=code.pk, until=asked["until"], by=actor(request))
        return Response(GiftCodeOut(longer).data, status=201)


def find_code(uuid: UUID) -> GiftCode:
    """:raises NotFound: also for a gift that was sent to an address"""
    code: GiftCode | None = getattr(find_gift(uuid), "gift_code", None)
    if code is None:
        raise NotFound("This gift has no code.")
    return code
