from typing import Any

from rest_framework import serializers

from web.api.shapes.base import IssueOut, StrictSerializer

MOST = 10_000_000  # of a running number
REASONS = ["vacation", "imposed", "non_pay", "dispute", "bad_address"]


class HoldIn(StrictSerializer):
    """A hold by issues (`from_issue`, and `until_issue` for its end) or by days (`away_from`, and `back_on`).

    Without its end it holds until further notice.
    """

    from_issue = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, help_text="Running number: the first issue held."
    )
    until_issue = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, help_text="The first to be sent again."
    )
    away_from = serializers.DateField(required=False)
    back_on = serializers.DateField(required=False)
    reason = serializers.ChoiceField(choices=REASONS, default="vacation")
    note = serializers.CharField(max_length=60, allow_blank=True, default="")
    over_limit_because = serializers.CharField(
        max_length=120, allow_blank=True, default="", help_text="Why more may be held than the house allows in a year."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        by_issue, by_day = "from_issue" in attrs, "away_from" in attrs
        if by_issue == by_day or ("until_issue" in attrs and not by_issue) or ("back_on" in attrs and not by_day):
            raise serializers.ValidationError(
                {"from_issue": "Give issues (from_issue, until_issue) or days (away_from, back_on)."}, code="required"
            )
        if by_day and attrs["reason"] != "vacation":
            raise serializers.ValidationError({"away_from": "Only a vacation goes by days."}, code="invalid")
        return attrs


class HoldEndIn(StrictSerializer):
    """Exactly one of: the first issue to be sent again, the day of coming back, at once, or until further notice."""

    until_issue = serializers.IntegerField(required=False, min_value=1, max_value=MOST)
    back_on = serializers.DateField(required=False)
    at_once = serializers.BooleanField(required=False)
    until_further_notice = serializers.BooleanField(required=False)
    over_limit_because = serializers.CharField(max_length=120, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        chosen = [name for name, value in attrs.items() if name != "over_limit_because" and value is not False]
        if len(chosen) != 1:
            raise serializers.ValidationError(
                {"until_issue": "Give one of until_issue, back_on, at_once and until_further_notice."}, code="required"
            )
        return attrs


class HoldOut(serializers.Serializer[Any]):
    """A hold in issues. It can be taken back until `withdraw_until`, and end with another issue until `end_until`."""

    id = serializers.IntegerField()
    reason = serializers.CharField()
    note = serializers.CharField()
    first_held = IssueOut()
    held = IssueOut(many=True, help_text="Empty while it has no end (`end_until` is null), and where all were dropped.")
    comes_again = IssueOut(allow_null=True)
    comes_anyway = IssueOut(many=True, help_text="Out of reach, and still on their way.")
    expire_issue = IssueOut(allow_null=True)
    units_left = serializers.IntegerField(allow_null=True)
    withdraw_until = serializers.DateTimeField()
    end_until = serializers.DateTimeField(allow_null=True)
