"""Who may knock at the API: machines and staff, each with a token of their own. Sessions are not looked at."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from foundation.accounts.models import User
from foundation.accounts.queries import user_by_token


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer mh_...`. A request without the header is anonymous; one with a bad token is refused."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        scheme, _, token = header.partition(" ")
        user = user_by_token(token.strip()) if scheme.lower() == "bearer" else None
        if user is None:
            raise AuthenticationFailed("This token opens nothing. Send Authorization: Bearer and a token in force.")
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
