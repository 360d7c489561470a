"""What a signed-in reader chooses when renewing: an offer, and whether it goes on by itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.errors import DomainError
from orders.checkout.rules import OrderRequest, Person
from subscriptions.readers.models import Reader
from subscriptions.readers.rules.address import TypedAddress
from web.reader.forms.order import KEY, fresh_key
from web.reader.shelf import Shelf


class RenewForm(forms.Form):
    use_required_attribute = False
    offer = forms.ChoiceField(
        label=_("How many more issues?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose how many issues you would like."),
            "invalid_choice": _("This offer is not on sale. Please choose one from the list."),
        },
    )
    sure = forms.BooleanField(
        label=_("Yes, I know that I am paid up well ahead, and would like to add more issues."), required=False
    )
    auto_renew = forms.BooleanField(label=_("Renew automatically"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    shown_consents = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def __init__(self, *args: Any, shelf: Shelf, must_be_sure: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shelf, self.must_be_sure = shelf, must_be_sure
        self.fields["offer"].choices = [(q.offer.code, q.offer.name) for q in shelf.quotes]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.must_be_sure and not data.get("sure"):
            self.add_error("sure", _("You are paid up well ahead. Please tick this if you want to add more issues."))
        if data.get("auto_renew") and self._agreed() not in data.get("shown_consents", "").split():
            self.add_error("auto_renew", _("The terms of automatic renewal have changed. Please read them again."))
        return data

    def _agreed(self) -> str:
        quote = self.shelf.quote_of(str(self.cleaned_data.get("offer", "")))
        return quote.consent.sha256 if quote and quote.consent else "none"

    def order_request(self, *, reader: Reader, ship_to: TypedAddress) -> OrderRequest:
        return OrderRequest(
            offer=self.cleaned_data["offer"],
            payer=Person(name=reader.name, email=reader.email, company=reader.company, phone=reader.phone),
            ship_to=ship_to,
            copies=self.shelf.copies,
            agreed_text_sha256=self._agreed() if self.cleaned_data["auto_renew"] else "",
        )

    def idempotency_key(self) -> str:
        key = self.cleaned_data["key"]
        typed = f"{self.cleaned_data['offer']}:{int(self.cleaned_data['auto_renew'])}"
        return f"{key if KEY.fullmatch(key) else fresh_key()}:{typed}"[:80]

    def tell(self, refusal: DomainError) -> None:
        self.add_error(None, refusal.sentence)
