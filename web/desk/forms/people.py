"""What is asked about people: another file's number, a note, yes and no to being written to."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from subscriptions.readers.actions import LONGEST_NOTE
from subscriptions.readers.models import ContactPreference
from subscriptions.readers.rules.preferences import Kind

_NUMBER = re.compile(r"\d{1,7}")


class ReaderNumberField(forms.CharField):
    """A reader's number, as it is read out: with zeros in front or without."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)

    def clean(self, value: Any) -> int:
        typed = super().clean(value).strip()
        if not _NUMBER.fullmatch(typed):
            raise forms.ValidationError("A reader's number has up to seven digits.")
        return int(typed)


class CorrectReaderForm(forms.Form):
    """What a file is under. A field that is emptied takes away what was there."""

    name = forms.CharField(max_length=80, required=False, label="Name")
    company = forms.CharField(max_length=80, required=False, label="Company")
    email = forms.EmailField(required=False, label="Mail address")
    phone = forms.CharField(max_length=30, required=False, label="Telephone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One of the two: a name, or a company.
        self.fields["name"].needed_by_some = True  # type: ignore[attr-defined]  # for the template


class OtherReaderForm(forms.Form):
    number = ReaderNumberField(label="Number of the other reader")


class MergeForm(forms.Form):
    joins_lines = forms.BooleanField(
        required=False,
        initial=True,
        label="Two subscriptions to the same magazine become one",
    )


class NoteForm(forms.Form):
    text = forms.CharField(max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4}), label="Note")
    pinned = forms.BooleanField(required=False, label="Keep it on top")


class PreferencesForm(forms.Form):
    """One tick for each channel and purpose; what is not ticked is a no."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for purpose in ContactPreference.Purpose:
            for channel in ContactPreference.Channel:
                label = f"{purpose.label} by {channel.label.lower()}"
                self.fields[f"{channel}_{purpose}"] = forms.BooleanField(
                    required=False, label=label[0].upper() + label[1:]
                )

    @staticmethod
    def answers_of(holds: Mapping[Kind, bool]) -> dict[str, bool]:
        return {"_".join(kind): allowed for kind, allowed in holds.items()}

    @staticmethod
    def said(answers: Mapping[str, Any]) -> dict[Kind, bool]:
        kinds = [(c.value, p.value) for p in ContactPreference.Purpose for c in ContactPreference.Channel]
        return {kind: bool(answers["_".join(kind)]) for kind in kinds}
