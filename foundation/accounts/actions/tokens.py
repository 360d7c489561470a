from django.db import transaction
from django.utils import timezone

from foundation.accounts.models import ApiToken, User
from foundation.actors import Actor
from foundation.audit import actions as audit


@transaction.atomic
def issue_token(*, user_id: int, label: str, by: Actor) -> str:
    """A fresh API token in clear text, for showing once; only its hash is kept."""
    user = User.objects.get(pk=user_id)
    token = ApiToken.issue(user=user, label=label)
    audit.record(by, "token.issued", user, label=label)
    return token


@transaction.atomic
def revoke_token(*, token_id: int, by: Actor) -> None:
    """From the next request on the token opens nothing. Revoked twice, the first time stands."""
    token = ApiToken.objects.select_for_update().get(pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record(by, "token.revoked", token)
