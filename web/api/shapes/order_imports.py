from typing import Any

from rest_framework import serializers

from web.api.shapes.base import StrictSerializer


class OrderImportIn(StrictSerializer):
    """A CSV file as a text. Its columns are named in the first line; docs/api.md has them."""

    magazine = serializers.SlugField(max_length=12)
    batch = serializers.RegexField(r"^[A-Za-z0-9_\-.]{1,30}$", help_text="A reference of a batch is taken only once.")
    file_name = serializers.CharField(max_length=120, default="orders.csv")
    csv = serializers.CharField(trim_whitespace=False, help_text="At most a megabyte here; the desk takes five.")


class LineProblemOut(serializers.Serializer[Any]):
    """An error stops the whole file, a warning does not."""

    line = serializers.IntegerField()
    reference = serializers.CharField()
    is_error = serializers.BooleanField()
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class OrderImportOut(serializers.Serializer[Any]):
    """A file of orders: checking, faulty or ready, then taking and taken, or withdrawn."""

    uuid = serializers.UUIDField()
    magazine = serializers.CharField(source="magazine.code")
    batch = serializers.CharField()
    file_name = serializers.CharField()
    file_sha256 = serializers.CharField()
    state = serializers.CharField()
    note = serializers.CharField()
    rows = serializers.IntegerField()
    rows_checked = serializers.IntegerField()
    faulty_rows = serializers.IntegerField()
    warned_rows = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    currency = serializers.CharField()
    created_at = serializers.DateTimeField()
    taken_at = serializers.DateTimeField(allow_null=True)


class OneOrderImportOut(OrderImportOut):
    problems = LineProblemOut(many=True, help_text="The errors first; a hundred at most.")
