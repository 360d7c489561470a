from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subscriptions.terms.models import ServiceReason

ANOTHER = "other"


class CancelForm(forms.Form):
    """When it stops, and (if the reader cares to say) why. Stopping now is there only for whoever gets money back."""

    when = forms.ChoiceField(choices=[("end", "end"), ("now", "now")], initial="end")
    reason = forms.ChoiceField(initial=ANOTHER, label=_("Why, if you would like to tell us"))

    def __init__(self, *args: Any, reasons: Sequence[ServiceReason], may_stop_now: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(reason.code, reason.words) for reason in reasons]  # type: ignore[attr-defined]
        if not may_stop_now:
            self.fields["when"].choices = [("end", "end")]  # type: ignore[attr-defined]
