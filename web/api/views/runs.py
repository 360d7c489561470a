"""Label runs for machines and scripts: the same verbs as on the desk, one call each."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment import actions
from subscriptions.fulfillment import queries as runs
from subscriptions.fulfillment.models import LabelRun
from web.api.callers import actor
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.runs import ApprovalIn, HandOverIn, MailingIn, RunIn, RunOut, VoidIn


class Runs(APIView):
    def get_permissions(self) -> list[Any]:
        return [May("see_runs" if self.request.method == "GET" else "work_runs")()]

    @extend_schema(parameters=[AFTER], responses={200: RunOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """Label runs, the newest first."""
        return page(request, LabelRun.objects.select_related("issue__magazine"), RunOut, by="-pk")

    @extend_schema(request=RunIn, responses={201: RunOut, **CAN_REFUSE})
    def post(self, request: Request) -> Response:
        """Plan the main run of an issue, or a supplement or claims run that follows it; those are rehearsed at once."""
        body = RunIn(data=request.data)
        body.is_valid(raise_exception=True)
        issue = Issue.objects.filter(
            magazine__code=body.validated_data["magazine"], number=body.validated_data["issue"]
        ).first()
        if issue is None:
            raise NotFound("There is no such issue in the calendar.")
        purpose, plan = body.purpose_number(), actions.plan_run
        if purpose != LabelRun.Purpose.MAIN:
            plan = partial(actions.plan_later_run, purpose=purpose)
        run = plan(issue_id=issue.pk, by=actor(request), now=clock.now())
        return answer(run.uuid, status=201)


class OneRun(APIView):
    permission_classes = [May("see_runs")]

    @extend_schema(responses={200: RunOut, 404: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """One label run with its progress."""
        return answer(uuid)


class Rehearsals(APIView):
    permission_classes = [May("work_runs")]

    @extend_schema(request=None, responses={202: RunOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Ask for a rehearsal: counts, skips and checks, nothing is served."""
        return act(request, uuid, actions.ask_rehearsal, status=202)


class Approval(APIView):
    permission_classes = [May("work_runs")]

    @extend_schema(request=ApprovalIn, responses={200: RunOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Approve what the rehearsal found. Some failed checks may be accepted, with the reason."""
        body = ApprovalIn(data=request.data)
        body.is_valid(raise_exception=True)
        return act(request, uuid, actions.approve, **body.validated_data)

    @extend_schema(request=None, responses={200: RunOut, **CAN_REFUSE})
    def delete(self, request: Request, uuid: UUID) -> Response:
        """Take the approval back."""
        return act(request, uuid, actions.unapprove)


class Releases(APIView):
    permission_classes = [May("work_runs")]

    @extend_schema(request=None, responses={202: RunOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Release an approved run: its copies are recorded and its file is written by a worker."""
        return act(request, uuid, actions.ask_release, status=202)


class Voids(APIView):
    permission_classes = [May("work_runs")]

    @extend_schema(request=VoidIn, responses={200: RunOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Take a run back before hand-over: nobody has been served."""
        body = VoidIn(data=request.data)
        body.is_valid(raise_exception=True)
        return act(request, uuid, actions.void, reason=body.validated_data["reason"])


class HandOvers(APIView):
    permission_classes = [May("work_runs")]

    @extend_schema(request=HandOverIn, responses={200: RunOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Note that the mail house has the file."""
        body = HandOverIn(data=request.data)
        body.is_valid(raise_exception=True)
        return act(request, uuid, actions.hand_over, to=body.validated_data["to"])


class Mailings(APIView):
    permission_classes = [May("work_runs")]

    @extend_schema(request=MailingIn, responses={200: RunOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Confirm the day of mailing: its copies are earned in that month."""
        body = MailingIn(data=request.data)
        body.is_valid(raise_exception=True)
        return act(request, uuid, actions.confirm_mailed, mailed_on=body.validated_data["mailed_on"])


class LabelFile(APIView):
    def get_permissions(self) -> list[Any]:
        return [May("download_labels" if self.request.method == "GET" else "work_runs")()]

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY, 404: Refusal, 409: Refusal})
    def get(self, request: Request, uuid: UUID) -> FileResponse:
        """The label file as it was released, byte for byte."""
        run = find(uuid)
        return FileResponse(
            runs.open_label_file(run.pk),
            as_attachment=True,
            filename=run.file_name.rpartition("/")[2],
            content_type="text/csv",
        )

    @extend_schema(request=None, responses={200: RunOut, **CAN_REFUSE})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Write a lost one again from the frozen copies: the same, byte for byte, or it is refused."""
        return act(request, uuid, actions.write_file_again)


class Manifest(APIView):
    permission_classes = [May("see_runs")]

    @extend_schema(responses={200: OpenApiTypes.OBJECT, 404: Refusal, 409: Refusal})
    def get(self, request: Request, uuid: UUID) -> Response:
        """The manifest that goes with the label file."""
        return Response(runs.manifest(find(uuid).pk))


def find(uuid: UUID) -> LabelRun:
    """:raises NotFound:"""
    run = LabelRun.objects.select_related("issue__magazine").filter(uuid=uuid).first()
    if run is None:
        raise NotFound("There is no such label run.")
    return run


def act(request: Request, uuid: UUID, verb: Callable[..., object], *, status: int = 200, **more: Any) -> Response:
    verb(run_id=find(uuid).pk, by=actor(request), now=clock.now(), **more)
    return answer(uuid, status=status)


def answer(uuid: UUID, *, status: int = 200) -> Response:
    return Response(RunOut(find(uuid)).data, status=status)
