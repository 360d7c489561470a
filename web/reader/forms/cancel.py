from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subscriptions.terms.models import ServiceReason

ANOTHER = "other"


class CancelForm(forms.Form):
    """When it stops, and why, if the reader cares to say. `choices`: what of `end` and `now` this reader may choose."""

    when = forms.ChoiceField(choices=[("end", "end"), ("now", "now")], initial="end")
    reason = forms.ChoiceField(initial=ANOTHER, label=_("Why, if you would like to tell us"))

    def __init__(self, *args: Any, reasons: Sequence[ServiceReason], choices: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(reason.code, reason.words) for reason in reasons]  # type: ignore[attr-defined]
        self.fields["when"].choices = [(choice, choice) for choice in choices]  # type: ignore[attr-defined]
        self.fields["when"].initial = choices[0] if choices else "end"
