"""Staff and machines. A reader is not a user account."""

import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from foundation.accounts.rules import Role, may
from foundation.actors import Actor


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, role: str, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), role=role, **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The first admin of an empty house: `manage.py createsuperuser`."""
        return self.create_user(email, password, role=Role.ADMIN, **fields)


class User(AbstractBaseUser):
    """A member of staff, or a machine such as the magazine's website. What it may do follows from its role alone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=12, choices=[(role.value, role.label) for role in Role])
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_role_is_known", condition=models.Q(role__in=[r.value for r in Role])),
        ]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        return self.is_active and self.role != Role.WEBSITE

    @property
    def is_superuser(self) -> bool:
        return self.is_active and self.role == Role.ADMIN

    @property
    def actor(self) -> Actor:
        return Actor("machine" if self.role == Role.WEBSITE else "staff", str(self.pk))

    def may(self, capability: str) -> bool:
        return self.is_active and may(self.role, capability)

    # Django's admin asks these; the desk's pages ask `may`.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_superuser

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class ApiToken(models.Model):
    """Lets a machine or a member of staff in at the API. The token is shown once; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label

    @classmethod
    def issue(cls, *, user: User, label: str) -> str:
        """A fresh token in clear text, for showing once."""
        token = f"mh_{secrets.token_urlsafe(32)}"
        cls.objects.create(user=user, label=label, token_hash=cls.hash_of(token))
        return token

    @staticmethod
    def hash_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()
