from typing import Any

from rest_framework import serializers

from web.api.shapes.base import IssueOut, StrictSerializer


class CopyIn(StrictSerializer):
    issue = serializers.IntegerField(min_value=1, max_value=10_000_000, help_text="The running number.")
    copy = serializers.IntegerField(min_value=1, max_value=1000, default=1, help_text="Which of several copies.")
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class ClaimIn(CopyIn):
    reason = serializers.SlugField(max_length=30, help_text="The house's own: missing, damaged, came_late.")
    insists = serializers.BooleanField(default=False, help_text="The copy was claimed before; take it once more.")


class AnswerIn(StrictSerializer):
    answer = serializers.ChoiceField(choices=["replacement", "extension", "refusal"])
    words = serializers.CharField(
        max_length=300, allow_blank=True, default="", help_text="What the reader is told; a refusal needs it."
    )


class ClaimOut(serializers.Serializer[Any]):
    """A claimed copy, and what the reader was told."""

    uuid = serializers.UUIDField()
    subscription = serializers.UUIDField(source="subscription.uuid")
    issue = IssueOut()
    copy = serializers.IntegerField(source="copy_no")
    reason = serializers.CharField(source="reason.code")
    note = serializers.CharField()
    state = serializers.CharField()
    answer = serializers.CharField()
    reported_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class ClaimAnswerOut(serializers.Serializer[Any]):
    """What happens: too_early, replacement, extension, person or undeliverable. Too early keeps no claim."""

    outcome = serializers.CharField()
    sentence = serializers.CharField()
    come_back_on = serializers.DateField(allow_null=True)
    claim = ClaimOut(allow_null=True)
