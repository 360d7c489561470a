from django.db import models


class Count(models.Model):
    """How often something happened in a window of time. Counters stand in rows, so that every process sees the same."""

    scope = models.CharField(max_length=40)
    # A keyed hash of the address or mail address: the row itself tells nobody's.
    who = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_count_per_window", fields=["scope", "who", "window_start"])]
        indexes = [models.Index(fields=["window_start"])]

    def __str__(self) -> str:
        return f"{self.scope}: {self.times}"


class SpentKey(models.Model):
    """A key that came with a change which must not be made twice. It is written in the transaction of the change."""

    by = models.CharField(max_length=64)
    key = models.CharField(max_length=80)
    body_sha256 = models.CharField(max_length=64)
    spent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="key_is_spent_once", fields=["by", "key"])]
        indexes = [models.Index(fields=["spent_at"])]

    def __str__(self) -> str:
        return self.key
