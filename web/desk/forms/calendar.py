from collections.abc import Mapping
from typing import Any

from django import forms

from subscriptions.catalog.models import Issue


class LayOutForm(forms.Form):
    first_number = forms.IntegerField(
        min_value=1, max_value=1_000_000, label="Number of the first issue",
        help_text="The running number, as it stands on the cover or in the imprint.",
    )  # fmt: skip
    first_year = forms.IntegerField(min_value=1990, max_value=2100, label="First cover year")
    years = forms.IntegerField(min_value=1, max_value=5, label="How many years")


class Moment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MovePullForm(forms.Form):
    pull_at = forms.DateTimeField(
        label="Labels are pulled on", widget=Moment, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text="The cut-off: until then changes reach this issue. Mailing and in-home days move by as many days.",
    )  # fmt: skip


class WeightForm(forms.Form):
    weight = forms.TypedChoiceField(
        coerce=int,
        choices=[(1, "1: counts as one issue"), (2, "2: a double, counts as two"), (0, "0: a special, counts as none")],
        widget=forms.RadioSelect,
        label="How many issues of a term it uses up",
    )


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ExtraIssueForm(forms.Form):
    """One more issue before a planned one."""

    number = forms.IntegerField(min_value=1, max_value=1_000_000, label="Number")
    cover = forms.CharField(max_length=30, label="Cover", help_text="As in Summer Special 2027.")
    cover_year = forms.IntegerField(min_value=1990, max_value=2100, label="Cover year")
    cover_month = forms.IntegerField(min_value=1, max_value=12, label="Cover month")
    weight = WeightForm.base_fields["weight"]
    pull_at = forms.DateTimeField(
        label="Labels are pulled on", widget=Moment, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    )
    mail_on = forms.DateField(label="Mailing day", widget=Day)
    in_home_from = forms.DateField(label="In homes from", widget=Day)
    in_home_until = forms.DateField(label="In homes until", widget=Day)


def extra_issue(typed: Mapping[str, Any]) -> Issue:
    """The issue as the calendar takes it, without its place."""
    fields = ("number", "weight", "cover_year", "cover_month", "pull_at", "mail_on", "in_home_from", "in_home_until")
    return Issue(cover_label=typed["cover"], **{name: typed[name] for name in fields})
