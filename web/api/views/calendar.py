"""The issue calendar for machines and scripts. Each change can be tried first: `preview` says whom it would touch."""

from collections.abc import Callable
from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.errors import NotFound
from subscriptions.catalog import actions as catalog
from subscriptions.catalog import queries
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.terms import actions as terms
from web.api.calendar_answers import tried, whom_it_touches
from web.api.callers import actor
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.calendar import (
    CalendarChangeOut,
    CalendarIssueOut,
    ChangeIn,
    CutOffIn,
    ExtraIssueIn,
    LayOutIn,
    WeightIn,
)
from web.api.views.extensions import read
from web.api.views.offers import refuse_unknown_parameters


class Issues(APIView):
    def get_permissions(self) -> list[Any]:
        return [May("see_calendar" if self.request.method == "GET" else "change_catalog")()]

    @extend_schema(parameters=[AFTER], responses={200: CalendarIssueOut(many=True), 400: Refusal, 404: Refusal})
    def get(self, request: Request, code: str) -> Response:
        """The calendar of a magazine in its order, dropped issues too."""
        return page(request, queries.calendar(find_magazine(code).pk), CalendarIssueOut, by="ordinal")

    @extend_schema(request=ExtraIssueIn, responses={200: CalendarChangeOut, 201: CalendarChangeOut, **CAN_REFUSE})
    def post(self, request: Request, code: str) -> Response:
        """Put one more issue into the calendar, before a planned one. A preview answers with 200."""
        asked = read(ExtraIssueIn, request)
        following, preview = find_issue(code, asked.pop("before")), asked.pop("preview")
        act, new = (catalog if preview else terms).add_issue, Issue(**asked)
        change = partial(act, before_issue_id=following.pk, issue=new, by=actor(request))
        return changed(following, change, preview=preview, status=200 if preview else 201)


class LayOuts(APIView):
    permission_classes = [May("change_catalog")]

    @extend_schema(
        request=LayOutIn, responses={200: CalendarIssueOut(many=True), 201: CalendarIssueOut(many=True), **CAN_REFUSE}
    )
    def post(self, request: Request, code: str) -> Response:
        """Lay out the next years of the calendar. A preview answers with 200, and the issues as they would stand."""
        magazine, asked = find_magazine(code), read(LayOutIn, request)
        preview = asked.pop("preview")
        lay_out = partial(catalog.lay_out, magazine_id=magazine.pk, by=actor(request), **asked)
        issues = tried(lay_out) if preview else lay_out()
        return Response(CalendarIssueOut(issues, many=True).data, status=200 if preview else 201)


class OneIssue(APIView):
    permission_classes = [May("see_calendar")]

    @extend_schema(responses={200: CalendarIssueOut, 404: Refusal})
    def get(self, request: Request, code: str, number: int) -> Response:
        """One issue of the calendar."""
        refuse_unknown_parameters(request, set())
        return Response(CalendarIssueOut(find_issue(code, number)).data)


class Drops(APIView):
    permission_classes = [May("change_catalog")]

    @extend_schema(request=ChangeIn, responses={200: CalendarChangeOut, **CAN_REFUSE})
    def post(self, request: Request, code: str, number: int) -> Response:
        """Drop a planned issue. No reader loses an issue: each last one moves out."""
        issue, preview = find_issue(code, number), read(ChangeIn, request)["preview"]
        act = (catalog if preview else terms).drop_issue
        return changed(issue, partial(act, issue_id=issue.pk, by=actor(request)), preview=preview)


class Restorations(APIView):
    permission_classes = [May("change_catalog")]

    @extend_schema(request=ChangeIn, responses={200: CalendarChangeOut, **CAN_REFUSE})
    def post(self, request: Request, code: str, number: int) -> Response:
        """Bring a dropped issue back, until the one after it has been pulled."""
        issue, preview = find_issue(code, number), read(ChangeIn, request)["preview"]
        act = (catalog if preview else terms).restore_issue
        return changed(issue, partial(act, issue_id=issue.pk, by=actor(request)), preview=preview)


class Weight(APIView):
    permission_classes = [May("change_catalog")]

    @extend_schema(request=WeightIn, responses={200: CalendarChangeOut, **CAN_REFUSE})
    def put(self, request: Request, code: str, number: int) -> Response:
        """Make a planned issue a special, a single or a double. Terms that wait around it are laid again."""
        issue, asked = find_issue(code, number), read(WeightIn, request)
        act = catalog.set_weight if asked["preview"] else terms.reweigh_issue
        change = partial(act, issue_id=issue.pk, weight=asked["weight"], by=actor(request))
        return changed(issue, change, preview=asked["preview"])


class CutOff(APIView):
    permission_classes = [May("change_catalog")]

    @extend_schema(request=CutOffIn, responses={200: CalendarChangeOut, **CAN_REFUSE})
    def put(self, request: Request, code: str, number: int) -> Response:
        """Move the cut-off of a planned issue; renewal dates follow the calendar."""
        issue, asked = find_issue(code, number), read(CutOffIn, request)
        change = partial(catalog.move_pull, issue_id=issue.pk, pull_at=asked["pull_at"], by=actor(request))
        return changed(issue, change, preview=asked["preview"])


def changed(issue: Issue, change: Callable[[], Issue], *, preview: bool, status: int = 200) -> Response:
    """Make the change, or only try it. What holds up others, laying the terms again, a preview leaves out."""
    touched = whom_it_touches(issue)
    done = tried(change) if preview else change()
    return Response(CalendarChangeOut({"preview": preview, "issue": done, "touched": touched}).data, status=status)


def find_magazine(code: str) -> Magazine:
    """:raises NotFound:"""
    magazine = Magazine.objects.filter(code=code).first()
    if magazine is None:
        raise NotFound("There is no such magazine.")
    return magazine


def find_issue(code: str, number: int) -> Issue:
    """:raises NotFound:"""
    issue = Issue.objects.select_related("magazine").filter(magazine__code=code, number=number).first()
    if issue is None:
        raise NotFound("There is no such issue in the calendar.")
    return issue
