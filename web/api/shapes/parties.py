from typing import Any

from rest_framework import serializers

from web.api.shapes.base import StrictSerializer


class PersonIn(StrictSerializer):
    name = serializers.CharField(max_length=80, allow_blank=True, default="")
    company = serializers.CharField(max_length=80, allow_blank=True, default="")
    email = serializers.EmailField(allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["name"] and not attrs["company"]:
            raise serializers.ValidationError(
                {"name": "Enter a name, or the name of the organisation."}, code="required"
            )
        return attrs


class AddressIn(StrictSerializer):
    """An address as typed. Which fields a country needs is checked after the shape."""

    name = serializers.CharField(max_length=80, allow_blank=True, default="")
    company = serializers.CharField(max_length=80, allow_blank=True, default="")
    attention = serializers.CharField(max_length=80, allow_blank=True, default="")
    line1 = serializers.CharField(max_length=80)
    line2 = serializers.CharField(max_length=80, allow_blank=True, default="")
    city = serializers.CharField(max_length=60, allow_blank=True, default="")
    region = serializers.CharField(max_length=40, allow_blank=True, default="")
    postcode = serializers.CharField(max_length=16, allow_blank=True, default="")
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="ISO 3166 letters: US, CA, GB.")


def addressed_to(reader: dict[str, Any], address: dict[str, Any]) -> dict[str, Any]:
    """An address without a name goes to whoever reads the magazine; one to a company alone stays so."""
    if address["name"] or address["company"]:
        return address
    return {**address, "name": str(reader["name"] or reader["company"])}
