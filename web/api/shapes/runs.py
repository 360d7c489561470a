from typing import Any

from rest_framework import serializers

from subscriptions.fulfillment.models import LabelRun
from web.api.shapes.base import IssueOut, StrictSerializer


class RunIn(StrictSerializer):
    magazine = serializers.SlugField(max_length=12)
    issue = serializers.IntegerField(min_value=1, max_value=10_000_000, help_text="The running number.")
    purpose = serializers.ChoiceField(
        choices=LabelRun.Purpose.labels,
        default="main",
        help_text="main pulls the issue; supplement sends copies owed from stock; claims sends replacements.",
    )

    def purpose_number(self) -> LabelRun.Purpose:
        return next(each for each in LabelRun.Purpose if each.label == self.validated_data["purpose"])


class ApprovalIn(StrictSerializer):
    """Nothing, where every check of the rehearsal has passed."""

    despite = serializers.ListField(
        child=serializers.CharField(max_length=40),
        max_length=20,
        default=list,
        help_text="Codes of failed checks in `rehearsal` that somebody has looked at and accepts.",
    )
    because = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text="Why it is all right; kept with the approval."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["despite"] and not attrs["because"]:
            raise serializers.ValidationError({"because": "Say why; it is kept with the approval."}, code="required")
        return attrs


class VoidIn(StrictSerializer):
    reason = serializers.CharField(max_length=200)


class HandOverIn(StrictSerializer):
    to = serializers.CharField(max_length=80, help_text="The printer or mail house.")


class MailingIn(StrictSerializer):
    mailed_on = serializers.DateField(help_text="The day on which the mail house gave it to the post (book time zone).")


class RunOut(serializers.Serializer[Any]):
    """A label run: where it stands, how far it is, and what it made."""

    uuid = serializers.UUIDField()
    magazine = serializers.CharField(source="issue.magazine.code")
    issue = IssueOut()
    purpose = serializers.CharField(source="get_purpose_display")
    revision = serializers.IntegerField()
    state = serializers.CharField()
    step = serializers.CharField()
    steps_done = serializers.IntegerField()
    steps_total = serializers.IntegerField()
    last_error = serializers.CharField()
    rehearsal = serializers.DictField()
    rows = serializers.IntegerField()
    copies = serializers.IntegerField()
    skips = serializers.IntegerField()
    file_name = serializers.CharField()
    file_sha256 = serializers.CharField()
    file_bytes = serializers.IntegerField()
    manifest_name = serializers.CharField()
    approved_by = serializers.CharField()
    approved_at = serializers.DateTimeField(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)
    handed_over_at = serializers.DateTimeField(allow_null=True)
    handed_over_to = serializers.CharField()
    mailed_on = serializers.DateField(allow_null=True)
    voided_at = serializers.DateTimeField(allow_null=True)
    void_reason = serializers.CharField()
