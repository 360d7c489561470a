"""Mail leaves through rows: written with the change it tells of, handed over by a sweep, kept with its proof."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q


class OutgoingMail(models.Model):
    """One mail to one person, as rendered. `key` makes it unique: the same news is never mailed twice."""

    class State(models.TextChoices):
        WAITING = "waiting"
        HANDED_OVER = "handed_over", "handed over"
        BOUNCED = "bounced"
        REFUSED = "refused"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40, db_index=True)
    to_email = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    # Over subject, text and html as they were rendered: with the times below the proof of what was sent.
    body_sha256 = models.CharField(max_length=64)
    # A one-step unsubscribe or cancel address for the List-Unsubscribe header, or empty.
    one_click_url = models.CharField(max_length=400, blank=True)

    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_handed_over_has_its_proof",
                condition=~Q(state="handed_over") | Q(handed_over_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mail_bounced_has_its_date", condition=~Q(state="bounced") | Q(bounced_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="mail_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"

    @property
    def counts_as_delivered(self) -> bool:
        """The mail server took it and it has not bounced."""
        return self.state == self.State.HANDED_OVER


class MailLink(models.Model):
    """A narrow capability in a mail: one purpose, one subject, short-lived. Only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=30)
    # What it opens, in the words of the app that made it: `reader:7`, `cycle:<uuid>`.
    subject = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    # Real time, not the business clock: a moved clock must not lengthen a sign-in token's life.
    expires_at = models.DateTimeField()
    # A single-use link is closed by its first use; a link for cancelling may be used again and says "already done".
    single_use = models.BooleanField(default=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.subject}"

    def is_open(self, *, now: dt.datetime) -> bool:
        return now < self.expires_at and not (self.single_use and self.used_at)


class MailServer(models.Model):
    """The wire out, as an administrator typed it on the desk: one row, which goes before the environment's settings.

    Its password is in the vault under `mail_password`.
    """

    class Security(models.TextChoices):
        STARTTLS = "starttls", "STARTTLS (port 587)"
        TLS = "tls", "TLS from the first byte (port 465)"
        NONE = "none", "none (a server on this machine)"

    id = models.SmallIntegerField(primary_key=True, default=1)
    sender = models.CharField(max_length=120)
    host = models.CharField(max_length=120)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, choices=Security, default=Security.STARTTLS)
    username = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_mail_server", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
