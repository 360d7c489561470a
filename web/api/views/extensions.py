from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import Invalid, NotFound
from subscriptions.catalog.models import Issue
from subscriptions.catalog.queries import planned_after
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Comp, Entry, Subscription, Term
from web.api.callers import actor
from web.api.once import ONCE, once
from web.api.pages import AFTER, page
from web.api.permissions import May
from web.api.shapes.base import Refusal, StrictSerializer
from web.api.shapes.extensions import (
    CompIn,
    CompOut,
    ConfirmIn,
    CorrectionIn,
    CorrectionOut,
    EntryOut,
    ExtensionIn,
    ExtensionOut,
    FreeOut,
    extension_out,
)
from web.api.views.renewals import find_in_force


class Extensions(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(
        parameters=[ONCE],
        request=ExtensionIn,
        responses={201: ExtensionOut, 400: Refusal, 404: Refusal, 409: Refusal},
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        """Give issues on top, for a reason of the house; the reason decides what becomes of the money."""
        subscription, asked = find_in_force(uuid), read(ExtensionIn, request)
        before = queries.expire(subscription.pk).issue
        copy = _copy(subscription, asked.get("copy_issue"))
        with once(request):
            given = actions.extend(
                subscription_id=subscription.pk,
                issues=asked["issues"],
                reason_code=asked["reason"],
                copy_issue_id=copy,
                about=asked["about"],
                by=actor(request),
                now=clock.now(),
            )
        last = queries.expire(subscription.pk).issue
        goes_on = before is not None and before.state == Issue.State.PLANNED
        first = planned_after(before) if before and goes_on else given.term.start_issue
        return Response(ExtensionOut(extension_out(given, first_issue=first, last_issue=last)).data, status=201)


class OneExtension(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={200: EntryOut, 404: Refusal, 409: Refusal})
    def delete(self, request: Request, entry_id: int) -> Response:
        """Take an extension back, in full; the answer is the entry that reverses it."""
        if not Entry.objects.filter(pk=entry_id).exists():
            raise NotFound("There is no such extension.")
        return Response(EntryOut(actions.take_back(entry_id=entry_id, by=actor(request), now=clock.now())).data)


class Corrections(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=CorrectionIn, responses={201: CorrectionOut, 400: Refusal, 404: Refusal, 409: Refusal})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Put a number of issues right that was keyed wrong. What was paid stays, and pays for the issues left."""
        term = Term.objects.filter(uuid=uuid).first()
        if term is None:
            raise NotFound("There is no such term.")
        asked = read(CorrectionIn, request)
        entry = actions.correct_term(term_id=term.pk, by=actor(request), now=clock.now(), **asked)
        last = queries.expire(term.subscription_id).issue
        return Response(CorrectionOut({"entry": entry, "last_issue": str(last or "")}).data, status=201)


class GraceWriteOffs(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=None, responses={201: EntryOut, 404: Refusal, 409: Refusal})
    def post(self, request: Request, uuid: UUID) -> Response:
        """Give up the copies sent in the hope of renewal: a later order does not pay for them."""
        entry = actions.write_off_grace(subscription_id=find_in_force(uuid).pk, by=actor(request), now=clock.now())
        return Response(EntryOut(entry).data, status=201)


class FreeSubscriptions(APIView):
    permission_classes = [May("see_work_list")]

    @extend_schema(parameters=[AFTER], responses={200: FreeOut(many=True), 400: Refusal})
    def get(self, request: Request) -> Response:
        """The free subscriptions that run, with who answers for each and until when it stands confirmed."""
        running = Term.objects.filter(comp__isnull=False, ended_at__isnull=True)
        return page(request, running.select_related("comp", "start_issue", "subscription__reader"), FreeOut, by="pk")


class Comps(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(
        parameters=[ONCE], request=CompIn, responses={201: CompOut, 400: Refusal, 404: Refusal, 409: Refusal}
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        """Send it for nothing, behind what is paid for; with an owner who confirms it every year."""
        subscription, asked = find_in_force(uuid), read(CompIn, request)
        units = asked.pop("issues")
        with once(request):
            term = actions.give_comp(
                subscription_id=subscription.pk, units=units, by=actor(request), now=clock.now(), **asked
            )
        return Response(CompOut(term).data, status=201)


class CompConfirmations(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=ConfirmIn, responses={201: CompOut, 400: Refusal, 404: Refusal, 409: Refusal})
    def post(self, request: Request, uuid: UUID) -> Response:
        """The free copies of this term still stand, until the day on which they are to be confirmed again."""
        comp = Comp.objects.filter(term__uuid=uuid).select_related("term").first()
        if comp is None:
            raise NotFound("There are no such free copies.")
        asked = read(ConfirmIn, request)
        confirmed = actions.confirm_comp(
            term_id=comp.term_id, confirm_by=asked["confirm_by"], by=actor(request), now=clock.now()
        )
        return Response(CompOut(confirmed.term).data, status=201)


def read(shape: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """:raises ValidationError: when the body has another shape"""
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _copy(subscription: Subscription, number: int | None) -> int | None:
    if number is None:
        return None
    issue = Issue.objects.filter(magazine_id=subscription.magazine_id, number=number, pulled_at__isnull=False).first()
    if issue is None:
        raise Invalid({"copy_issue": [("unknown", "No issue of that number has gone out.")]})
    return issue.pk
