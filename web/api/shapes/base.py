"""What all request and answer shapes share: unknown fields are refused, not ignored."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know: a typing error in a field name is never a silent default."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {name: [ErrorDetail("There is no such field.", code="unknown_field")] for name in unknown}
                )
        return super().to_internal_value(data)

    def checked(self, data: Any) -> Any:
        """The validated data, of a shape that was made once for all requests and keeps nothing of any.

        :raises serializers.ValidationError: as `is_valid` would
        """
        return self.run_validation(data)


class FieldProblem(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Refusal(serializers.Serializer[Any]):
    """How the API says no: a stable code, a sentence a person can act on, and for a malformed request the fields."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = FieldProblem(many=True, required=False)  # type: ignore[assignment]  # the answer's own word


# The answers of whatever may be malformed, about nothing that is there, or against a rule.
CAN_REFUSE: dict[Any, Any] = {400: Refusal, 404: Refusal, 409: Refusal}


class IssueOut(serializers.Serializer[Any]):
    """An issue as people name it, with the cut-off for changes."""

    number = serializers.IntegerField()
    cover_label = serializers.CharField()
    pull_at = serializers.DateTimeField()
    mail_on = serializers.DateField()
    in_home_from = serializers.DateField()
    in_home_until = serializers.DateField()


class FirstIssueOut(serializers.Serializer[Any]):
    """The first issue that a change affects, and until when that holds: the issue's cut-off for another change."""

    first_issue = IssueOut(allow_null=True, help_text="Null while the calendar has none yet that it would affect.")
    holds_until = serializers.DateTimeField(source="first_issue.pull_at", allow_null=True, default=None)
