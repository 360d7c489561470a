"""What staff do with a gift that was given: look it up, let it go on elsewhere, or join it to what somebody has."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import Invalid, NotFound
from orders.checkout import actions, queries
from orders.checkout.models import Gift, OrderLine
from orders.checkout.rules import Person
from subscriptions.catalog.rules.zones import postage_zone
from subscriptions.readers.rules.address import TypedAddress, check
from subscriptions.terms import queries as terms
from subscriptions.terms.actions import OtherMagazine
from web.api.callers import actor
from web.api.gift_answers import gift_answer, move_answer, quote_answer
from web.api.once import ONCE, once
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.given_gifts import (
    GiftJoinIn,
    GiftJoinOut,
    GiftMoveIn,
    GiftMoveOut,
    GivenOut,
    StaffGiftOut,
)
from web.api.views import people
from web.api.views.calendar import find_magazine
from web.api.views.extensions import read
from web.api.views.renewals import find


class GiftBook(APIView):
    permission_classes = [May("see_orders")]

    @extend_schema(
        parameters=[
            OpenApiParameter("magazine", type=str, required=True, description="The code of the magazine."),
            AFTER,
        ],
        responses={200: GivenOut(many=True), 400: Refusal, 404: Refusal},
    )
    def get(self, request: Request, number: str) -> Response:
        """Everything that a reader has given of a magazine, the newest first."""
        if not (code := request.query_params.get("magazine", "")):
            raise Invalid({"magazine": [("required", "Say of which magazine.")]})
        donor, magazine = people.find(number), find_magazine(code)
        given = queries.gifts_given([donor.pk], magazine_id=magazine.pk)

        def shown(lines: list[OrderLine]) -> Sequence[Any]:
            return queries.shown_in_book(lines, given, magazine_id=magazine.pk, now=clock.now())

        return page(request, given, GivenOut, by="-pk", shown=shown, kept={"magazine": code})


class OneGift(APIView):
    permission_classes = [May("see_orders")]

    @extend_schema(responses={200: StaffGiftOut, 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """One gift: what was said, and where it goes on."""
        return Response(StaffGiftOut(gift_answer(find_gift(uuid))).data)


class GiftMoves(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(parameters=[ONCE], request=GiftMoveIn, responses={200: GiftMoveOut, 201: GiftMoveOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Give the rest of a gift to somebody else, from the first issue that a change reaches. A preview is a 200."""
        line, asked = find_gift(uuid), read(GiftMoveIn, request)
        address, now = GiftMoveIn.typed(asked), clock.now()
        _refuse_address(address)
        if asked["preview"]:
            return Response(GiftMoveOut(_previewed(line, address, now=now)).data)
        with once(request):
            moved = actions.move_gift(
                line_id=line.pk, recipient=Person(**asked["recipient"]), address=address, by=actor(request), now=now
            )
        return Response(GiftMoveOut(move_answer(moved)).data, status=201)


class GiftJoins(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=GiftJoinIn, responses={200: GiftJoinOut, 201: GiftJoinOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """The recipient subscribes already: how the gift meets that. A preview is a 200 with the same answer."""
        line, asked, now = find_gift(uuid), read(GiftJoinIn, request), clock.now()
        subscription = queries.line_in_force(find(asked["subscription"]))
        if subscription.magazine_id != line.order.magazine_id:
            raise OtherMagazine("That subscription is one of another magazine.")
        meets = asked["meets"]
        outcome = queries.gift_outcome(
            magazine_id=line.order.magazine_id,
            issues=queries.issues_left(line),
            subscription_id=subscription.pk,
            meets=meets,
            start_issue_id=line.gift.start_issue_id,
            access_days=line.access_days,
            now=now,
        )
        goes_on = None
        if meets != Gift.Meets.PARALLEL:
            goes_on = queries.quote_gift_move(line=line, to_zone=terms.home_zone(subscription.pk), now=now)
        if not asked["preview"]:
            actions.join_gift(line_id=line.pk, subscription_id=subscription.pk, meets=meets, by=actor(request), now=now)
        said = {
            "meets": meets,
            "outcome": outcome,
            "first_issue": outcome.first_issue,
            "postage": goes_on.outcome if goes_on else "",
            "surcharge_cents": goes_on.surcharge_cents if goes_on and goes_on.outcome else 0,
            "currency": line.order.currency,
        }
        return Response(GiftJoinOut(said).data, status=200 if asked["preview"] else 201)


def find_gift(uuid: UUID) -> OrderLine:
    """:raises NotFound: when there is no gift of that line"""
    line = queries.given_lines().filter(uuid=uuid).first()
    if line is None:
        raise NotFound("There is no such gift.")
    return line


def _refuse_address(address: TypedAddress) -> None:
    """:raises Invalid: for one that nothing can be delivered to, by the fields of the request"""
    problems = check(address).errors
    if problems:
        found = {f"ship_to.{name}": [(one.code, one.sentence) for one in each] for name, each in problems.items()}
        raise Invalid(found)


def _previewed(line: OrderLine, address: TypedAddress, *, now: dt.datetime) -> dict[str, Any]:
    quote = queries.quote_gift_move(line=line, to_zone=postage_zone(address.country), now=now)
    if quote is None:
        raise actions.GiftHasNotBegun("Nothing of this gift can be moved: it is not paid for, unredeemed, or over.")
    return quote_answer(quote)
