import datetime as dt
from typing import Any

from rest_framework import serializers

from foundation import clock
from web.api.shapes.base import StrictSerializer

# A roll-forward over more than this is a mistake, not a report.
LONGEST = dt.timedelta(days=366 * 12)


class ReportAsked(StrictSerializer):
    """A half-open span of book dates `[from, until)`; this calendar year until tomorrow unless told otherwise."""

    until = serializers.DateField(required=False)
    magazine = serializers.SlugField(max_length=12, required=False)
    currency = serializers.RegexField(r"^[a-z]{3}$", default="usd")

    def get_fields(self) -> dict[str, Any]:
        # `from` and `as` are Python's own words and can be no class attributes.
        named: dict[str, Any] = {
            "from": serializers.DateField(required=False),
            "as": serializers.ChoiceField(["json", "csv", "xlsx"], default="json"),
        }
        return {**super().get_fields(), **named}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        today = clock.today()
        attrs.setdefault("from", today.replace(month=1, day=1))
        attrs.setdefault("until", max(today, attrs["from"]) + dt.timedelta(days=1))
        if not dt.timedelta(0) < attrs["until"] - attrs["from"] <= LONGEST:
            sentence = "The report must end after it begins, and within twelve years."
            raise serializers.ValidationError({"until": sentence}, code="span")
        return attrs
