"""Readers as the API tells of them, and what can be said about them."""

from typing import Any

from rest_framework import serializers

from subscriptions.readers.actions import LONGEST_NOTE
from subscriptions.readers.models import ContactPreference, PrivacyRequest
from subscriptions.terms.models import AccessTerm
from web.api.shapes.base import StrictSerializer


class PreferenceOut(serializers.Serializer[Any]):
    channel = serializers.ChoiceField(choices=ContactPreference.Channel.choices)
    purpose = serializers.ChoiceField(choices=ContactPreference.Purpose.choices)
    allowed = serializers.BooleanField()


class NoteOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    pinned = serializers.BooleanField()
    at = serializers.DateTimeField()
    by = serializers.CharField()


class PostalAddressOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    company = serializers.CharField()
    attention = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()


class AccessOut(serializers.Serializer[AccessTerm]):
    """Digital access by days, its last one included."""

    uuid = serializers.UUIDField()
    magazine = serializers.SlugField(source="magazine.code")
    payer_number = serializers.CharField(source="payer.number")
    from_on = serializers.DateField()
    last_day = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    price_cents = serializers.IntegerField()
    currency = serializers.CharField()


class ReaderOut(serializers.Serializer[Any]):
    """A reader in force. `aliases` are the numbers of files merged into this one, which lead here."""

    number = serializers.CharField()
    name = serializers.CharField()
    company = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    created_at = serializers.DateTimeField()
    erased_at = serializers.DateTimeField(allow_null=True)
    aliases = serializers.ListField(child=serializers.CharField())
    household = serializers.ListField(child=serializers.CharField(), help_text="Numbers of those who live there too.")
    address = PostalAddressOut(allow_null=True)
    subscriptions = serializers.ListField(child=serializers.UUIDField())
    access = AccessOut(many=True)
    preferences = PreferenceOut(many=True)
    notes = NoteOut(many=True)


class CorrectionOfReaderIn(StrictSerializer):
    """Only what is put right; the rest stays as it is."""

    name = serializers.CharField(
        max_length=80, allow_blank=True, required=False, help_text="Empty only where there is a company."
    )
    company = serializers.CharField(max_length=80, allow_blank=True, required=False)
    email = serializers.EmailField(
        allow_blank=True, required=False, help_text="Who signs in by it; another reader may have the same."
    )
    phone = serializers.CharField(max_length=30, allow_blank=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError({"name": "What is put right? Send at least one field."}, code="required")
        return attrs


class HouseholdIn(StrictSerializer):
    lives_with = serializers.RegexField(r"^\d{7}$", help_text="The number of the other reader.")


class HouseholdOut(serializers.Serializer[Any]):
    household = serializers.ListField(child=serializers.CharField(), help_text="Numbers of those who live there too.")


class PreferencesIn(StrictSerializer):
    """Only what something is said about; the rest stays as it is."""

    class One(StrictSerializer):
        channel = serializers.ChoiceField(choices=ContactPreference.Channel.choices)
        purpose = serializers.ChoiceField(choices=ContactPreference.Purpose.choices)
        allowed = serializers.BooleanField()

    preferences = One(many=True, allow_empty=False)


class NoteIn(StrictSerializer):
    text = serializers.CharField(max_length=LONGEST_NOTE)
    pinned = serializers.BooleanField(default=False)


class PinIn(StrictSerializer):
    pinned = serializers.BooleanField()


# A machine, or a member of staff, has not been signed in by the reader's link.
_HOW = [kind for kind in PrivacyRequest.Verified.choices if kind[0] != PrivacyRequest.Verified.SIGNED_IN]


class PrivacyIn(StrictSerializer):
    reader = serializers.RegexField(r"^\d{7}$")
    kind = serializers.ChoiceField(choices=PrivacyRequest.Kind.choices)
    verified = serializers.ChoiceField(choices=_HOW)


class CloseIn(StrictSerializer):
    refused_because = serializers.CharField(
        max_length=300, allow_blank=True, default="", help_text="Why, for the reader; empty if they took it back."
    )


class PrivacyOut(serializers.Serializer[Any]):
    """Each app does its part within a minute or two; an erasure may wait for the last copy to be mailed."""

    uuid = serializers.UUIDField()
    reader = serializers.CharField(source="reader.number")
    kind = serializers.ChoiceField(choices=PrivacyRequest.Kind.choices)
    state = serializers.ChoiceField(choices=PrivacyRequest.State.choices)
    asked_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    closed_at = serializers.DateTimeField(allow_null=True)
    refused_because = serializers.CharField()
    file_until = serializers.DateField(allow_null=True)
    has_file = serializers.BooleanField()
