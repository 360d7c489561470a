"""What is done for everyone in a place, as a clerk asks for it."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from django import forms

from subscriptions.catalog.models import Issue
from subscriptions.terms.models import ServiceReason
from subscriptions.terms.queries import Where
from web.desk.forms.holds import choices_of

Use, Effect = ServiceReason.Use, ServiceReason.Effect


class PlacesForm(forms.Form):
    """`cleaned_data["where"]` says which places; none at all has to be meant."""

    countries = forms.CharField(
        required=False,
        help_text="Codes of two letters with commas between: CA, GB. Countries, states and ZIP areas add up: whoever "
        "is in any of them is reached, so that US with FL is all of the US.",
    )
    states = forms.CharField(required=False, label="States of the US", help_text="FL, GA.")
    zip3 = forms.CharField(
        required=False, label="ZIP areas", help_text="First three digits of ZIP codes: 331, 332; besides the states."
    )
    everywhere = forms.BooleanField(required=False, label="Everywhere: everyone who gets this magazine")

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

    def mark(self, reached: int) -> str:
        """Stands for what was typed and how many it reached: the yes is to both."""
        typed = (sorted(self.cleaned_data.items()), reached)
        return hashlib.sha256(repr(typed).encode()).hexdigest()[:32]


class BulkHoldEndForm(forms.Form):
    until_issue = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label="First issue to be sent again"
    )

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until_issue"].choices = [("", "the next one"), *choices_of(issues)]  # type: ignore[attr-defined]


class BulkHoldForm(PlacesForm):
    reason = forms.ChoiceField()
    from_issue = forms.TypedChoiceField(coerce=int, label="First issue to hold back")
    until_issue = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label="First issue to be sent again"
    )
    field_order = ("reason", "from_issue", "until_issue")

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = _reasons(Use.HOLD)  # type: ignore[attr-defined]  # a choice field
        self.fields["from_issue"].choices = choices_of(issues)  # type: ignore[attr-defined]
        self.fields["until_issue"].choices = [("", "until further notice"), *choices_of(issues)]  # type: ignore[attr-defined]


class BulkExtensionForm(PlacesForm):
    issue = forms.TypedChoiceField(coerce=int, label="Which issue did not reach them")
    reason = forms.ChoiceField(label="Why")
    issues = forms.IntegerField(min_value=1, max_value=60, initial=1, label="How many issues on top")
    field_order = ("issue", "reason", "issues")

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # None is chosen beforehand, so that it is never another one than was meant.
        self.fields["issue"].choices = [("", "choose one"), *choices_of(issues)]  # type: ignore[attr-defined]
        self.fields["reason"].choices = _reasons(Use.EXTENSION)  # type: ignore[attr-defined]


def _reasons(use: ServiceReason.Use) -> list[tuple[str, str]]:
    """What spreads money is given one by one."""
    reasons = ServiceReason.objects.filter(use=use, is_active=True).exclude(effect=Effect.SPLIT)
    return [(reason.code, _told(reason)) for reason in reasons.order_by("position", "pk")]


def _told(reason: ServiceReason) -> str:
    return f"{reason.name} ({reason.get_effect_display()})" if reason.effect else reason.name


def _codes(text: str) -> list[str]:
    return [word.upper() for word in re.split(r"[\s,;]+", text) if word]
