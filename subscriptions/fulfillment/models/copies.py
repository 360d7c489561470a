"""One row per copy, with every printed fact frozen at the pull."""

from django.db import models


class Copy(models.Model):
    """One copy of one issue for one subscription, as printed. Partitioned by issue; the table stands in the migration.

    Written by the pull in one statement and never changed. Money, statements and galleys read only these rows.
    A subscription with several copies has one record in the file, its copy number 1; the others repeat `rec_no`.
    A replacement carries the number of the copy that it replaces, and is a record by itself.
    """

    pk = models.CompositePrimaryKey("subscription_id", "issue_id", "copy_no", "purpose", "sequence")
    issue_id = models.IntegerField()
    subscription_id = models.BigIntegerField()
    copy_no = models.SmallIntegerField()
    purpose = models.SmallIntegerField()
    sequence = models.SmallIntegerField()
    run_id = models.BigIntegerField()
    term_id = models.BigIntegerField()
    reader_id = models.BigIntegerField()
    # The place in the term, in units, and how many units this copy uses up: 0 for grace, and above the first copy.
    x = models.IntegerField()
    units = models.SmallIntegerField()
    copy_class = models.CharField(max_length=8)
    paid_code = models.CharField(max_length=1)
    rec_no = models.IntegerField()
    # 0 when the magazine has no mailer id.
    serial = models.IntegerField()
    copies = models.SmallIntegerField()
    # Seven digits and their check digit, kept so that the file is a plain scan of these rows.
    subscriber_no = models.CharField(max_length=8)
    top_line = models.CharField(max_length=30)
    list_code = models.CharField(max_length=8)
    version = models.CharField(max_length=8)
    name = models.CharField(max_length=40)
    company = models.CharField(max_length=40)
    attn = models.CharField(max_length=40)
    addr1 = models.CharField(max_length=40)
    addr2 = models.CharField(max_length=40)
    urb = models.CharField(max_length=28)
    city = models.CharField(max_length=28)
    state = models.CharField(max_length=2)
    zip5 = models.CharField(max_length=5)
    plus4 = models.CharField(max_length=4)
    dpc = models.CharField(max_length=2)
    postcode = models.CharField(max_length=10)
    country = models.CharField(max_length=40)

    class Meta:
        managed = False
        db_table = "fulfillment_copy"

    def __str__(self) -> str:
        return f"issue {self.issue_id} for subscription {self.subscription_id}"


MAIN, SUPPLEMENT, CLAIM = 1, 2, 3  # purposes of a copy
