from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from foundation.accounts.models import ApiToken, User
from foundation.accounts.rules import Role


def has_second_factor(user: User) -> bool:
    """Whether an authenticator app is set up. Recovery codes alone are a way back, not a second factor."""
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP]))


def user_by_token(token: str) -> User | None:
    """Whose API token this is, or None: unknown, revoked, the user inactive, or staff without a second factor.

    The look-up is by hash, so that no comparison of the token itself can be timed.
    """
    tokens = ApiToken.objects.filter(
        token_hash=ApiToken.hash_of(token), revoked_at__isnull=True, user__is_active=True
    ).select_related("user")
    found = tokens.first()
    if found is None or (found.user.role != Role.WEBSITE and not has_second_factor(found.user)):
        return None
    return found.user
