"""An address away from home as a clerk takes it down."""

import calendar
from typing import Any

from django import forms

from subscriptions.terms.rules import EveryYear, Once, is_day_of_some_year
from web.desk.forms.holds import DayInput
from web.desk.forms.subscriptions import AddressForm

_MONTHS = [("", "–"), *((number, calendar.month_name[number]) for number in range(1, 13))]


def _month(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(coerce=int, required=False, empty_value=None, choices=_MONTHS, label=label)


def _day(label: str) -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=31, label=label)


class StayForm(AddressForm):
    from_on = forms.DateField(label="Once: first day there", required=False, widget=DayInput)
    until_on = forms.DateField(label="Once: back home on", required=False, widget=DayInput)
    first_month, first_day = _month("Every year: first month"), _day("Every year: first day")
    last_month, last_day = _month("Every year: last month"), _day("Every year: last day")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        once = [data.get(name) for name in ("from_on", "until_on")]
        yearly = [data.get(name) for name in ("first_month", "first_day", "last_month", "last_day")]
        if all(once) and not any(yearly):
            data["when"] = Once(data["from_on"], data["until_on"])
        elif all(yearly) and not any(once):
            self._look_at(data)
        elif not self.errors:
            self.add_error(None, "Fill in both days of a stay once, or the first and last day of one every year.")
        return data

    def _look_at(self, data: dict[str, Any]) -> None:
        first, last = (data["first_month"], data["first_day"]), (data["last_month"], data["last_day"])
        for name, (month, day) in (("first_day", first), ("last_day", last)):
            if not is_day_of_some_year(month, day):
                self.add_error(name, f"{calendar.month_name[month]} has no day {day}.")
        data["when"] = EveryYear(first, last)


class PaidOtherwiseForm(forms.Form):
    note = forms.CharField(max_length=120, required=False, help_text="A cheque, say.")


class WaiverForm(forms.Form):
    because = forms.CharField(max_length=120, label="Why the house lets them off")
