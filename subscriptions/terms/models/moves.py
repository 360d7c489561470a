"""Lines that followed their reader when two files became one."""

from django.db import models
from django.db.models import Q

from subscriptions.readers.models import Address, Reader, ReaderMerge
from subscriptions.terms.models.lines import LineMerge, Subscription


class MovedLine(models.Model):
    """A line that was a merged reader's: whose it was before, and whether it became one with another."""

    merge = models.ForeignKey(ReaderMerge, on_delete=models.PROTECT, related_name="moved_lines")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="moves")
    from_reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="+")
    line_merge = models.OneToOneField(LineMerge, on_delete=models.PROTECT, null=True, blank=True, related_name="move")
    # Why two lines of one magazine stayed two although the clerk wished them one; a refusal's sentence.
    stayed_because = models.CharField(max_length=300, blank=True)
    # Where the kept line went before it was sent to the newer address, and that one.
    address_before = models.ForeignKey(Address, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    address_after = models.ForeignKey(Address, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_line_moves_once_per_merge", fields=["merge", "subscription"]),
            models.CheckConstraint(
                name="a_new_address_comes_with_one_line",
                condition=Q(address_after__isnull=True) | Q(line_merge__isnull=False, address_before__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}, from {self.from_reader_id}"
