from typing import Any

from rest_framework import serializers

from orders.checkout.rules import OrderRequest, Person
from subscriptions.readers.rules.address import TypedAddress
from web.api.shapes.base import FieldProblem, IssueOut, StrictSerializer


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


class AutoRenewIn(StrictSerializer):
    """The buyer's yes to automatic renewal: the hash of the exact text that the quote gave and the page showed."""

    text_sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")


class OrderIn(StrictSerializer):
    offer = serializers.SlugField(max_length=30)
    payer = PersonIn()
    ship_to = AddressIn()
    recipient = PersonIn(required=False, help_text="Who reads it, when that is not the payer.")
    copies = serializers.IntegerField(min_value=1, max_value=1000, default=1)
    source_key = serializers.CharField(max_length=20, default="WEB")
    auto_renew = AutoRenewIn(required=False)

    def as_request(self) -> OrderRequest:
        data = self.validated_data
        renew = data.get("auto_renew")
        return OrderRequest(
            offer=data["offer"],
            payer=Person(**data["payer"]),
            ship_to=TypedAddress(**{**data["ship_to"], "name": data["ship_to"]["name"] or self._reader_name()}),
            recipient=Person(**data["recipient"]) if data.get("recipient") else None,
            copies=data["copies"],
            source_key=data["source_key"],
            agreed_text_sha256=renew["text_sha256"] if renew else "",
        )

    def _reader_name(self) -> str:
        """An address without a name goes to whoever reads the magazine; one to a company alone stays so."""
        if self.validated_data["ship_to"]["company"]:
            return ""
        reader = self.validated_data.get("recipient") or self.validated_data["payer"]
        return str(reader["name"] or reader["company"])


class QuoteIn(StrictSerializer):
    offer = serializers.SlugField(max_length=30)
    country = serializers.RegexField(r"^[A-Z]{2}$")
    copies = serializers.IntegerField(min_value=1, max_value=1000, default=1)


class ConsentOut(serializers.Serializer[Any]):
    """The words to show beside the auto-renew box. Send `text_sha256` back with the order when the box is ticked."""

    text_version = serializers.CharField(source="version")
    text = serializers.CharField()
    text_sha256 = serializers.CharField(source="sha256")


class QuoteOut(serializers.Serializer[Any]):
    offer = serializers.CharField(source="offer.code")
    zone = serializers.CharField()
    copies = serializers.IntegerField()
    issues = serializers.IntegerField(source="offer.issues")
    magazine_cents = serializers.IntegerField()
    postage_cents = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    currency = serializers.CharField()
    first_issue = IssueOut(allow_null=True)
    expire_issue = IssueOut(allow_null=True)
    holds_until = serializers.DateTimeField(allow_null=True)
    auto_renew = ConsentOut(source="consent", allow_null=True)


class OrderLineOut(serializers.Serializer[Any]):
    offer = serializers.CharField(source="offer.code")
    issues = serializers.IntegerField()
    copies = serializers.IntegerField()
    magazine_cents = serializers.IntegerField()
    postage_cents = serializers.IntegerField()
    subscription = serializers.UUIDField(source="subscription.uuid", allow_null=True, default=None)
    first_issue = IssueOut(allow_null=True)
    expire_issue = IssueOut(allow_null=True)


class OrderOut(serializers.Serializer[Any]):
    """An order. `token` lets its buyer look at it again: send it in the `Order-Token` header, never in an address."""

    number = serializers.CharField()
    state = serializers.CharField()
    total_cents = serializers.IntegerField()
    currency = serializers.CharField()
    placed_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    auto_renew = serializers.BooleanField()
    lines = OrderLineOut(many=True)
    holds_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when the first issue stands, if it is paid for by then."
    )
    checkout_url = serializers.CharField(allow_null=True)
    address_warnings = FieldProblem(many=True)
    token = serializers.CharField(required=False)
