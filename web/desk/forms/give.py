"""A gift order as a clerk takes it down: who gives what, and each gift's recipient, address and wishes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from orders.checkout.models import Gift
from orders.checkout.rules import MOST_MESSAGE, GiftWish, Person
from subscriptions.catalog.models import Issue
from subscriptions.readers.models import Reader
from subscriptions.readers.rules.address import TypedAddress, check
from web import gift_rows
from web.desk.forms.subscriptions import AddressForm

ON_A_DAY = "day"
# Nobody knows these by heart, and no clerk is asked about them.
_NO_REASON_TO_ASK = {"no_zip_plus_4", "long_city", "region_not_printed"}
_DAY = forms.DateInput(attrs={"type": "date"})


class DonorForm(forms.Form):
    """What is given, and who gives: nothing more to type where the donor is on file."""

    offer = forms.ChoiceField(label="What is given")
    payer_name = forms.CharField(label="Name of the donor", max_length=80, required=False)
    payer_company = forms.CharField(label="Company", max_length=80, required=False)
    payer_email = forms.EmailField(
        label="Mail address", required=False, help_text="The link to pay goes there. Without one you get it to pass on."
    )
    payer_phone = forms.CharField(label="Telephone", max_length=30, required=False)
    from_name = forms.CharField(
        label="From whom, on the card", max_length=80, required=False, help_text="Empty: the donor's name."
    )
    source_key = forms.ChoiceField(label="Source key")
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def __init__(
        self,
        *args: Any,
        offers: Sequence[tuple[str, str]],
        keys: Sequence[tuple[str, str]],
        donor: Reader | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.donor = donor
        self.fields["offer"].choices = offers  # type: ignore[attr-defined]  # a choice field
        self.fields["source_key"].choices = keys  # type: ignore[attr-defined]  # a choice field
        if donor is None:
            # One of the two: a name, or a company.
            self.fields["payer_name"].needed_by_some = True  # type: ignore[attr-defined]  # for the template
        else:
            for name in ("payer_name", "payer_company", "payer_phone", "payer_email"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.donor is None and not data.get("payer_name") and not data.get("payer_company"):
            self.add_error("payer_name", "Who gives? A name, or a company.")
        return data

    def payer(self) -> Person:
        if self.donor is not None:
            return Person(self.donor.name, self.donor.email, self.donor.company, self.donor.phone)
        data = self.cleaned_data
        return Person(data["payer_name"], data["payer_email"], data["payer_company"], data["payer_phone"])


class GiftRowForm(AddressForm):
    """One gift. With an account number it is for a reader on file; by code it has no address yet."""

    account = forms.IntegerField(
        label="Account number",
        required=False,
        min_value=1,
        max_value=9_999_999,
        help_text="If the recipient is on file: their own address counts, and none is typed below.",
    )
    meets = forms.ChoiceField(
        label="If the recipient has it already, the gift",
        required=False,
        choices=[(m.value, str(m.label)) for m in Gift.Meets],
    )
    by_code = forms.BooleanField(label="The address is not known: sell a code", required=False)
    copies = forms.IntegerField(label="Copies of each issue", min_value=1, max_value=1000, initial=1)
    start = forms.ChoiceField(label="Begins", required=False)
    arrives_on = forms.DateField(label="Around which day", required=False, widget=_DAY)
    message = forms.CharField(
        label="Words for the card",
        max_length=MOST_MESSAGE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    announce = forms.ChoiceField(
        label="Announced", required=False, choices=[(a.value, str(a.label)) for a in Gift.Announce]
    )
    email = forms.EmailField(label="Mail address of the recipient", required=False)
    announce_on = forms.DateField(
        label="Announced on", required=False, widget=_DAY, help_text="Empty: as soon as it is paid."
    )
    field_order = ["name", "account", "meets", "by_code"]

    def __init__(self, *args: Any, issues: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["keep"]
        self.fields["name"].label = "Who gets it"
        self.fields["name"].required = True
        # Not for a code, nor for somebody whose address is on file.
        self.fields["line1"].required = False
        for name in ("line1", "meets", "start", "announce"):
            self.fields[name].needed_by_some = True  # type: ignore[attr-defined]  # for the template
        self.fields["start"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", "with the next issue"),
            *[(str(issue.number), f"with {issue.cover_label}") for issue in issues],
            (ON_A_DAY, "with the issue that arrives around a day"),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("start") == ON_A_DAY and not data.get("arrives_on") and "arrives_on" not in self.errors:
            self.add_error("arrives_on", "Around which day should the first issue arrive?")
        has_address = bool(data.get("line1"))
        if data.get("by_code") and (has_address or data.get("account")):
            self.add_error("by_code", "A code has no address and no account: leave them out, or sell no code.")
        if not has_address and not data.get("by_code") and not data.get("account") and "line1" not in self.errors:
            self.add_error("line1", "Where does it go? Type an address or an account number, or sell a code.")
        return data

    def wish(self, *, from_name: str) -> GiftWish:
        data = self.cleaned_data
        start, by_code = data["start"], data["by_code"]
        return GiftWish(
            recipient=Person(data["name"], data["email"]),
            ship_to=self.address(),
            copies=data["copies"],
            start_issue=int(start) if start.isdigit() and not by_code else None,
            arrives_on=data["arrives_on"] if start == ON_A_DAY and not by_code else None,
            message=data["message"].strip(),
            from_name=from_name,
            announce=data["announce"] or Gift.Announce.DONOR,
            announce_on=data["announce_on"],
            code_country=data["country"],
            account=data["account"],
            meets=data["meets"] or Gift.Meets.QUEUE,
        )

    def address(self) -> TypedAddress | None:
        """None for a code, and for somebody whose address is on file."""
        return self.typed(self.cleaned_data) if self.cleaned_data.get("line1") else None

    def doubts(self) -> list[str]:
        """What only looks odd about the address: to be read back to the donor."""
        typed = self.address() if self.is_valid() else None
        found = check(typed).warnings if typed else {}
        return [one.sentence for each in found.values() for one in each if one.code not in _NO_REASON_TO_ASK]


ROW = tuple(GiftRowForm.base_fields)


def typed_rows(typed: Mapping[str, str]) -> list[dict[str, str]]:
    """What was typed so far, with one more or one less if that was asked for. A field that did not stand there is left
    out, so that it begins as on a fresh sheet.
    """
    return gift_rows.typed_rows(
        typed, lambda place: {name: typed[at] for name in ROW if (at := f"g{place}-{name}") in typed}
    )
