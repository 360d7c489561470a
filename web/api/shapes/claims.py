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


class ClaimPolicyIn(StrictSerializer):
    """The whole policy of a magazine; numbers of copies and issues are in 365 days, for one subscription."""

    due_after_days = serializers.IntegerField(
        min_value=0, max_value=365, help_text="Days after the in-home window before a copy counts as missing."
    )
    claimable_issues = serializers.IntegerField(
        min_value=1, max_value=120, help_text="How many issues back may be claimed without a person."
    )
    replacements_at_home = serializers.IntegerField(min_value=0, max_value=120)
    replacements_abroad = serializers.IntegerField(min_value=0, max_value=120)
    extensions = serializers.IntegerField(min_value=0, max_value=120, help_text="After that: issues at the end.")
    misses_that_mean_undeliverable = serializers.IntegerField(min_value=2, max_value=120)


class ClaimPolicyOut(serializers.Serializer[Any]):
    due_after_days = serializers.IntegerField()
    claimable_issues = serializers.IntegerField()
    replacements_at_home = serializers.IntegerField()
    replacements_abroad = serializers.IntegerField()
    extensions = serializers.IntegerField()
    misses_that_mean_undeliverable = serializers.IntegerField()


class ClusterOut(serializers.Serializer[Any]):
    """A place (the first three digits of a ZIP, or a country), what was sent there, and by how many it is missed."""

    place = serializers.CharField()
    copies_sent = serializers.IntegerField()
    missed = serializers.IntegerField()
    percent = serializers.FloatField()


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
