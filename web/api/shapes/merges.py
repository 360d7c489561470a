"""Two files of one person made one, as the API is asked for it and tells of it."""

from typing import Any

from rest_framework import serializers

from web.api.shapes.base import IssueOut, StrictSerializer
from web.api.shapes.subscriptions import PlaceOut


class MergeIn(StrictSerializer):
    """Numbers of readers, as seven digits: the file that is kept, and the one that becomes another number of it."""

    kept = serializers.RegexField(r"^\d{7}$")
    merged = serializers.RegexField(r"^\d{7}$")
    joins_lines = serializers.BooleanField(
        default=False, help_text="Two subscriptions to one magazine become one, as far as the terms allow."
    )
    preview = serializers.BooleanField(default=False, help_text="Only say what the kept file would have afterwards.")


class MergeOut(serializers.Serializer[Any]):
    """`followed`: the subscriptions have moved, or gone back."""

    uuid = serializers.UUIDField()
    kept = serializers.CharField(source="kept.number")
    merged = serializers.CharField(source="merged.number")
    joins_lines = serializers.BooleanField()
    at = serializers.DateTimeField()
    undo_until = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)
    followed = serializers.BooleanField()


class LineAfterOut(serializers.Serializer[Any]):
    """One subscription of the kept file as it would be."""

    subscription = serializers.UUIDField(source="overview.subscription.uuid")
    magazine = serializers.CharField(source="overview.magazine.code")
    is_moved = serializers.BooleanField(help_text="It comes from the other file.")
    joined = serializers.IntegerField(help_text="How many of the other file become one with it.")
    stayed_because = serializers.CharField(help_text="Why it would not become one with another; else empty.")
    issues_left = serializers.IntegerField(source="overview.units_left", allow_null=True, help_text="Null: no end.")
    expire_issue = IssueOut(source="overview.expire.issue", allow_null=True)
    address = PlaceOut(source="overview.address", allow_null=True)


class MergePreviewOut(serializers.Serializer[Any]):
    """What a merge would bring. Nothing is written by asking."""

    kept = serializers.CharField()
    merged = serializers.CharField()
    lines = LineAfterOut(many=True)
