"""What a reader says about a copy."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subscriptions.terms.models import ServiceReason


class MissingForm(forms.Form):
    use_required_attribute = False
    reason = forms.ChoiceField(
        label=_("What about it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say what it is about."), "invalid_choice": _("Please choose one.")},
    )

    def __init__(self, *args: Any, reasons: Sequence[ServiceReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The house's own words; the first is the one that most people come for.
        self.fields["reason"].choices = [(each.code, each.words) for each in reasons]  # type: ignore[attr-defined]
        self.fields["reason"].initial = reasons[0].code if reasons else None
