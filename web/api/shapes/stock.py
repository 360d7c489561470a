from typing import Any

from rest_framework import serializers

from web.api.shapes.base import IssueOut, StrictSerializer

MOST = 1_000_000  # copies at once


class ReceiptIn(StrictSerializer):
    copies = serializers.IntegerField(min_value=1, max_value=MOST)
    note = serializers.CharField(max_length=120, allow_blank=True, default="", help_text="From whom, or why.")


class CountIn(StrictSerializer):
    copies = serializers.IntegerField(
        min_value=0,
        max_value=MOST,
        help_text="All that lie there, those promised and not sent yet among them.",
    )
    note = serializers.CharField(max_length=120, help_text="Why it is another number than on file.")


class ShelfOut(serializers.Serializer[Any]):
    """Copies of a back issue: free, promised to somebody and not sent yet, and both together."""

    magazine = serializers.CharField(source="issue.magazine.code")
    issue = IssueOut()
    free = serializers.IntegerField()
    promised = serializers.IntegerField()
    there = serializers.IntegerField()


class OwedOut(serializers.Serializer[Any]):
    """A back issue that a subscription was sold with. The next supplemental run sends it."""

    id = serializers.IntegerField()
    subscription = serializers.UUIDField(source="subscription.uuid")
    reader_number = serializers.CharField(source="subscription.reader.number")
    issue = IssueOut()
    units = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class MovementOut(serializers.Serializer[Any]):
    """Copies that came in, or with a minus went out. `link` names the claim or term that they were promised to."""

    quantity = serializers.IntegerField()
    why = serializers.CharField()
    note = serializers.CharField()
    link = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
