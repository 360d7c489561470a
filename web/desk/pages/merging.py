"""Two files of one person made one, with a look at what comes of it before; and the way back."""

from typing import Any

from django.http import HttpResponseRedirect
from django.urls import reverse

from foundation import clock
from foundation.errors import DomainError, NotFound
from subscriptions.readers import actions, queries
from subscriptions.readers.models import Reader, ReaderMerge
from subscriptions.terms import actions as terms
from web.desk.forms.people import MergeForm, OtherReaderForm
from web.desk.pages.base import Verb
from web.desk.pages.readers import find_reader
from web.desk.queries.one_reader import reader_file


class ChooseMerge(Verb):
    """Which file is the same person's. Nothing is changed by it: the next page shows what would be."""

    capability = "change_readers"
    form_class = OtherReaderForm
    title = "Merge another file into this one"
    button = "Look at both"

    def find(self) -> Reader:
        return find_reader(self.kwargs["reader_id"])

    def asks(self, subject: Reader) -> list[str]:
        return [
            f"{subject.shown_name}, {subject.number}, is the file that is kept. You see what would come of it before "
            "anything is merged."
        ]

    def act(self, subject: Reader, answers: dict[str, Any]) -> str:
        if not Reader.objects.filter(pk=answers["number"]).exists():
            raise UnknownNumber("There is no reader with that number.")
        if answers["number"] == subject.pk:
            raise actions.SameFile("That is this file.")
        return ""

    def leave(self, subject: Reader, done: str) -> HttpResponseRedirect:
        other = int(self.request.POST["number"])
        return HttpResponseRedirect(reverse("admin:merge_readers", args=[subject.pk, other]))

    def back(self, subject: Reader) -> str:
        return reverse("admin:reader", args=[subject.pk])


class UnknownNumber(DomainError):
    code = "unknown_number"


class MergeReaders(Verb):
    capability = "change_readers"
    template = "desk/merge.html"
    form_class = MergeForm
    title = "Make two files one"
    button = "Merge them"
    is_grave = True

    def find(self) -> tuple[Reader, Reader]:
        """The kept one and the one to be merged."""
        kept, merged = find_reader(self.kwargs["reader_id"]), find_reader(self.kwargs["merged_id"])
        if kept == merged:
            raise NotFound("That is one file, not two.")
        return kept, merged

    def asks(self, subject: tuple[Reader, Reader]) -> list[str]:
        kept, merged = subject
        days = actions.CAN_BE_UNDONE_FOR.days
        return [
            f"{merged.shown_name}, {merged.number}, becomes another number of {kept.shown_name}, {kept.number}. Both "
            "numbers and mail addresses lead to the kept file from then on.",
            "Who paid what stays as it is, and no money moves. Where one of them does not want to be written to, we do "
            f"not write. It can be undone for {days} days.",
        ]

    def extras(self, subject: tuple[Reader, Reader]) -> dict[str, Any]:
        now = clock.now()
        context: dict[str, Any] = {"files": [reader_file(reader, now=now) for reader in subject]}
        if any(reader.merged_into_id for reader in subject):
            return context
        for name, joins in (("apart", False), ("joined", True)):
            context[name] = terms.preview_merge(
                kept_id=subject[0].pk, merged_id=subject[1].pk, joins_lines=joins, by=self.actor, now=now
            )
        context["can_join"] = any(line.joined or line.stayed_because for line in context["joined"])
        return context

    def act(self, subject: tuple[Reader, Reader], answers: dict[str, Any]) -> str:
        kept, merged = subject
        actions.merge_readers(
            kept_id=kept.pk,
            merged_id=merged.pk,
            joins_lines=answers["joins_lines"],
            by=self.actor,
            now=clock.now(),
        )
        return f"{merged.number} is now another number of {kept.number}. Its subscriptions follow within a minute."

    def back(self, subject: tuple[Reader, Reader]) -> str:
        return reverse("admin:reader", args=[subject[0].pk])


class UndoMerge(Verb):
    capability = "change_readers"
    title = "Undo the merge"
    button = "Make them two again"
    is_grave = True

    def find(self) -> ReaderMerge:
        found = ReaderMerge.objects.select_related("kept", "merged").filter(pk=self.kwargs["merge_id"]).first()
        if found is None:
            raise NotFound("There is no such merge.")
        return found

    def asks(self, subject: ReaderMerge) -> list[str]:
        return [
            f"{subject.merged.shown_name}, {subject.merged.number}, becomes a file of its own again and gets back the "
            f"subscriptions that came from it, with what is left of them.",
            f"What was ordered, noted or said since stays with {subject.kept.shown_name}, {subject.kept.number}.",
        ]

    def act(self, subject: ReaderMerge, answers: dict[str, Any]) -> str:
        actions.unmerge_readers(merge_id=subject.pk, by=self.actor, now=clock.now())
        return "They are two readers again. The subscriptions go back within a minute."

    def back(self, subject: ReaderMerge) -> str:
        return reverse("admin:reader", args=[queries.reader_in_force(subject.merged).pk])
