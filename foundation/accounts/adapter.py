"""Where allauth asks us: who may sign in, where a request came from, how the seed of a second factor is kept."""

import base64
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from foundation.accounts.models import User
from foundation.client_address import client_address
from foundation.vault import rules as vault


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Staff accounts are made by an administrator; nobody signs up, and machines have tokens."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse | None:
        if not user.is_staff:
            return redirect("account_inactive")
        answer: HttpResponse | None = super().pre_login(request, user, **details)
        return answer

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whether the password is asked for once more; not of somebody who typed it a moment ago to come in."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT for record in records)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class SealedSecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Seeds stand in their rows sealed, so that a copy of the database makes no valid codes."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(vault.seal(text, name="second factor", keys=settings.VAULT_KEYS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return vault.open_sealed(base64.b64decode(encrypted_text), name="second factor", keys=settings.VAULT_KEYS)
