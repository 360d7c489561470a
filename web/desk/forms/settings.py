from typing import Any

from django import forms
from django.conf import settings

from foundation.accounts.rules import Role
from foundation.mail.models import MailServer
from orders.payments import safety

_STAFF = [(role.value, role.label) for role in Role]


class Secret(forms.PasswordInput):
    """Typed blind, and never sent back to the page."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False)


class StripeKeyForm(forms.Form):
    value = forms.CharField(max_length=300, label="Secret or restricted key", widget=Secret)

    def clean_value(self) -> str:
        value = str(self.cleaned_data["value"]).strip()
        if value.startswith("pk_"):
            raise forms.ValidationError("This is the publishable key. The secret one begins with sk_ or rk_.")
        if not value.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
            raise forms.ValidationError("A key begins with sk_test_, sk_live_, rk_test_ or rk_live_.")
        complaints = safety.complaints(key=value, base=settings.STRIPE_API_BASE, production=settings.PRODUCTION)
        for complaint in complaints:
            raise forms.ValidationError(complaint)
        return value


class WebhookSecretForm(forms.Form):
    value = forms.CharField(max_length=300, label="Signing secret", widget=Secret)

    def clean_value(self) -> str:
        secrets = [secret.strip() for secret in str(self.cleaned_data["value"]).split(",") if secret.strip()]
        if not secrets or not all(secret.startswith("whsec_") for secret in secrets):
            raise forms.ValidationError("A signing secret begins with whsec_.")
        return ",".join(secrets)


class MailServerForm(forms.Form):
    sender = forms.CharField(
        max_length=120, label="Sender", help_text="As readers see it: The Lantern &lt;care@lantern.example&gt;"
    )
    host = forms.CharField(max_length=120, label="Mail server")
    port = forms.IntegerField(min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(choices=MailServer.Security.choices, initial=MailServer.Security.STARTTLS)
    username = forms.CharField(max_length=120, required=False)
    password = forms.CharField(
        max_length=300, required=False, widget=Secret, help_text="Leave it empty to keep the one that is there."
    )


class AddUserForm(forms.Form):
    email = forms.EmailField(label="Mail address")
    name = forms.CharField(max_length=80, required=False)
    role = forms.ChoiceField(choices=_STAFF)
    password = forms.CharField(
        max_length=128, required=False, widget=Secret, label="First password",
        help_text="At least 12 characters. Tell it to them in person; they change it after signing in. "
        "A machine gets none, but a token.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("role") not in (None, Role.WEBSITE) and not typed.get("password"):
            self.add_error("password", "Somebody who signs in needs a first password.")
        return typed


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=_STAFF)


class PasswordForm(forms.Form):
    password = forms.CharField(max_length=128, widget=Secret, label="New password", help_text="At least 12 characters.")


class TokenForm(forms.Form):
    label = forms.CharField(max_length=60, label="What it is for", help_text="As in: website, production.")
