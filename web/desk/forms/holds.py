"""Holds as a clerk asks for them."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from subscriptions.catalog.models import Issue
from subscriptions.terms.models import ServiceReason
from subscriptions.terms.queries import Where

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
        self.fields["until_issue"].choices = [("", "until further notice"), *_choices(issues)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("until_issue") and data.get("back_on"):
            self.add_error("back_on", "Give an issue or a day, not both.")
        return data


class BulkHoldForm(forms.Form):
    reason = forms.ChoiceField()
    from_issue = forms.TypedChoiceField(coerce=int, label="First issue to hold back")
    until_issue = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label="First issue to be sent again"
    )
    countries = forms.CharField(required=False, help_text="Codes of two letters with commas between: CA, GB.")
    states = forms.CharField(required=False, label="States of the US", help_text="FL, GA.")
    zip3 = forms.CharField(required=False, label="ZIP areas", help_text="First three digits of ZIP codes: 331, 332.")
    everywhere = forms.BooleanField(required=False, label="Everywhere: everyone who gets this magazine")

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = ServiceReason.objects.filter(use=ServiceReason.Use.HOLD, is_active=True).order_by("position", "pk")
        self.fields["reason"].choices = [(reason.code, reason.name) for reason in reasons]  # type: ignore[attr-defined]
        self.fields["from_issue"].choices = _choices(issues)  # type: ignore[attr-defined]  # a choice field
        self.fields["until_issue"].choices = [("", "until further notice"), *_choices(issues)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        codes = {name: _codes(data.get(name, "")) for name in ("countries", "states", "zip3")}
        try:
            data["where"] = Where(**codes)
        except ValueError as error:
            self.add_error(None, str(error))
            return data
        if data["where"].is_everywhere != bool(data.get("everywhere")):
            self.add_error("everywhere", "Name places, or tick that it is for everyone: one of the two.")
        return data

    @property
    def where(self) -> Where:
        where: Where = self.cleaned_data["where"]
        return where


def _choices(issues: Sequence[Issue]) -> list[tuple[int, str]]:
    return [(issue.pk, f"{issue.cover_label} (No. {issue.number})") for issue in issues]


def _codes(text: str) -> list[str]:
    return [word.upper() for word in re.split(r"[\s,;]+", text) if word]
