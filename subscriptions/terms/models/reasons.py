"""Why something was done to a service, as data."""

from django.db import models
from django.db.models import Q


class ServiceReason(models.Model):
    """Why something was done to a service, as data: what it is called, who may give it, what it does to the term."""

    class Use(models.TextChoices):
        EXTENSION = "extension", "issues on top"
        CLAIM = "claim", "a copy claimed"
        CANCEL = "cancel", "a subscription ended"
        HOLD = "hold", "issues held back"

    class Effect(models.TextChoices):
        NONE = "", "none"
        CREDIT = "credit", "gives the copy back: its money is earned again later"
        BONUS = "bonus", "goodwill: earns nothing"
        SPLIT = "split", "spreads the money that is left over more issues"

    code = models.SlugField(max_length=30, unique=True)
    use = models.CharField(max_length=9, choices=Use)
    name = models.CharField(max_length=80, help_text="As staff see it.")
    words = models.CharField(max_length=120, blank=True, help_text="As readers see it; empty: not for readers.")
    effect = models.CharField(max_length=6, choices=Effect, blank=True, default=Effect.NONE)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="extension_reason_has_an_effect", condition=~Q(use__in=["extension", "claim"]) | ~Q(effect="")
            ),
        ]

    def __str__(self) -> str:
        return self.name
