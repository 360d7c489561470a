from typing import Any

from rest_framework import serializers

from web.api.shapes.base import StrictSerializer


class ReaderLineOut(serializers.Serializer[Any]):
    """A reader as a line of a list."""

    number = serializers.CharField(source="reader.number", help_text="The account number: seven digits.")
    uuid = serializers.UUIDField(source="reader.uuid")
    name = serializers.CharField(source="reader.name")
    company = serializers.CharField(source="reader.company")
    email = serializers.CharField(source="reader.email")
    place = serializers.CharField(help_text="The newest address in one line.")
    magazines = serializers.ListField(child=serializers.CharField())


class ReaderHitOut(ReaderLineOut):
    """With why it is there."""

    matched = serializers.CharField(help_text="What fits: name, mail address, account number, card ...")
    merged_from = serializers.CharField(
        source="alias.number",
        default=None,
        allow_null=True,
        help_text="The account number that was found, where it was merged into this reader.",
    )


class ReadersFoundOut(serializers.Serializer[Any]):
    results = ReaderHitOut(source="hits", many=True)
    after = serializers.CharField(help_text="Send it as `after` for the next page; empty on the last one.")
    tried = serializers.ListField(child=serializers.CharField(), help_text="What was looked for, in words.")


class DuplicateOut(serializers.Serializer[Any]):
    """Two files that may be of one person. `answer`: open, same or different."""

    id = serializers.IntegerField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    answer = serializers.CharField()
    new_reader = ReaderLineOut()
    known_reader = ReaderLineOut()


class DuplicateAnswerIn(StrictSerializer):
    answer = serializers.ChoiceField(choices=["same", "different"])
