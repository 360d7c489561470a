from django import forms

from orders.checkout.models import LineRefund
from web.desk.forms.fields import DollarsField


class ConcessionForm(forms.Form):
    cents = DollarsField(label="How much less")
    money = forms.ChoiceField(choices=LineRefund.Way.choices, label="What becomes of it")
    because = forms.CharField(max_length=120, label="Why the price is lowered")
