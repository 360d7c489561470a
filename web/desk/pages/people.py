"""What a clerk notes about a reader: who lives with whom, notes, and how they wish to be written to."""

from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.errors import NotFound
from subscriptions.readers import actions, queries
from subscriptions.readers.models import Reader, ReaderNote
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Subscription
from web.desk.forms.people import CorrectReaderForm, NoteForm, OtherReaderForm, PreferencesForm
from web.desk.pages.base import Verb
from web.desk.pages.readers import find_reader
from web.desk.pages.subscriptions import SubscriptionVerb


class ReaderVerb(Verb):
    capability = "change_readers"

    def find(self) -> Reader:
        return find_reader(self.kwargs["reader_id"])

    def back(self, subject: Reader) -> str:
        return reverse("admin:reader", args=[subject.pk])


class CorrectReader(ReaderVerb):
    form_class = CorrectReaderForm
    title = "Put name, mail or telephone right"
    button = "Keep it so"

    def asks(self, subject: Reader) -> list[str]:
        return [
            f"How {subject.shown_name}, {subject.number}, is on file. Labels are printed from the address of the "
            "subscription, which stays: change it there.",
            "The mail address is the key to the reader's own pages. With another one, whoever is signed in with the "
            "old one is signed out, and the old one is told that it was changed, without a name. Be sure who asks.",
        ]

    def initial(self, subject: Reader) -> dict[str, Any]:
        return {"name": subject.name, "company": subject.company, "email": subject.email, "phone": subject.phone}

    def act(self, subject: Reader, answers: dict[str, Any]) -> str:
        done = actions.correct_reader(reader_id=subject.pk, by=self.actor, now=clock.now(), **answers)
        if not done.changed:
            return "It stood so already; nothing was changed."
        shared = [other for other in queries.readers_with_email(done.reader.email) if other != done.reader]
        if "email" not in done.changed or not done.reader.email or not shared:
            return "Kept."
        who = ", ".join(f"{other.shown_name}, {other.number}" for other in shared[:5])
        return f"Kept. {who} has this mail address, too: whoever reads its mail sees both files."


class JoinHousehold(ReaderVerb):
    form_class = OtherReaderForm
    title = "They live together"
    button = "Same household"

    def asks(self, subject: Reader) -> list[str]:
        return [
            f"{subject.shown_name} and the other reader live together. Each keeps a file, orders and subscriptions; no "
            "copy is held back by this."
        ]

    def act(self, subject: Reader, answers: dict[str, Any]) -> str:
        actions.join_household(reader_id=subject.pk, with_reader_id=answers["number"], by=self.actor)
        return "Noted: they live together."


class LeaveHousehold(ReaderVerb):
    title = "They do not live together"
    button = "Take out of the household"

    def asks(self, subject: Reader) -> list[str]:
        others = ", ".join(other.shown_name for other in queries.household_of(subject))
        return [
            f"{subject.shown_name} does not live with {others or 'anybody on file'}. A copy that is held back for the "
            "household stays held until you end that hold."
        ]

    def act(self, subject: Reader, answers: dict[str, Any]) -> str:
        actions.leave_household(reader_id=subject.pk, by=self.actor)
        return "Noted: not of that household."


class OneCopy(SubscriptionVerb):
    """One copy for the household: this one is held back, and stays owed."""

    title = "One copy is enough for the household"
    button = "Hold this one back"

    def asks(self, subject: Subscription) -> list[str]:
        issue = self.first_open(subject)
        others = ", ".join(other.shown_name for other in queries.household_of(subject.reader)) or "nobody on file"
        first = f" from {issue} on" if issue else ""
        return [
            f"{subject.reader.shown_name} lives with {others}. The copies of {subject.magazine.name} of this "
            f"subscription are held back{first}, until the hold is ended.",
            "None of them is used up: everything that was paid stays owed, and comes when the hold ends.",
        ]

    def act(self, subject: Subscription, answers: dict[str, Any]) -> str:
        pause = terms.hold_for_household(subscription_id=subject.pk, by=self.actor, now=clock.now())
        return f"Held back from {pause.from_issue} on. One copy comes to the household."


class AddNote(ReaderVerb):
    form_class = NoteForm
    title = "Write a note"
    button = "Keep the note"

    def asks(self, subject: Reader) -> list[str]:
        return [f"For whoever opens the file of {subject.shown_name} next. The reader gets it with a copy of the file."]

    def act(self, subject: Reader, answers: dict[str, Any]) -> str:
        actions.add_note(
            reader_id=subject.pk,
            text=answers["text"],
            pinned=answers["pinned"],
            by=self.actor,
            now=clock.now(),
        )
        return "The note is kept."


class NoteVerb(Verb):
    capability = "change_readers"

    def find(self) -> ReaderNote:
        found = ReaderNote.objects.select_related("reader__merged_into").filter(pk=self.kwargs["note_id"]).first()
        if found is None:
            raise NotFound("There is no such note.")
        return found

    def back(self, subject: ReaderNote) -> str:
        return reverse("admin:reader", args=[queries.reader_in_force(subject.reader).pk])


class PinNote(NoteVerb):
    title = "Where the note stands"
    button = "Do so"

    def asks(self, subject: ReaderNote) -> list[str]:
        to = "goes back among the others" if subject.pinned else "stands on top from now on"
        return [f"“{subject.text}”", f"The note {to}."]

    def act(self, subject: ReaderNote, answers: dict[str, Any]) -> str:
        note = actions.pin_note(note_id=subject.pk, pinned=not subject.pinned, by=self.actor)
        return "The note stands on top." if note.pinned else "The note is among the others."


class DeleteNote(NoteVerb):
    title = "Delete the note"
    button = "Delete it"
    is_grave = True

    def asks(self, subject: ReaderNote) -> list[str]:
        return [f"“{subject.text}”", "Its words are gone for good. That there was one, and who deleted it, is kept."]

    def act(self, subject: ReaderNote, answers: dict[str, Any]) -> str:
        actions.delete_note(note_id=subject.pk, by=self.actor)
        return "The note is gone."


class SetPreferences(ReaderVerb):
    form_class = PreferencesForm
    title = "How the reader wishes to be written to"
    button = "Keep it so"

    def asks(self, subject: Reader) -> list[str]:
        return [
            f"Tick what {subject.shown_name} wishes to get. Receipts, and the notices that a law demands before an "
            "automatic charge, are sent in any case."
        ]

    def initial(self, subject: Reader) -> dict[str, Any]:
        return PreferencesForm.answers_of(queries.preferences_of(subject.pk))

    def act(self, subject: Reader, answers: dict[str, Any]) -> str:
        actions.set_preferences(
            reader_id=subject.pk,
            said=PreferencesForm.said(answers),
            source="clerk",
            by=self.actor,
            now=clock.now(),
        )
        return "Kept. It holds from now on."
