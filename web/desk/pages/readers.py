"""Finding a reader, one reader on one screen, and who may be whom."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.readers import actions, queries
from subscriptions.readers.models import PossibleDuplicate, Reader
from web.desk.pages.base import DeskPage, Verb
from web.desk.queries.around_reader import CHANNELS, around
from web.desk.queries.one_reader import reader_file
from web.desk.queries.people import names_of
from web.desk.queries.timeline import timeline
from web.search import Found, find, hits


class Readers(DeskPage):
    capability = "see_readers"
    template = "desk/readers.html"
    title = "Readers"

    def get(self, request: HttpRequest) -> HttpResponse:
        typed, after = request.GET.get("q", "")[:100].strip(), request.GET.get("after", "")[:40]
        found = find(typed, after=after)
        if len(found.hits) == 1 and not after and not found.after:
            # So that Enter is enough: a number, an order, a rare name.
            return redirect("admin:reader", found.hits[0].reader.pk)
        return self.show(
            typed=typed, found=found, is_first=not after, heading=_heading(typed, found, is_first=not after)
        )


def _heading(typed: str, found: Found, *, is_first: bool) -> str:
    count = len(found.hits)
    if not count:
        return f"Nobody is on file under “{typed}”" if is_first else "No more readers"
    readers = "1 reader" if count == 1 else f"{count} readers"
    if is_first:
        return f"The first {readers}" if found.after else readers
    return f"The next {readers}" if found.after else f"The last {readers}"


class OneReader(DeskPage):
    capability = "see_readers"
    template = "desk/reader.html"

    def get(self, request: HttpRequest, reader_id: int) -> HttpResponse:
        file = reader_file(find_reader(reader_id), now=clock.now())
        beside = around(file.reader, now=clock.now())
        typed = request.GET.get("after", "")
        is_number = typed.isascii() and typed.isdecimal() and len(typed) < 8
        events, older = timeline(file, after=int(typed) if is_number else 0)
        return self.show(
            title=f"{file.reader.shown_name} · {file.reader.number}",
            file=file,
            around=beside,
            timeline=events,
            older=older,
            channels=CHANNELS,
            names=names_of([*file.references, *beside.references, *(event.by for event in events)]),
        )


class Duplicates(DeskPage):
    capability = "see_work_list"
    template = "desk/duplicates.html"
    title = "Possible duplicates"

    def get(self, request: HttpRequest) -> HttpResponse:
        waiting = queries.open_duplicates()
        pairs = list(waiting[:100])
        known = hits([reader for pair in pairs for reader in (pair.new_reader, pair.known_reader)])
        by_pk = {hit.reader.pk: hit for hit in known}
        rows = [(pair, by_pk[pair.new_reader_id], by_pk[pair.known_reader_id]) for pair in pairs]
        return self.show(rows=rows, count=waiting.count())


class AnswerDuplicate(Verb):
    """`same` or `different`, from the address of the page."""

    capability = "change_readers"
    title = "Is this one reader?"

    @property
    def same(self) -> bool:
        return bool(self.kwargs["answer"] == PossibleDuplicate.Answer.SAME)

    @property
    def button(self) -> str:  # type: ignore[override]  # it depends on the address
        return "Yes, they are the same" if self.same else "Yes, they are different people"

    def find(self) -> PossibleDuplicate:
        pair = PossibleDuplicate.objects.select_related("new_reader", "known_reader").filter(pk=self.kwargs["pair_id"])
        found = pair.first()
        if found is None or self.kwargs["answer"] not in ("same", "different"):
            raise NotFound("There is no such question.")
        return found

    def asks(self, subject: PossibleDuplicate) -> list[str]:
        new, known = subject.new_reader, subject.known_reader
        names = f"{new.shown_name} ({new.number}) and {known.shown_name} ({known.number})"
        if self.same:
            return [
                f"You say that {names} are the same reader.",
                "Both files say so from now on. Nothing is merged by this: each keeps its subscriptions and orders.",
                "To make them one file, merge them from the list or from either file.",
            ]
        return [f"You say that {names} are different people.", "The question is not asked again."]

    def act(self, subject: PossibleDuplicate, answers: dict[str, Any]) -> str:
        actions.answer_duplicate(pair_id=subject.pk, answer=self.kwargs["answer"], by=self.actor, now=clock.now())
        return "Answered: they are the same reader." if self.same else "Answered: they are different people."

    def back(self, subject: PossibleDuplicate) -> str:
        return reverse("admin:duplicates") if self.staff.may("see_work_list") else reverse("admin:readers")


def find_reader(reader_id: int) -> Reader:
    """:raises NotFound:"""
    reader = Reader.objects.select_related("merged_into").filter(pk=reader_id).first()
    if reader is None:
        raise NotFound("There is no such reader.")
    return reader
