import datetime as dt
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from web.api.shapes.base import IssueOut, StrictSerializer

MOST = 1_000_000  # of a running number


class Moment(serializers.DateTimeField):
    """A point in time that says its offset: five o'clock in the book time zone and in UTC are two."""

    def enforce_timezone(self, value: dt.datetime) -> dt.datetime:
        if timezone.is_naive(value):
            raise serializers.ValidationError("Say the offset, as in 2026-03-10T17:00:00-05:00.", code="no_offset")
        return value


class ChangeIn(StrictSerializer):
    preview = serializers.BooleanField(
        default=False, help_text="Only say what the change would do and whom it would touch; nothing is changed."
    )


class LayOutIn(ChangeIn):
    """Whole cover years by the magazine's frequency rule. Issues that are there already stay as they are."""

    first_number = serializers.IntegerField(min_value=1, max_value=MOST, help_text="Of the first issue of those years.")
    first_year = serializers.IntegerField(min_value=1990, max_value=2100)
    years = serializers.IntegerField(min_value=1, max_value=5)


class WeightIn(ChangeIn):
    weight = serializers.ChoiceField(choices=[0, 1, 2], help_text="0 a special, 1, 2 a double.")


class CutOffIn(ChangeIn):
    pull_at = Moment(help_text="Mailing and in-home days move by as many days.")


class ExtraIssueIn(ChangeIn):
    """One more issue, pulled before a planned one; a special (weight 0) comes on top of what readers have paid for."""

    before = serializers.IntegerField(min_value=1, max_value=MOST, help_text="Running number of the issue behind it.")
    number = serializers.IntegerField(min_value=1, max_value=MOST)
    cover_label = serializers.CharField(max_length=30)
    cover_year = serializers.IntegerField(min_value=1990, max_value=2100)
    cover_month = serializers.IntegerField(min_value=1, max_value=12)
    weight = serializers.ChoiceField(choices=[0, 1, 2])
    pull_at = Moment()
    mail_on = serializers.DateField()
    in_home_from = serializers.DateField()
    in_home_until = serializers.DateField()


class CalendarIssueOut(IssueOut):
    """An issue of the calendar. `state`: planned, dropped, pulled (its labels are drawn) or mailed."""

    weight = serializers.IntegerField()
    state = serializers.CharField()
    cover_year = serializers.IntegerField()
    cover_month = serializers.IntegerField()
    pulled_at = serializers.DateTimeField(allow_null=True)
    mailed_on = serializers.DateField(allow_null=True)


class TouchedOut(serializers.Serializer[Any]):
    """Subscriptions by what the issue was to them before the change; automatic charges that may move with it."""

    getting = serializers.IntegerField(help_text="They get it.")
    sliding = serializers.IntegerField(help_text="Their last issue is this one or a later one.")
    waiting = serializers.IntegerField(help_text="They begin with it or a later one by name.")
    pausing = serializers.IntegerField(help_text="A hold begins or ends with it.")
    away = serializers.IntegerField(help_text="It goes to an address away from home.")
    charges = serializers.IntegerField()
    charges_announced = serializers.IntegerField()


class CalendarChangeOut(serializers.Serializer[Any]):
    """What was done; with `preview` true, what would be."""

    preview = serializers.BooleanField()
    issue = CalendarIssueOut()
    touched = TouchedOut()
