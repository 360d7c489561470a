"""Holds as a clerk asks for them."""

from collections.abc import Sequence
from typing import Any

from django import forms

from subscriptions.catalog.models import Issue

OVER_LIMIT = "Only when more is held back than the house allows in a year. It is kept in the audit trail."


class DayInput(forms.DateInput):
    input_type = "date"


class HoldDaysForm(forms.Form):
    away_from = forms.DateField(label="First day away", widget=DayInput)
    back_on = forms.DateField(
        label="Back home on", required=False, widget=DayInput, help_text="Leave it empty to hold until further notice."
    )
    note = forms.CharField(max_length=60, required=False)
    over_limit_because = forms.CharField(max_length=120, required=False, label="Why more", help_text=OVER_LIMIT)


class HoldEndForm(forms.Form):
    until_issue = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label="First issue to be sent again",
        help_text="Without an issue and a day it holds until further notice.",
    )  # fmt: skip
    back_on = forms.DateField(label="Or the day of coming home", required=False, widget=DayInput)
    over_limit_because = forms.CharField(max_length=120, required=False, label="Why more", help_text=OVER_LIMIT)

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until_issue"].choices = [("", "until further notice"), *choices_of(issues)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("until_issue") and data.get("back_on"):
            self.add_error("back_on", "Give an issue or a day, not both.")
        return data


def choices_of(issues: Sequence[Issue]) -> list[tuple[int, str]]:
    return [(issue.pk, f"{issue.cover_label} (No. {issue.number})") for issue in issues]
