"""When a reader is away, by days or by issues. Which issues that means is the terms' to say."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from subscriptions.catalog.models import Issue


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%m/%d/%Y"], **kwargs)


class AwayDays(forms.Form):
    use_required_attribute = False
    away_from = DayField(label=_("First day away"), error_messages={"required": _("Please give the first day away.")})
    back_on = DayField(
        label=_("Back home on"),
        required=False,
        help_text=_("Leave it empty if you do not know yet: we hold everything until you tell us."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("back_on") and data.get("away_from") and data["back_on"] <= data["away_from"]:
            self.add_error("back_on", _("This has to be after the first day away."))
        return data


class HeldIssues(forms.Form):
    use_required_attribute = False
    from_issue = forms.TypedChoiceField(coerce=int, label=_("The first issue to hold back"))
    until_issue = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label=_("The first issue to be sent again")
    )

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = choices_of(issues)
        self.fields["from_issue"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["until_issue"].choices = [("", _("I will tell you later")), *choices]  # type: ignore[attr-defined]


class HoldEnd(forms.Form):
    """Another end for a hold: a day, or an issue; or `OPEN`, for until further notice."""

    OPEN = 0

    use_required_attribute = False
    back_on = DayField(label=_("Back home on"), required=False)
    until_issue = forms.TypedChoiceField(
        coerce=int, required=False, empty_value=None, label=_("Or: the first issue to be sent again")
    )

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until_issue"].choices = [  # type: ignore[attr-defined]
            ("", _("Please choose")),
            (self.OPEN, _("I do not know yet: I will tell you later")),
            *choices_of(issues),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("back_on") and data.get("until_issue") is None:
            self.add_error("back_on", _("Please give a day, or choose an issue."))
        return data


def choices_of(issues: Sequence[Issue]) -> list[tuple[int, str]]:
    return [(issue.pk, f"{issue.cover_label} ({_expected(issue.in_home_from)})") for issue in issues]


def _expected(day: dt.date) -> str:
    return str(_("expected from %(day)s")) % {"day": date_format(day, "F j")}
