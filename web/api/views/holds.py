"""Holds of one subscription, for customer service: by issue or by day, with the issues that each answer means."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog.models import Issue
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Pause
from web.api.callers import actor
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.holds import HoldEndIn, HoldIn, HoldOut
from web.api.views.offers import refuse_unknown_parameters
from web.api.views.renewals import find, find_in_force


class Holds(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(responses={200: HoldOut(many=True), 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """What holds something back or will, the first to begin first."""
        refuse_unknown_parameters(request, set())
        seen = queries.holds_of(find(uuid).pk, clock.now())
        return Response([shown(hold.pauses[0]) for hold in seen])

    @extend_schema(request=HoldIn, responses={201: HoldOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Hold issues back. None of them is used up: the last issue moves out."""
        subscription = find_in_force(uuid)
        body = HoldIn(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        common: dict[str, Any] = {
            "subscription_id": subscription.pk,
            "note": asked["note"],
            "over_limit_because": asked["over_limit_because"],
            "by": actor(request),
            "now": clock.now(),
        }
        if "away_from" in asked:
            pause = actions.hold_while_away(away_from=asked["away_from"], back_on=asked.get("back_on"), **common)
        else:
            pause = actions.hold(
                from_issue_id=find_issue(subscription.magazine_id, asked["from_issue"]).pk,
                until_issue_id=issue_id(subscription.magazine_id, asked.get("until_issue")),
                reason=asked["reason"],
                **common,
            )
        return Response(shown(pause), status=201)


class HouseholdHolds(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={201: HoldOut, 404: Refusal, 409: Refusal})
    def post(self, request: Request, uuid: UUID) -> Response:
        """One copy is enough for the household: this one is held back from the next issue on, and stays owed."""
        pause = actions.hold_for_household(subscription_id=find_in_force(uuid).pk, by=actor(request), now=clock.now())
        return Response(shown(pause), status=201)


class OneHold(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=HoldEndIn, responses={200: HoldOut, **CAN_REFUSE})
    def patch(self, request: Request, pause_id: int) -> Response:
        """Let a hold end sooner or later. What was held back stays held back, and is still owed."""
        pause = find_hold(pause_id)
        body = HoldEndIn(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        common: dict[str, Any] = {"pause_id": pause.pk, "by": actor(request), "now": clock.now()}
        if asked.get("at_once"):
            return Response(shown(actions.end_hold(**common)))
        changed = actions.change_hold_end(
            until_issue_id=issue_id(pause.from_issue.magazine_id, asked.get("until_issue")),
            back_on=asked.get("back_on"),
            over_limit_because=asked["over_limit_because"],
            **common,
        )
        return Response(shown(changed))

    @extend_schema(request=None, responses={200: HoldOut, **CAN_REFUSE})
    def delete(self, request: Request, pause_id: int) -> Response:
        """Take back a hold that has not begun: nothing is held, as if it had never been."""
        pause = actions.withdraw_hold(pause_id=find_hold(pause_id).pk, by=actor(request), now=clock.now())
        return Response(shown(pause))


def find_hold(pause_id: int) -> Pause:
    """:raises NotFound: for a skip of a label run, too"""
    found = Pause.objects.select_related("from_issue") if 0 < pause_id < 2**63 else Pause.objects.none()
    pause = found.filter(pk=pause_id).exclude(reason=Pause.Reason.SKIP).first()
    if pause is None:
        raise NotFound("There is no such hold.")
    return pause


def issue_id(magazine_id: int, number: int | None) -> int | None:
    """:raises NotFound: when the magazine has no issue of that number"""
    return None if number is None else find_issue(magazine_id, number).pk


def find_issue(magazine_id: int, number: int) -> Issue:
    """:raises NotFound: when the magazine has no issue of that number"""
    issue = Issue.objects.filter(magazine_id=magazine_id, number=number).first()
    if issue is None:
        raise NotFound("There is no such issue in the calendar.")
    return issue


def shown(pause: Pause) -> Any:
    answer = queries.answer_of(pause, clock.now())
    return HoldOut(
        {
            "id": queries.chain_of(pause)[0].pk,
            "reason": pause.reason,
            "note": pause.note,
            "first_held": answer.first_held,
            "held": answer.held,
            "comes_again": answer.comes_again,
            "comes_anyway": answer.comes_anyway,
            "expire_issue": answer.last_issue.issue,
            "units_left": answer.last_issue.units_left,
            "withdraw_until": answer.withdraw_until,
            "end_until": answer.end_until,
        }
    ).data
