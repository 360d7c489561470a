from typing import Any

from rest_framework import serializers


class PriceOut(serializers.Serializer[Any]):
    zone = serializers.CharField()
    magazine_cents = serializers.IntegerField()
    postage_cents = serializers.IntegerField()
    total_cents = serializers.IntegerField()


class OfferOut(serializers.Serializer[Any]):
    """A term in issues and its price by postage zone (us, ca, other), in cents."""

    code = serializers.CharField()
    magazine = serializers.CharField(source="magazine.code")
    name = serializers.CharField()
    kind = serializers.CharField()
    issues = serializers.IntegerField()
    currency = serializers.CharField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    renews_automatically = serializers.SerializerMethodField()
    prices = PriceOut(many=True)

    def get_renews_automatically(self, offer: Any) -> bool:
        return offer.renews_with_id is not None
