"""What changes in mid-term cost their payers: seen, asked for, taken back, waived."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from orders.checkout import actions, queries
from orders.checkout.models import Bill, ZoneMove
from web.api.answers import bill_answer
from web.api.callers import actor
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.bills import BillOut, CopyOrderIn, PaidOtherwiseIn, WaiverIn
from web.api.views.offers import refuse_unknown_parameters
from web.api.views.renewals import find, find_in_force


class SubscriptionBills(APIView):
    permission_classes = [May("see_orders")]

    @extend_schema(responses={200: BillOut(many=True), 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """Every bill of a subscription, the newest first."""
        refuse_unknown_parameters(request, set())
        bills = queries.bills_of_subscription(find(uuid).pk)
        return Response(BillOut([bill_answer(bill) for bill in bills], many=True).data)


class CopyOrders(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=CopyOrderIn, responses={201: BillOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """More copies of every issue left, to be paid for by card. They change when it is paid.

        Its payer is written to; `POST orders/{number}/checkouts/` opens the payment page. The same number again gives
        the same bill.
        """
        subscription = find_in_force(uuid)
        asked = CopyOrderIn(data=request.data)
        asked.is_valid(raise_exception=True)
        bill = actions.order_copies(
            subscription_id=subscription.pk,
            copies=asked.validated_data["copies"],
            by=actor(request),
            now=clock.now(),
        )
        return Response(_answer(bill.order.number), status=201)


class OneBill(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={200: BillOut, **CAN_REFUSE})
    def delete(self, request: Request, number: str) -> Response:
        """Take a wish for more copies back before it is paid. A bill for postage is waived instead."""
        actions.withdraw_copies(bill_id=_wish(number).pk, by=actor(request), now=clock.now())
        return Response(_answer(number))


class BillWaivers(APIView):
    permission_classes = [May("waive_surcharges")]

    @extend_schema(request=WaiverIn, responses={201: BillOut, **CAN_REFUSE})
    def post(self, request: Request, number: str) -> Response:
        """Let the payer off a surcharge for dearer postage. Finance's to do, with a reason that is kept."""
        body = WaiverIn(data=request.data)
        body.is_valid(raise_exception=True)
        actions.waive_surcharge(
            zone_move_id=_surcharge(number).pk,
            because=body.validated_data["because"],
            by=actor(request),
            now=clock.now(),
        )
        return Response(_answer(number), status=201)


class BillPayments(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=PaidOtherwiseIn, responses={201: BillOut, **CAN_REFUSE})
    def post(self, request: Request, number: str) -> Response:
        """A surcharge has been paid by other means than a card. That money is booked outside of Masthead."""
        body = PaidOtherwiseIn(data=request.data)
        body.is_valid(raise_exception=True)
        actions.mark_surcharge_paid(
            zone_move_id=_surcharge(number).pk, note=body.validated_data["note"], by=actor(request), now=clock.now()
        )
        return Response(_answer(number), status=201)


def _answer(number: str) -> object:
    return BillOut(bill_answer(_find(number))).data


def _find(number: str) -> Bill:
    """:raises NotFound: also for the number of an order of terms"""
    bill = queries.bill_numbered(number)
    if bill is None:
        raise NotFound("There is no bill of that order.")
    return bill


def _wish(number: str) -> Bill:
    """:raises NotFound: when it is not for more copies"""
    bill = _find(number)
    if bill.why != Bill.Why.COPIES:
        raise NotFound("That bill is not for more copies.")
    return bill


def _surcharge(number: str) -> ZoneMove:
    """Any of the bill's: they are closed together.

    :raises NotFound: when it is not for postage
    """
    move = ZoneMove.objects.filter(bill_line__bill=_find(number)).order_by("pk").first()
    if move is None:
        raise NotFound("That bill is not for postage.")
    return move
