"""Where the copies of one subscription go: at home, for a while, every year; and the next twelve issues with it."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from orders.checkout import actions as checkout
from subscriptions.fulfillment.actions import ClaimAnswer
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms import actions, queries
from subscriptions.terms.actions import StayAnswer
from subscriptions.terms.models import AwayAddress, Subscription
from web.api.callers import actor
from web.api.permissions import May
from web.api.shapes.addresses import AddressChangeIn, AddressChangeOut, AddressOut, WhereOut
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.views.holds import issue_id
from web.api.views.offers import refuse_unknown_parameters
from web.api.views.renewals import find, find_in_force


class Addresses(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(responses={200: WhereOut, 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """Home, the addresses away, and where each of the next twelve issues goes as things stand."""
        refuse_unknown_parameters(request, set())
        subscription, now = find(uuid), clock.now()
        home = queries.overview(subscription.pk, now).address
        away = queries.away_addresses(subscription.pk, clock.today())
        return Response(
            WhereOut({"home": home, "away": away, "next_issues": queries.destinations(subscription.pk, now)}).data
        )

    @extend_schema(request=AddressChangeIn, responses={201: AddressChangeOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Send the magazine elsewhere: for good, for a while, or every year."""
        subscription = find_in_force(uuid)
        body = AddressChangeIn(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        common: dict[str, Any] = {
            "subscription_id": subscription.pk,
            "typed": TypedAddress(**asked["address"]),
            "source": "clerk",
            "path": "address",
            "by": actor(request),
            "now": clock.now(),
        }
        if asked["kind"] != "permanent":
            return Response(away(subscription, actions.stay_at_typed(when=body.stay, **common)), status=201)
        common["from_on"] = asked.get("from_on")
        common["from_issue_id"] = issue_id(subscription.magazine_id, asked.get("from_issue"))
        if not asked.get("claim_newest"):
            return Response(home(subscription, checkout.move_to_typed(**common)), status=201)
        done = checkout.move_and_claim_newest(**common)
        return Response(home(subscription, done.moved, claim=done.claim), status=201)


class OneStay(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={200: AddressChangeOut, **CAN_REFUSE})
    def delete(self, request: Request, uuid: UUID) -> Response:
        """End an address away: from the first issue within reach on, everything goes home again."""
        stay = AwayAddress.objects.select_related("subscription").filter(uuid=uuid).first()
        if stay is None:
            raise NotFound("There is no such address away.")
        answer = actions.end_stay(away_id=stay.pk, by=actor(request), now=clock.now())
        return Response(away(stay.subscription, answer))


class Undeliverable(APIView):
    """Of an address: every title stops there, and what is not sent is not used up."""

    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={200: AddressOut, 404: Refusal})
    def put(self, request: Request, address_id: int) -> Response:
        """Say that mail came back from there. Nothing more goes there, of any title, until it is said to be good."""
        address = _address(address_id)
        readers.mark_undeliverable(address_id=address.pk, by=actor(request), on=clock.today())
        return Response(AddressOut(_address(address_id)).data)

    @extend_schema(request=None, responses={200: AddressOut, 404: Refusal})
    def delete(self, request: Request, address_id: int) -> Response:
        """Say that the address is good after all. Copies go there again from the next label run on."""
        address = _address(address_id)
        readers.mark_deliverable(address_id=address.pk, by=actor(request))
        return Response(AddressOut(_address(address_id)).data)


def _address(address_id: int) -> Address:
    address = Address.objects.filter(pk=address_id).first()
    if address is None:
        raise NotFound("There is no such address.")
    return address


def home(subscription: Subscription, moved: checkout.Moved, *, claim: ClaimAnswer | None = None) -> Any:
    return AddressChangeOut(
        {
            "kind": "permanent",
            "stay": None,
            "first_issue": moved.change.first_coming,
            "issues": [],
            "still_old": moved.change.still_old,
            "meanwhile": moved.change.meanwhile,
            "replaced": moved.change.replaced,
            "home_again": None,
            "holds_until": moved.change.holds_until if moved.change.first_coming else None,
            "due_cents": moved.due_cents,
            "zone_moves": moved.zone_moves,
            "next_issues": queries.destinations(subscription.pk, clock.now()),
            "claim": claim,
        }
    ).data


def away(subscription: Subscription, answer: StayAnswer) -> Any:
    return AddressChangeOut(
        {
            "kind": answer.away.kind,
            "stay": answer.away,
            "first_issue": answer.first_issue,
            "issues": answer.issues,
            "still_old": answer.still_old,
            "meanwhile": [],
            "replaced": False,
            "home_again": answer.home_again,
            "holds_until": answer.holds_until,
            "due_cents": 0,
            "zone_moves": [],
            "next_issues": queries.destinations(subscription.pk, clock.now()),
            "claim": None,
        }
    ).data
