from collections.abc import Sequence
from typing import Any

from django import forms

from orders.checkout.models import LineRefund
from subscriptions.terms.models import ServiceReason

_MONEY = [(LineRefund.Way.REFUND, "Send it back"), (LineRefund.Way.CREDIT, "Hold it as a credit")]


class CancelForm(forms.Form):
    when = forms.ChoiceField(
        choices=[("end", "With the last issue that is paid for"), ("now", "Now, and the rest goes back to the payer")],
        label="When",
        widget=forms.RadioSelect,
        initial="end",
    )
    reason = forms.ChoiceField(label="Why")
    money = forms.ChoiceField(
        choices=_MONEY,
        label="The money, if it ends now",
        initial=LineRefund.Way.REFUND,
    )

    def __init__(self, *args: Any, reasons: Sequence[ServiceReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(reason.code, reason.name) for reason in reasons]  # type: ignore[attr-defined]


class EndAccessForm(forms.Form):
    reason = forms.ChoiceField(label="Why")
    money = forms.ChoiceField(choices=_MONEY, label="The money", initial=LineRefund.Way.REFUND)

    def __init__(self, *args: Any, reasons: Sequence[ServiceReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(reason.code, reason.name) for reason in reasons]  # type: ignore[attr-defined]


class ReinstateForm(forms.Form):
    back_issues = forms.IntegerField(
        min_value=0, max_value=60, initial=0, label="Issues missed meanwhile, from stock",
        help_text="As many as the magazine's rule and the stock allow.",
    )  # fmt: skip
