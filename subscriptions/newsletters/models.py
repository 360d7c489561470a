"""Newsletters that a reader must ask for twice (double opt-in), with the proof of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class Newsletter(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    is_open = models.BooleanField(default=True)
    # The exact words beside the box; the enrolment keeps them as they were agreed to.
    consent_text = models.TextField()

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """One mail address on one list: asked, confirmed, left. The proof of consent stays when it leaves."""

    class State(models.TextChoices):
        ASKED = "asked", "waiting for confirmation"
        CONFIRMED = "confirmed"
        LEFT = "left"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="enrolments")
    email = models.EmailField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    consent_text = models.TextField()
    asked_at = models.DateTimeField(default=timezone.now)
    asked_from = models.GenericIPAddressField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_from = models.GenericIPAddressField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), "newsletter", name="one_enrolment_per_address"),
            models.CheckConstraint(
                name="confirmed_has_its_date", condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"enrolment {self.pk}"
