from typing import Any

from rest_framework import serializers

from subscriptions.terms.models import BulkExtension
from subscriptions.terms.queries import BulkPreview, Where
from web.api.shapes.base import FirstIssueOut, IssueOut, StrictSerializer

MOST = 10_000_000  # of a running number


def _codes(pattern: str, sentence: str, *, most: int) -> serializers.ListField:
    code = serializers.RegexField(pattern, error_messages={"invalid": sentence})
    return serializers.ListField(child=code, default=list, max_length=most)


class PlacesIn(StrictSerializer):
    """Where: countries (CA), states of the US (FL) and first three digits of ZIP codes (606); or everywhere.

    They add up: whoever is in any of them is reached.
    """

    countries = _codes("^[A-Z]{2}$", "A country is a code of two capitals: CA.", most=250)
    states = _codes("^[A-Z]{2}$", "A state is a code of two capitals: FL.", most=60)
    zip3 = _codes("^[0-9]{3}$", "A ZIP area is the first three digits of a ZIP code: 606.", most=1000)
    everywhere = serializers.BooleanField(default=False)
    preview = serializers.BooleanField(
        default=False, help_text="Only count whom it would reach; nothing is changed, and the answer is 200."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        where = Where(**{name: attrs.pop(name) for name in ("countries", "states", "zip3")})
        if where.is_everywhere != attrs.pop("everywhere"):
            raise serializers.ValidationError({"everywhere": "Name places, or say everywhere: one of the two."})
        return {**attrs, "where": where}


class BulkHoldIn(PlacesIn):
    """A hold for everyone whose copy of the first issue would go there. Without its end: until further notice."""

    reason = serializers.SlugField(max_length=30)
    from_issue = serializers.IntegerField(min_value=1, max_value=MOST, help_text="The first issue held.")
    until_issue = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, help_text="The first to be sent again."
    )


class BulkHoldEndIn(StrictSerializer):
    """Without an issue it ends with the first that a change still reaches."""

    until_issue = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, help_text="The first to be sent again."
    )


class BulkExtensionIn(PlacesIn):
    """Issues on top for everyone who was to get `issue` there."""

    reason = serializers.SlugField(max_length=30)
    issue = serializers.IntegerField(min_value=1, max_value=MOST, help_text="It has been mailed.")
    issues = serializers.IntegerField(min_value=1, max_value=60)


class ReachedOut(serializers.Serializer[BulkPreview]):
    """Whom it would reach: in all, and by country or state of the US."""

    subscriptions = serializers.IntegerField()
    places = serializers.DictField(child=serializers.IntegerField())


class BulkHoldOut(FirstIssueOut):
    """`first_issue` is the first that is held; once it was ended, the first that is sent again."""

    first_issue = IssueOut(source="affects", allow_null=True)
    holds_until = serializers.DateTimeField(source="affects.pull_at", allow_null=True, default=None)
    uuid = serializers.UUIDField()
    reason = serializers.CharField(source="reason.code")
    from_issue = IssueOut()
    until_issue = IssueOut(allow_null=True)
    where = serializers.DictField(source="criteria")
    held = serializers.IntegerField()
    entered_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class BulkExtensionOut(serializers.Serializer[BulkExtension]):
    """`left_out`: they were to get the issue, but have no end, have cancelled, or were given that copy back before."""

    uuid = serializers.UUIDField()
    reason = serializers.CharField(source="reason.code")
    issue = IssueOut()
    issues = serializers.IntegerField(source="units")
    where = serializers.DictField(source="criteria")
    extended = serializers.IntegerField()
    left_out = serializers.IntegerField()
    entered_at = serializers.DateTimeField()
    taken_back_at = serializers.DateTimeField(allow_null=True)
    taken_back = serializers.IntegerField()
