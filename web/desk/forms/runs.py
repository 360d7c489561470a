from collections.abc import Sequence
from typing import Any

from django import forms

from web.desk.forms.calendar import Day


class ApproveForm(forms.Form):
    """Failed checks that may be accepted are ticked one by one, with the reason."""

    despite = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="I have looked at this and accept it"
    )
    because = forms.CharField(required=False, max_length=200, label="Why it is all right")

    def __init__(self, *args: Any, failed: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if failed:
            choices = [(check["code"], check["sentence"]) for check in failed]
            self.fields["despite"].choices = choices  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["despite"], self.fields["because"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("despite") and not (typed.get("because") or "").strip():
            self.add_error("because", "Say why; it is kept with the approval.")
        return typed


class VoidForm(forms.Form):
    reason = forms.CharField(max_length=200, label="Why it is voided")


class HandOverForm(forms.Form):
    to = forms.CharField(max_length=80, label="The printer or mail house that has the file")


class MailedForm(forms.Form):
    mailed_on = forms.DateField(label="Given to the post on", widget=Day)
