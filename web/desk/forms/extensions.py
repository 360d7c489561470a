from collections.abc import Sequence
from typing import Any

from django import forms

from subscriptions.catalog.models import Issue
from subscriptions.terms.models import ServiceReason, Term

FREE = [(Term.Class.COMP, "Complimentary"), (Term.Class.STAFF, "Staff"), (Term.Class.SAMPLE, "Sample")]


class ExtensionForm(forms.Form):
    """How many issues and why; for a copy that is given back, which one."""

    reason = forms.ChoiceField(label="Why")
    issues = forms.IntegerField(min_value=1, max_value=60, initial=1, label="How many issues on top")
    copy_issue = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label="Which copy is given back",
        help_text="Only for a copy that never came or came back: its money is earned again later.",
    )  # fmt: skip
    about = forms.CharField(max_length=120, required=False, label="A word about it")

    def __init__(self, *args: Any, reasons: Sequence[ServiceReason], sent: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(reason.code, f"{reason.name} ({reason.get_effect_display()})") for reason in reasons]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.fields["copy_issue"].choices = [  # type: ignore[attr-defined]
            ("", "none"),
            *((issue.pk, f"{issue.cover_label} (No. {issue.number})") for issue in sent),
        ]


class CorrectionForm(forms.Form):
    """By how many issues a number was keyed wrong, and how that came."""

    issues = forms.IntegerField(
        min_value=-60, max_value=60, label="How many issues more, or fewer",
        help_text="2 puts two on top, -2 takes two off.",
    )  # fmt: skip
    because = forms.CharField(max_length=120, label="What was keyed wrong")


class CompForm(forms.Form):
    """Free copies: for how long, who answers for them, and until when that holds."""

    copy_class = forms.ChoiceField(choices=FREE, label="Class")
    units = forms.IntegerField(
        min_value=1, max_value=120, required=False, label="How many issues", help_text="Leave it empty for no end."
    )
    copies = forms.IntegerField(min_value=1, max_value=999, initial=1, label="Copies of each issue")
    owner = forms.CharField(max_length=80, label="Who answers for it")
    why = forms.CharField(max_length=120, label="Why it is free")
    confirm_by = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label="To be confirmed again by")


class ConfirmForm(forms.Form):
    confirm_by = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label="To be confirmed again by")
