from collections.abc import Sequence
from typing import Any

from django import forms

from subscriptions.terms.models import ServiceReason


class ClaimForm(forms.Form):
    reason = forms.ChoiceField(label="What about it")
    note = forms.CharField(max_length=200, required=False, label="What the reader says")
    insists = forms.BooleanField(required=False, label="It was claimed before; take it once more")

    def __init__(self, *args: Any, reasons: Sequence[ServiceReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(each.code, each.name) for each in reasons]  # type: ignore[attr-defined]


class ReturnedForm(forms.Form):
    note = forms.CharField(max_length=200, required=False, label="What the post says")


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        choices=[
            ("replacement", "Send another copy from stock"),
            ("extension", "Add it at the end"),
            ("refusal", "Refuse it"),
        ]
    )
    words = forms.CharField(
        max_length=300, required=False, label="What the reader is told",
        help_text="Left empty, the usual sentence. A refusal needs one.",
    )  # fmt: skip


class ClaimPolicyForm(forms.Form):
    due_after_days = forms.IntegerField(
        min_value=0, max_value=365, label="Days after the in-home window before a copy counts as missing"
    )
    claimable_issues = forms.IntegerField(
        min_value=1, max_value=120, label="How many issues back may be claimed without a person"
    )
    replacements_at_home = forms.IntegerField(min_value=0, max_value=120, label="Copies sent again in a year, at home")
    replacements_abroad = forms.IntegerField(min_value=0, max_value=120, label="Copies sent again in a year, abroad")
    extensions = forms.IntegerField(
        min_value=0, max_value=120, label="After that: issues added at the end, in a year"
    )  # fmt: skip
    misses_that_mean_undeliverable = forms.IntegerField(
        min_value=2, max_value=120, label="Misses in a row that mean a wrong address"
    )
