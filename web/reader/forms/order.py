"""The order as typed by a buyer, and how a refusal of it is told beside the fields."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.errors import DomainError, Invalid
from orders.checkout.actions import AutoRenewNotOffered, ConsentTextChanged
from orders.checkout.queries import OfferNotOnSale
from orders.checkout.rules import WEBSITE, OrderRequest, Person
from subscriptions.catalog.models import Offer
from web.reader.countries import HOME, NAMES
from web.reader.forms.address import FIELDS, AddressForm
from web.reader.shelf import Shelf

MOST_COPIES = 100
KEY = re.compile(r"[A-Za-z0-9_-]{16,40}")
# Where the field of a refusal stands on the page; the path is the one of the API.
_PLACES = {
    "name": "payer_name",
    "email": "email",
    "phone": "phone",
    "payer.name": "payer_name",
    "payer.email": "email",
    "payer.phone": "phone",
    "recipient.name": "recipient",
    "ship_to.name": "payer_name",
    "copies": "copies",
    "offer": "offer",
} | {f"ship_to.{name}": name for name in FIELDS}


def fresh_key() -> str:
    return secrets.token_urlsafe(18)


class OrderForm(AddressForm):
    offer = forms.ChoiceField(
        label=_("Your subscription"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose one of the subscriptions."),
            "invalid_choice": _("This subscription is not on sale. Please choose one from the list."),
        },
    )
    copies = forms.IntegerField(label=_("Copies of each issue"), min_value=1, max_value=MOST_COPIES, initial=1)
    payer_name = forms.CharField(
        label=_("Your name"), max_length=80, error_messages={"required": _("Please give your name.")}
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("For the receipt, and to sign in later. We do not pass it on."),
        error_messages={
            "required": _("Please give your e-mail address, so that we can send the receipt."),
            "invalid": _("This is not an e-mail address. It should look like name@example.com."),
        },
    )
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    recipient = forms.CharField(
        label=_("Is it for someone else? Their name"),
        max_length=80,
        required=False,
        help_text=_("Leave this empty if the magazine is for you."),
    )
    auto_renew = forms.BooleanField(label=_("Renew automatically"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    shown_consents = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    source_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    # As on the page, for the summary of errors.
    field_order = ["offer", "country", "copies", "payer_name", "email", "phone", "recipient", *FIELDS]

    def __init__(self, *args: Any, shelf: Shelf, **kwargs: Any) -> None:
        super().__init__(*args, layout=shelf.layout, **kwargs)
        self.shelf = shelf
        self.fields["offer"].choices = [(q.offer.code, q.offer.name) for q in shelf.quotes]  # type: ignore[attr-defined]  # a ChoiceField
        for name, word in {"payer_name": "name", "email": "email", "phone": "tel", "recipient": "off"}.items():
            self.fields[name].widget.attrs["autocomplete"] = word
        self.fields["copies"].widget.attrs["inputmode"] = "numeric"

    def name_field(self) -> str:
        return "recipient" if self.cleaned_data.get("recipient") else "payer_name"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        quote = self.shelf.quote_of(str(data.get("offer", "")))
        is_gift = quote is not None and quote.offer.kind == Offer.Kind.GIFT
        if is_gift and not data.get("recipient"):
            self.add_error("recipient", _("Who is the gift for? Please give their name."))
        if data.get("auto_renew"):
            self._look_at_consent(data, agreed=quote.consent.sha256 if quote and quote.consent else "")
        return data

    def _look_at_consent(self, data: Mapping[str, Any], *, agreed: str) -> None:
        if data.get("recipient"):
            sentence = _("Only your own subscription can renew automatically. Please take the tick away.")
            self.add_error("auto_renew", sentence)
        elif not agreed:
            self.add_error("auto_renew", _("This offer is not renewed automatically. Please take the tick away."))
        elif agreed not in data.get("shown_consents", "").split():
            self.add_error("auto_renew", _("The terms of automatic renewal have changed. Please read them again."))

    def order_request(self) -> OrderRequest:
        data = self.cleaned_data
        quote = self.shelf.quote_of(data["offer"])
        agreed = data["auto_renew"] and quote is not None and quote.consent is not None
        return OrderRequest(
            offer=data["offer"],
            payer=Person(name=data["payer_name"], email=data["email"], phone=data["phone"]),
            ship_to=self.typed(),
            recipient=Person(name=data["recipient"]) if data["recipient"] else None,
            copies=data["copies"],
            source_key=data["source_key"] or WEBSITE,
            agreed_text_sha256=quote.consent.sha256 if agreed and quote and quote.consent else "",
        )

    def idempotency_key(self) -> str:
        """Of the form and what is in it: sent twice it is one order; sent again with a correction it is another."""
        key = self.cleaned_data["key"]
        typed = hashlib.sha256(repr(self.order_request()).encode()).hexdigest()[:32]
        return f"{key if KEY.fullmatch(key) else fresh_key()}:{typed}"

    def tell(self, refusal: DomainError) -> None:
        """Write a refusal of `place_order` beside the field that it is about, or above the form."""
        if isinstance(refusal, Invalid):
            for path, problems in refusal.fields.items():
                place = _PLACES.get(path)
                self.add_error(place, [sentence for _code, sentence in problems])
        elif isinstance(refusal, AutoRenewNotOffered | ConsentTextChanged):
            self.add_error("auto_renew", refusal.sentence)
        else:
            self.add_error("offer" if isinstance(refusal, OfferNotOnSale) else None, refusal.sentence)


def choose_country(typed: Mapping[str, str]) -> tuple[str, int]:
    """The country and the number of copies, however the form was filled in; home and one where it makes no sense."""
    country, copies = typed.get("country", ""), typed.get("copies", "").strip()
    number = int(copies) if copies.isascii() and copies.isdigit() and len(copies) <= 3 else 1
    return (country if country in NAMES else HOME), min(max(number, 1), MOST_COPIES)
