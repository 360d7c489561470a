"""Staff and machines: who may sign in, as what, and with which tokens."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from foundation.accounts import actions
from foundation.accounts.models import ApiToken, User
from foundation.accounts.queries import has_second_factor
from foundation.accounts.rules import Role
from foundation.errors import NotFound
from web.desk.forms.settings import AddUserForm, PasswordForm, RoleForm, TokenForm
from web.desk.pages.base import DeskPage, Verb


class Staff(DeskPage):
    capability = "set_up"
    template = "desk/staff.html"
    title = "Staff and machines"

    def get(self, request: HttpRequest) -> HttpResponse:
        live = Count("tokens", filter=Q(tokens__revoked_at__isnull=True))
        return self.show(users=User.objects.annotate(live_tokens=live).order_by("-is_active", "role", "email"))


class OneUser(DeskPage):
    capability = "set_up"
    template = "desk/user.html"

    def get(self, request: HttpRequest, user_id: int) -> HttpResponse:
        user = find_user(user_id)
        return self.show(
            title=user.get_full_name(),
            person=user,
            is_machine=user.role == Role.WEBSITE,
            has_second_factor=has_second_factor(user),
            tokens=user.tokens.order_by("-pk"),
        )


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class AddUser(Verb):
    capability = "set_up"
    title = "Add somebody"
    button = "Add the account"
    form_class = AddUserForm

    def find(self) -> None:
        return None

    def asks(self, subject: None) -> list[str]:
        return ["At the first sign-in an authenticator app has to be set up: nobody comes in with a password alone."]

    def act(self, subject: None, answers: dict[str, Any]) -> str:
        user = actions.add_user(
            email=answers["email"],
            name=answers["name"],
            role=answers["role"],
            password=answers["password"] or None,
            by=self.actor,
        )
        self.kwargs["added"] = user.pk
        return f"{user.get_full_name()} is added as {user.get_role_display()}."

    def back(self, subject: None) -> str:
        if "added" in self.kwargs:
            return reverse("admin:user", args=[self.kwargs["added"]])
        return reverse("admin:staff")


class UserVerb(Verb):
    capability = "set_up"

    def find(self) -> User:
        return find_user(self.kwargs["user_id"])

    def named(self, subject: User) -> str:
        return f"{self.title}: {subject.get_full_name()}"

    def back(self, subject: User) -> str:
        return reverse("admin:user", args=[subject.pk])


class ChangeRole(UserVerb):
    title = "Change the role"
    button = "Change it"
    form_class = RoleForm

    def initial(self, subject: User) -> dict[str, Any]:
        return {"role": subject.role}

    def asks(self, subject: User) -> list[str]:
        return ["What somebody may do follows from the role alone, from the next click on."]

    def act(self, subject: User, answers: dict[str, Any]) -> str:
        actions.change_role(user_id=subject.pk, role=answers["role"], by=self.actor)
        return f"{subject.get_full_name()} is now {Role(answers['role']).label}."


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SetPassword(UserVerb):
    title = "Set another password"
    button = "Set it"
    form_class = PasswordForm

    def asks(self, subject: User) -> list[str]:
        return ["It ends all of their sessions. Tell it to them in person; they change it after signing in."]

    def act(self, subject: User, answers: dict[str, Any]) -> str:
        actions.set_password(user_id=subject.pk, password=answers["password"], by=self.actor)
        return "The password is set."


class ForgetSecondFactor(UserVerb):
    title = "Forget the second factor"
    button = "Forget it"
    is_grave = True

    def asks(self, subject: User) -> list[str]:
        return [
            "For somebody whose telephone is gone: at the next sign-in a new authenticator app is set up. Be sure who "
            "is asking: until then the password alone opens that door."
        ]

    def act(self, subject: User, answers: dict[str, Any]) -> str:
        actions.forget_second_factor(user_id=subject.pk, by=self.actor)
        return "Forgotten. A new app is set up at the next sign-in."


class CloseAccount(UserVerb):
    title = "Close the account"
    button = "Close it"
    is_grave = True

    def asks(self, subject: User) -> list[str]:
        return ["From the next click on neither a session nor a token opens anything. What they did stays on record."]

    def act(self, subject: User, answers: dict[str, Any]) -> str:
        actions.close_account(user_id=subject.pk, by=self.actor)
        return f"The account of {subject.get_full_name()} is closed."


class ReopenAccount(UserVerb):
    title = "Open the account again"
    button = "Open it"

    def asks(self, subject: User) -> list[str]:
        return ["The password, the second factor and tokens that were not revoked are good again."]

    def act(self, subject: User, answers: dict[str, Any]) -> str:
        actions.reopen_account(user_id=subject.pk, by=self.actor)
        return f"The account of {subject.get_full_name()} is open."


class IssueToken(UserVerb):
    title = "Issue an API token"
    button = "Issue it"
    form_class = TokenForm

    def asks(self, subject: User) -> list[str]:
        return [f"Whoever holds it may do at the API what {subject.get_full_name()} may do. It is shown once."]

    def act(self, subject: User, answers: dict[str, Any]) -> str:
        return actions.issue_token(user_id=subject.pk, label=answers["label"], by=self.actor)

    def leave(self, subject: User, done: str) -> HttpResponse:
        """On the answer itself, not in a message: that would be kept in the session until it is read."""
        self.template = "desk/token.html"  # type: ignore[misc]  # this answer alone
        return self.show(title="The new token", token=done, person=subject)


class RevokeToken(Verb):
    capability = "set_up"
    title = "Revoke the token"
    button = "Revoke it"
    is_grave = True

    def find(self) -> ApiToken:
        token = ApiToken.objects.select_related("user").filter(pk=self.kwargs["token_id"]).first()
        if token is None:
            raise NotFound("There is no such token.")
        return token

    def asks(self, subject: ApiToken) -> list[str]:
        return [f"“{subject.label}” of {subject.user.get_full_name()} opens nothing from the next request on."]

    def act(self, subject: ApiToken, answers: dict[str, Any]) -> str:
        actions.revoke_token(token_id=subject.pk, by=self.actor)
        return "The token was revoked."

    def back(self, subject: ApiToken) -> str:
        return reverse("admin:user", args=[subject.user_id])


def find_user(user_id: int) -> User:
    """:raises NotFound:"""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("There is no such account.")
    return user
