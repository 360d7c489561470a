"""Readers for staff's own programs: who is who, who lives with whom, wishes, notes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.errors import NotFound
from subscriptions.readers import actions, queries
from subscriptions.readers.models import Reader, ReaderNote
from web.api.callers import actor
from web.api.once import ONCE, once
from web.api.permissions import May
from web.api.reader_answers import reader_answer
from web.api.shapes.base import CAN_REFUSE, Refusal
from web.api.shapes.people import (
    CorrectionOfReaderIn,
    HouseholdIn,
    HouseholdOut,
    NoteIn,
    NoteOut,
    PinIn,
    PreferenceOut,
    PreferencesIn,
    ReaderOut,
)
from web.api.views.offers import refuse_unknown_parameters


class OneReader(APIView):
    def get_permissions(self) -> list[Any]:
        return [May("see_readers" if self.request.method in SAFE_METHODS else "change_readers")()]

    @extend_schema(responses={200: ReaderOut, 404: Refusal})
    def get(self, request: Request, number: str) -> Response:
        """One reader. The number of a file that was merged answers with the one that was kept."""
        refuse_unknown_parameters(request, set())
        return Response(ReaderOut(reader_answer(find(number))).data)

    @extend_schema(request=CorrectionOfReaderIn, responses={200: ReaderOut, **CAN_REFUSE})
    def patch(self, request: Request, number: str) -> Response:
        """Put name, company, mail address or telephone right. What is not sent stays; an empty text takes it away.

        Labels are printed from addresses, and stay. With another mail address nobody is signed in by the old one, which
        is told that it was changed, without a name. Another file may have the same one: `duplicates/` asks about it.
        """
        body = CorrectionOfReaderIn(data=request.data)
        body.is_valid(raise_exception=True)
        reader = find(number)
        done = actions.correct_reader(reader_id=reader.pk, by=actor(request), now=clock.now(), **body.validated_data)
        return Response(ReaderOut(reader_answer(done.reader)).data)


class Household(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=HouseholdIn, responses={200: HouseholdOut, **CAN_REFUSE})
    def put(self, request: Request, number: str) -> Response:
        """Say that the reader lives with another. Each keeps a file; no copy is held back by this."""
        body = HouseholdIn(data=request.data)
        body.is_valid(raise_exception=True)
        reader, other = find(number), int(body.validated_data["lives_with"])
        actions.join_household(reader_id=reader.pk, with_reader_id=other, by=actor(request))
        return Response(HouseholdOut(reader_answer(find(number))).data)

    @extend_schema(request=None, responses={204: None, 404: Refusal, 409: Refusal})
    def delete(self, request: Request, number: str) -> Response:
        """Take the reader out of the household. A copy that is held back for it stays held until that hold is ended."""
        actions.leave_household(reader_id=find(number).pk, by=actor(request))
        return Response(status=204)


class Preferences(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=PreferencesIn, responses={200: PreferenceOut(many=True), **CAN_REFUSE})
    def patch(self, request: Request, number: str) -> Response:
        """Say how the reader wishes to be written to. Answers what holds for every kind now."""
        body = PreferencesIn(data=request.data)
        body.is_valid(raise_exception=True)
        said = {(p["channel"], p["purpose"]): p["allowed"] for p in body.validated_data["preferences"]}
        reader = find(number)
        actions.set_preferences(reader_id=reader.pk, said=said, source="api", by=actor(request), now=clock.now())
        return Response(PreferenceOut(reader_answer(reader)["preferences"], many=True).data)


class Notes(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(parameters=[ONCE], request=NoteIn, responses={201: NoteOut, **CAN_REFUSE})
    def post(self, request: Request, number: str) -> Response:
        """Write a note about a reader for the other members of staff."""
        body = NoteIn(data=request.data)
        body.is_valid(raise_exception=True)
        reader = find(number)
        with once(request):
            note = actions.add_note(reader_id=reader.pk, by=actor(request), now=clock.now(), **body.validated_data)
        return Response(NoteOut(note).data, status=201)


class OneNote(APIView):
    permission_classes = [May("change_readers")]

    @extend_schema(request=PinIn, responses={200: NoteOut, **CAN_REFUSE})
    def patch(self, request: Request, number: str, note_id: int) -> Response:
        """Keep a note on top, or not."""
        body = PinIn(data=request.data)
        body.is_valid(raise_exception=True)
        note = find_note(number, note_id)
        return Response(NoteOut(actions.pin_note(note_id=note.pk, by=actor(request), **body.validated_data)).data)

    @extend_schema(request=None, responses={204: None, 404: Refusal})
    def delete(self, request: Request, number: str, note_id: int) -> Response:
        """Delete a note. That there was one, and who deleted it, is kept."""
        actions.delete_note(note_id=find_note(number, note_id).pk, by=actor(request))
        return Response(status=204)


def find(number: str) -> Reader:
    """The reader in force under this number.

    :raises NotFound: for a number that nobody has
    """
    known = number.isascii() and number.isdecimal() and len(number) == 7
    reader = Reader.objects.select_related("merged_into").filter(pk=int(number)).first() if known else None
    if reader is None:
        raise NotFound("There is no reader with that number.")
    return queries.reader_in_force(reader)


def find_note(number: str, note_id: int) -> ReaderNote:
    """:raises NotFound: also for somebody else's note"""
    note = queries.notes_of(find(number).pk).filter(pk=note_id).first()
    if note is None:
        raise NotFound("There is no such note.")
    return note
