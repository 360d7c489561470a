"""How many copies of each issue a reader would like."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 999


class CopiesForm(forms.Form):
    use_required_attribute = False
    copies = forms.IntegerField(
        label=_("Copies of each issue, all together"),
        min_value=1,
        max_value=MOST,
        error_messages={
            "required": _("Please say how many copies of each issue you would like."),
            "invalid": _("Please enter a whole number."),
            "min_value": _("At least one copy."),
            "max_value": _("For so many copies please write or call us."),
        },
    )
