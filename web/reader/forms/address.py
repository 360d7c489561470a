"""The address as each country has it. What is wrong with one is the readers' rules' to say."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subscriptions.readers.rules.address import TypedAddress, check
from subscriptions.readers.rules.countries import UnknownCountry, country
from web.reader import countries

FIELDS = ("company", "line1", "line2", "city", "region", "postcode", "country")
# Good advice, printed beside the field; nobody is stopped for it.
NOT_WORTH_ASKING = frozenset({"no_zip_plus_4", "long_city", "region_not_printed"})
_REGION = {"US": _("State"), "CA": _("Province or territory")}
_POSTCODE = {"US": _("ZIP code"), "CA": _("Postal code")}
_AUTOCOMPLETE = {
    "company": "organization",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
    "country": "country",
}


class AddressForm(forms.Form):
    """`layout` is the country whose fields it shows: `US`, `CA`, or any other."""

    use_required_attribute = False

    company = forms.CharField(label=_("Company or organization"), max_length=80, required=False)
    line1 = forms.CharField(label=_("Street address or PO box"), max_length=80, required=False)
    line2 = forms.CharField(label=_("Apartment, suite, building"), max_length=80, required=False)
    city = forms.CharField(label=_("City"), max_length=60, required=False)
    region = forms.CharField(label=_("State, province or region"), max_length=40, required=False)
    postcode = forms.CharField(label=_("Postal code"), max_length=16, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=countries.CHOICES)

    def __init__(self, *args: Any, layout: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layout = layout
        self.warnings: dict[str, list[str]] = {}
        self._lay_out(layout)
        for name, word in _AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = word

    def _lay_out(self, layout: str) -> None:
        place = country(layout)
        self.must = {*place.needs, "line1", "country"}
        if layout in _REGION:
            regions = dict(reversed([(code, name) for code, name in place.regions]))
            choices = sorted(regions.items(), key=lambda pair: pair[1])
            self.fields["region"] = forms.ChoiceField(
                label=_REGION[layout], choices=[("", _("Please choose")), *choices], required=False
            )
        if layout in _POSTCODE:
            self.fields["postcode"].label = _POSTCODE[layout]
        if layout == "US":
            self.fields["postcode"].help_text = _("Nine digits are safest, such as 60647-4002; five will do.")
            self.fields["postcode"].widget.attrs["inputmode"] = "numeric"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "country" in data:
            self._look_at_address()
        return data

    def _look_at_address(self) -> None:
        found = check(self.typed())
        for name, problems in found.errors.items():
            place = self._field_of(name)
            if place not in self.errors:
                self.add_error(place, [problem.sentence for problem in problems])
        for name, problems in found.warnings.items():
            worth = [problem.sentence for problem in problems if problem.code not in NOT_WORTH_ASKING]
            if worth:
                self.warnings[self._field_of(name)] = worth

    def _field_of(self, name: str) -> str:
        return self.name_field() if name in ("name", "attention") else name

    def typed(self) -> TypedAddress:
        given = {name: str(self.cleaned_data.get(name, "")) for name in FIELDS}
        return TypedAddress(name=self.label_name(), **given)

    def label_name(self) -> str:
        return str(self.cleaned_data.get(self.name_field(), ""))

    def name_field(self) -> str:
        """Where the name on the label is typed."""
        return "name"

    @property
    def shown_warnings(self) -> list[tuple[forms.BoundField, str]]:
        return [(self[name], " ".join(sentences)) for name, sentences in self.warnings.items()]

    @property
    def address_mark(self) -> str:
        """Says which address was shown with its warnings: another one is asked about anew."""
        return hashlib.sha256(json.dumps(asdict(self.typed())).encode()).hexdigest()[:32]

    @property
    def must_ask(self) -> bool:
        """Whether there are warnings that the reader has not seen for this very address."""
        return bool(self.warnings) and self.data.get("as_typed") != self.address_mark


class ReaderAddressForm(AddressForm):
    """Where the copies of a subscription go from now on."""

    name = forms.CharField(label=_("Name on the label"), max_length=80, required=False)
    field_order = ["name", *FIELDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A dearer postage zone that the reader has to agree to, and whether fewer issues are what it means.
        self.dearer_zone, self.is_converted = "", False
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    @property
    def as_typed_before(self) -> str:
        """The mark of an address whose doubts the reader has seen: the next question must not bring them again."""
        return str(self.data.get("as_typed", "")) if self.is_bound else ""


def layout_for(code: str) -> str:
    """The country whose fields a form shows; home for a country that does not exist."""
    try:
        return country(code).code
    except UnknownCountry:
        return countries.HOME


def as_initial(address: TypedAddress) -> Mapping[str, str]:
    """Filled in as it stands; a state that was typed out is found in the list by its code."""
    values = asdict(address)
    place = country(layout_for(address.country))
    values["region"] = place.region_code(address.region) or address.region if place.regions else address.region
    return values
