"""Order intake: what is on sale, what it costs, the order itself and what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.client_address import client_ip
from foundation.errors import Invalid, NotFound
from orders.checkout import actions, queries
from orders.checkout.models import Order, OrderLine
from orders.checkout.rules import Circumstances
from orders.payments import actions as payments
from orders.payments import queries as payment_queries
from orders.payments.errors import StripeIsNotSetUp, StripeIsUnreachable
from orders.payments.models import PaymentAttempt
from subscriptions.readers.models import Reader
from subscriptions.readers.queries import reader_in_force
from web.api.answers import neighbours_answer, order_answer
from web.api.callers import actor, may
from web.api.once import HEADER, ONCE, SHAPE, idempotency_key, once
from web.api.permissions import AllowAnonymous, May
from web.api.shapes.base import Refusal
from web.api.shapes.given_gifts import PayLinkOut
from web.api.shapes.orders import OrderIn, OrderOut, QuoteIn, QuoteOut

KEY = OpenApiParameter(
    HEADER,
    location=OpenApiParameter.HEADER,
    required=True,
    type=SHAPE,
    description="8 to 80 letters, digits and -_:. of the caller's choice: same key and body, same answer again.",
)
TOKEN = OpenApiParameter(
    "Order-Token",
    location=OpenApiParameter.HEADER,
    required=False,
    description="The token from the answer to POST orders/. Staff with a right to see orders need none.",
)
# Made once: a serializer copies all its fields each time it is made.
ORDER_IN, ORDER_OUT = OrderIn(), OrderOut()


class Quotes(APIView):
    permission_classes = [AllowAnonymous]

    @extend_schema(request=QuoteIn, responses={200: QuoteOut, 400: Refusal, 404: Refusal})
    def post(self, request: Request) -> Response:
        """What an offer costs in a country, in cents, and from which issue it would start. Writes nothing."""
        asked = QuoteIn(data=request.data)
        asked.is_valid(raise_exception=True)
        quote = queries.quote(
            offer_code=asked.validated_data["offer"],
            country=asked.validated_data["country"],
            copies=asked.validated_data["copies"],
            start_issue=asked.validated_data.get("start_issue"),
            now=clock.now(),
        )
        return Response(QuoteOut(quote).data)


@method_decorator(never_cache, name="dispatch")
class Orders(APIView):
    permission_classes = [AllowAnonymous]

    @extend_schema(
        parameters=[KEY],
        request=OrderIn,
        responses={201: OrderOut, 400: Refusal, 404: Refusal, 409: Refusal, 429: Refusal},
    )
    def post(self, request: Request) -> Response:
        """Place an order. The answer carries the checkout address; `Idempotent-Replayed: true` marks a repeat."""
        key = idempotency_key(request)
        body = ORDER_IN.checked(request.data)
        donor = donor_on_file(request, body.get("payer_account"))
        refuse_recipients_on_file(request, body.get("gifts", []))
        placed = actions.place_order(
            request=ORDER_IN.as_request(body, donor=donor),
            key=key,
            by=actor(request),
            circumstances=Circumstances(
                channel="api", ip=client_ip(request), user_agent=request.headers.get("User-Agent", "")
            ),
            now=clock.now(),
            donors=[donor] if donor else [],
        )
        attempt = open_checkout(placed.order, placed.attempt)
        lines = placed.lines or lines_of(placed.order)
        answer = answer_with_token(placed.order, lines, attempt, for_staff=may(request, "change_readers"))
        response = Response(answer, status=201)
        if placed.replayed:
            response["Idempotent-Replayed"] = "true"
        return response


@method_decorator(never_cache, name="dispatch")
class OneOrder(APIView):
    permission_classes = [AllowAnonymous]

    @extend_schema(parameters=[TOKEN], responses={200: OrderOut, 404: Refusal})
    def get(self, request: Request, number: str) -> Response:
        """An order, for whoever holds its token."""
        order = find_order(request, number)
        attempt = payment_queries.latest_attempt(order.uuid)
        return Response(OrderOut(order_answer(order, list(order.lines.all()), attempt)).data)


@method_decorator(never_cache, name="dispatch")
class OrderCheckouts(APIView):
    permission_classes = [AllowAnonymous]

    @extend_schema(
        parameters=[TOKEN], request=None, responses={201: OrderOut, 404: Refusal, 409: Refusal, 429: Refusal}
    )
    def post(self, request: Request, number: str) -> Response:
        """A checkout for an order whose last one was left or declined. A live one is given again."""
        order = find_order(request, number)
        planned = actions.pay_again(order_id=order.pk, by=actor(request), ip=client_ip(request), now=clock.now())
        attempt = open_checkout(order, planned)
        return Response(answer_with_token(order, list(order.lines.all()), attempt), status=201)


@method_decorator(never_cache, name="dispatch")
class PayLinks(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(
        parameters=[ONCE], request=None, responses={201: PayLinkOut, 400: Refusal, 404: Refusal, 409: Refusal}
    )
    def post(self, request: Request, number: str) -> Response:
        """A fresh link with which the payer pays an order, mailed where there is an address. Older ones stay good."""
        order = queries.numbered(queries.orders_with_lines(), number)
        if order is None:
            raise NotFound("There is no such order.")
        with once(request):
            link = actions.send_pay_link(order_id=order.pk, by=actor(request), now=clock.now())
        return Response(PayLinkOut(link).data, status=201)


def donor_on_file(request: Request, account: int | None) -> Reader | None:
    """Who gives, as staff has found them.

    :raises Invalid: for anybody else, and for a number that nobody has
    """
    if account is None:
        return None
    if not may(request, "change_readers"):
        raise Invalid({"payer_account": [("not_for_you", "Only customer service orders for a reader on file.")]})
    reader = Reader.objects.select_related("merged_into").filter(pk=account, erased_at__isnull=True).first()
    if reader is None:
        raise Invalid({"payer_account": [("unknown", f"There is no reader with the account number {account:07d}.")]})
    return reader_in_force(reader)


def refuse_recipients_on_file(request: Request, gifts: Sequence[Mapping[str, Any]]) -> None:
    """Whoever orders behind a reader's subscription learns who is on file: for those who may change it.

    :raises Invalid: for anybody else
    """
    named = [place for place, gift in enumerate(gifts) if gift.get("account") is not None]
    if named and not may(request, "change_readers"):
        sentence = "Only customer service orders for a reader on file. Please type the name and address."
        raise Invalid({f"gifts.{place}.account": [("not_for_you", sentence)] for place in named})


def find_order(request: Request, number: str) -> Order:
    """:raises NotFound: for an unknown number and for a wrong token alike"""
    token = request.headers.get("Order-Token", "")
    if not token and may(request, "see_orders"):
        token = queries.view_token_of(number)
    return queries.order_for_buyer(number=number, token=token)


def open_checkout(order: Order, planned: PaymentAttempt | None = None) -> PaymentAttempt | None:
    """Ask Stripe for the checkout page. When it cannot be reached the order stands, and the page is opened later.

    :param planned: the order's latest attempt, where it is known
    """
    attempt = planned or payment_queries.latest_attempt(order.uuid)
    if attempt is None or attempt.state != PaymentAttempt.State.PLANNED:
        return attempt
    try:
        return payments.open_checkout(attempt_id=attempt.pk)
    except (StripeIsUnreachable, StripeIsNotSetUp):
        return attempt  # It waits in its row; the sweep opens it, and the answer carries no address yet.


def answer_with_token(
    order: Order, lines: Sequence[OrderLine], attempt: PaymentAttempt | None, *, for_staff: bool = False
) -> dict[str, Any]:
    answer = {**order_answer(order, lines, attempt), "token": queries.view_token(order)}
    if for_staff:
        answer["neighbours"] = neighbours_answer(lines)
    return ORDER_OUT.to_representation(answer)


def lines_of(order: Order) -> list[OrderLine]:
    return list(queries.orders_with_lines().get(pk=order.pk).lines.all())
