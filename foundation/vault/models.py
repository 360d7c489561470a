from django.db import models


class Secret(models.Model):
    """A secret that an administrator typed on the desk: sealed in the row, opened only where it is used."""

    name = models.CharField(max_length=40, primary_key=True)
    sealed = models.BinaryField()
    # The last four characters, so that a person can tell which key is in place.
    hint = models.CharField(max_length=8, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name
