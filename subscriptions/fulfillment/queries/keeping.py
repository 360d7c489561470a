"""Which label files have been kept for long enough."""

import datetime as dt

from django.db.models import Q

from subscriptions.catalog.models import Magazine
from subscriptions.fulfillment.models import LabelRun


def label_files_past_keeping(*, now: dt.datetime) -> list[LabelRun]:
    """Of runs that were mailed, or voided, longer ago than their magazine keeps label files. The oldest first."""
    found: list[LabelRun] = []
    for magazine in Magazine.objects.order_by("pk"):
        since = now - dt.timedelta(days=magazine.keep_label_files_days)
        over = Q(state=LabelRun.State.MAILED, mailed_on__lt=since.astimezone(magazine.zone).date())
        over |= Q(state=LabelRun.State.VOIDED, voided_at__lt=since)
        kept = LabelRun.objects.filter(over, issue__magazine=magazine, file_deleted_at__isnull=True)
        found += kept.exclude(file_name="").order_by("pk")
    return found
