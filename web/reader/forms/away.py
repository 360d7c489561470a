"""From when on, and for how long, an address counts: for good, for a while, or every year."""

import calendar
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from subscriptions.terms.rules import EveryYear, Once, is_day_of_some_year
from web.reader.forms.holiday import DayField

KINDS = [
    ("permanent", _("For good")),
    ("temporary", _("For a while")),
    ("seasonal", _("Every year")),
]
_MONTHS = [("", _("Month")), *MONTHS.items()]
_DAYS = [("", _("Day")), *((day, day) for day in range(1, 32))]
_NEEDED = {
    "permanent": (),
    "temporary": ("there_from", "home_on"),
    "seasonal": ("first_month", "first_day", "last_month", "last_day"),
}


def month(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(coerce=int, required=False, empty_value=None, choices=_MONTHS, label=label)


def day(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(coerce=int, required=False, empty_value=None, choices=_DAYS, label=label)


class WhenForm(forms.Form):
    use_required_attribute = False
    kind = forms.ChoiceField(label=_("How long?"), choices=KINDS, widget=forms.RadioSelect, initial="permanent")
    moves_on = DayField(
        label=_("From this day on"), required=False, help_text=_("Leave it empty if it counts from the next issue on.")
    )
    there_from = DayField(label=_("First day there"), required=False)
    home_on = DayField(label=_("Back home on"), required=False)
    first_month, first_day = month(_("First day there: month")), day(_("First day there: day"))
    last_month, last_day = month(_("Last day there: month")), day(_("Last day there: day"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in _NEEDED.get(data.get("kind", ""), ()):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        if not self.errors and data["kind"] == "temporary" and data["home_on"] <= data["there_from"]:
            self.add_error("home_on", _("This has to be after the first day there."))
        if not self.errors and data["kind"] == "seasonal":
            self._look_at_days(data)
        return data

    def _look_at_days(self, data: dict[str, Any]) -> None:
        for name in ("first", "last"):
            if not is_day_of_some_year(data[f"{name}_month"], data[f"{name}_day"]):
                words = _("%(month)s has no day %(day)s.")
                named = {"month": calendar.month_name[data[f"{name}_month"]], "day": data[f"{name}_day"]}
                self.add_error(f"{name}_day", forms.ValidationError(words, params=named))

    @property
    def is_away(self) -> bool:
        return bool(self.cleaned_data["kind"] != "permanent")

    @property
    def stay(self) -> Once | EveryYear:
        data = self.cleaned_data
        if data["kind"] == "temporary":
            return Once(data["there_from"], data["home_on"])
        return EveryYear((data["first_month"], data["first_day"]), (data["last_month"], data["last_day"]))
