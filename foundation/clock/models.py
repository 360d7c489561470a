import datetime as dt

from django.db import models
from django.db.models import Q


class ClockShift(models.Model):
    """How far the demo's clock runs ahead of real time: one row, read by all processes."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    ahead = models.DurationField(default=dt.timedelta(0))

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_clock", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.ahead} ahead"

    @classmethod
    def current(cls) -> dt.timedelta:
        return cls.objects.filter(pk=1).values_list("ahead", flat=True).first() or dt.timedelta(0)
