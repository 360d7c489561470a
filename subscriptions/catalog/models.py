"""Magazines, their issue calendar with its pull pointers, offers and prices, source keys."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q


class Magazine(models.Model):
    """A title: its names for the trade and the post, and the rules of its service."""

    class ZoneChange(models.TextChoices):
        BILL = "bill", "the payer is asked for the difference"
        ABSORB = "absorb", "the house bears the difference"
        CONVERT = "convert", "fewer issues for the money that is left"

    class SurchargeUnpaid(models.TextChoices):
        WAIT = "wait", "it stays on the work list"
        CONVERT = "convert", "fewer issues for the money that is left"
        ABSORB = "absorb", "the house bears the difference"

    code = models.SlugField(max_length=12, unique=True, help_text="Short code, used in file names and web addresses.")
    label_code = models.CharField(
        max_length=4,
        validators=[RegexValidator(r"^[A-Z]{2,4}$")],
        help_text="2-4 capitals, used in issue codes: ITT2612.",
    )
    name = models.CharField(max_length=80)
    publisher = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)
    contact_address = models.CharField(max_length=200, blank=True)
    issn = models.CharField(max_length=9, blank=True, validators=[RegexValidator(r"^\d{4}-\d{3}[\dX]$")])
    usps_number = models.CharField(max_length=7, blank=True, validators=[RegexValidator(r"^\d{7}$")])
    book_time_zone = models.CharField(max_length=40, default="America/Chicago")
    currency = models.CharField(max_length=3, default="usd")

    # Grace: copies served after the last paid issue in the hope of renewal, in issues. New terms get this limit.
    grace_issues = models.PositiveSmallIntegerField(default=0)
    # Grace copies are taken out of a renewal that comes within so many issues of the end; 0: grace is a gift.
    recoup_within_issues = models.PositiveSmallIntegerField(default=4)
    # How many issues that are out already a term may begin with, sent from stock: by the kind of its order.
    back_start_new = models.PositiveSmallIntegerField(default=0)
    back_start_renewal = models.PositiveSmallIntegerField(default=0)
    back_start_reinstated = models.PositiveSmallIntegerField(default=0)
    # Issues that a reader may hold back in a calendar year; null: as many as they like.
    most_held_issues = models.PositiveSmallIntegerField(null=True, blank=True)
    # An issue whose expected delivery is so many days from the end of a stay elsewhere goes home.
    seasonal_margin_days = models.PositiveSmallIntegerField(default=7)
    # What a move to a dearer zone in mid-term means, and the sum below which it is nobody's concern.
    zone_change = models.CharField(max_length=8, choices=ZoneChange, default=ZoneChange.BILL)
    absorb_below_cents = models.PositiveIntegerField(default=300)
    # A surcharge that is billed may be paid for so many days; what happens then is said in the mail that asks for it.
    surcharge_due_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    surcharge_unpaid = models.CharField(max_length=8, choices=SurchargeUnpaid, default=SurchargeUnpaid.WAIT)
    # The charge falls on the day after the pull that leaves this many issues.
    renew_at_issues_left = models.PositiveSmallIntegerField(default=2)
    # Invitations to renew for everyone else: sent when this many issues are left.
    invite_at_issues_left = models.JSONField(default=list, help_text="For instance [3, 1, 0].")

    # How long the label file of a mailed run is kept; its manifest, with the hash of the file, is kept for good.
    keep_label_files_days = models.PositiveSmallIntegerField(
        default=365, db_default=365, validators=[MinValueValidator(30)]
    )

    mailer_id = models.CharField(max_length=9, blank=True, validators=[RegexValidator(r"^(\d{6}|\d{9})$")])
    service_type = models.CharField(max_length=3, blank=True, validators=[RegexValidator(r"^\d{3}$")])
    acs_code = models.CharField(max_length=8, blank=True)
    # The next free serial under the mailer id. A run takes a block and never gives one back, voided or not.
    next_serial = models.PositiveIntegerField(default=1)

    # Frequency rule (rules.calendar.FrequencyRule) as typed on the desk.
    covers = models.JSONField(default=list, help_text="Months per issue: [[1],[2],[7,8]] is Jan, Feb, Jul/Aug.")
    pull_day = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1), MaxValueValidator(31)])
    pull_months_before = models.PositiveSmallIntegerField(default=1)
    pull_hour = models.PositiveSmallIntegerField(default=17, validators=[MaxValueValidator(23)])
    mail_after_days = models.PositiveSmallIntegerField(default=10)
    in_home_first_days = models.PositiveSmallIntegerField(default=7)
    in_home_last_days = models.PositiveSmallIntegerField(default=15)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="in_home_window_runs_forward", condition=Q(in_home_last_days__gte=F("in_home_first_days"))
            ),
            # With none it would be gone while its copies are still claimed.
            models.CheckConstraint(name="label_files_are_kept_a_month", condition=Q(keep_label_files_days__gte=30)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.book_time_zone)

    @property
    def grace_of_a_term(self) -> int:
        """The grace of a new term: none where the last effort goes out before the end, so that nothing is hoped for."""
        asks_early = bool(self.invite_at_issues_left) and min(self.invite_at_issues_left) > 0
        return 0 if asks_early else self.grace_issues


class Issue(models.Model):
    """One issue of the calendar. All arithmetic walks `ordinal`; `unit` is the sum of the weights before it."""

    class State(models.TextChoices):
        PLANNED = "planned"
        DROPPED = "dropped"
        PULLED = "pulled"
        MAILED = "mailed"

    GONE_OUT = (State.PULLED, State.MAILED)

    magazine = models.ForeignKey(Magazine, on_delete=models.PROTECT, related_name="issues")
    number = models.PositiveIntegerField(help_text="The running number.")
    # The place in the calendar. Inserting an issue renumbers the future, hence deferrable.
    ordinal = models.PositiveIntegerField()
    weight = models.PositiveSmallIntegerField(default=1, help_text="0 special, 1, 2 double.")
    # Sum of the weights of the issues before it that are not dropped. Rewritten only for rows that are not pulled yet.
    unit = models.PositiveIntegerField()
    cover_label = models.CharField(max_length=30)
    cover_year = models.PositiveSmallIntegerField()
    cover_month = models.PositiveSmallIntegerField()
    pull_at = models.DateTimeField(help_text="The cut-off: the last moment at which a change still affects the issue.")
    mail_on = models.DateField()
    in_home_from = models.DateField()
    in_home_until = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    pulled_at = models.DateTimeField(null=True, blank=True)
    mailed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="issue_number_once", fields=["magazine", "number"]),
            models.UniqueConstraint(
                name="issue_ordinal_once", fields=["magazine", "ordinal"], deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(name="issue_weight_is_0_1_or_2", condition=Q(weight__lte=2)),
            models.CheckConstraint(
                name="issue_pulled_has_its_time",
                condition=Q(state__in=["planned", "dropped"]) | Q(pulled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="issue_mailed_has_its_date", condition=~Q(state="mailed") | Q(mailed_on__isnull=False)
            ),
            models.CheckConstraint(name="in_home_window_has_days", condition=Q(in_home_until__gte=F("in_home_from"))),
        ]

    def __str__(self) -> str:
        return self.cover_label

    @property
    def is_pulled(self) -> bool:
        return self.state in self.GONE_OUT

    def takes_changes(self, *, now: dt.datetime) -> bool:
        """Whether a change entered now still reaches this issue."""
        return self.state == self.State.PLANNED and now < self.pull_at


class IssueStock(models.Model):
    """Copies of an issue in the storeroom, for back-starts and claims. Never below nothing; movements say why."""

    issue = models.OneToOneField(Issue, on_delete=models.PROTECT, related_name="stock")
    on_hand = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.on_hand} of issue {self.issue_id}"


class StockMovement(models.Model):
    """Copies that came in (+) or went out (-) of stock. Append-only; the stock on hand is their sum."""

    class Why(models.TextChoices):
        RECEIVED = "received", "received from the printer"
        COUNTED = "counted", "counted again"
        BACK_START = "back_start", "promised to a new term"
        CLAIM = "claim", "promised for a claim"
        GIVEN_BACK = "given_back", "promised, not sent"

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="stock_movements")
    quantity = models.IntegerField()
    why = models.CharField(max_length=10, choices=Why)
    link = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.CheckConstraint(name="a_movement_moves_something", condition=~Q(quantity=0))]

    def __str__(self) -> str:
        return f"{self.quantity:+d} {self.why}"


class Offer(models.Model):
    """One term at one price: "10 issues for $19.95". Prices stand in `OfferPrice`, by postage zone."""

    class Kind(models.TextChoices):
        NEW = "new"
        RENEWAL = "renewal"
        GIFT = "gift"

    magazine = models.ForeignKey(Magazine, on_delete=models.PROTECT, related_name="offers")
    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=80, help_text="As the reader sees it: 10 issues for $19.95.")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NEW)
    issues = models.PositiveSmallIntegerField(validators=[MaxValueValidator(120)])
    # Digital access counted in days, beside the issues or (with none) alone; earned by the day.
    access_days = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(3660)])
    # The share of the magazine's price, in cents, that the access is sold for when there are issues too.
    access_cents = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="usd")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="The first day on which it is no longer sold.")
    # What a term bought with this offer renews with; empty means that it is not renewed automatically.
    renews_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_public = models.BooleanField(default=True, help_text="Shown on the subscribe page and in the public list.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offer_dates_run_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            ),
            # A check that comes out null is passed, so each says that there are days.
            models.CheckConstraint(
                name="offer_has_issues_or_days",
                condition=Q(issues__gte=1) | Q(access_days__isnull=False, access_days__gte=1),
            ),
            models.CheckConstraint(
                name="access_is_priced_only_where_it_is_sold",
                condition=Q(access_cents=0) | Q(access_days__isnull=False, access_days__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class OfferPrice(models.Model):
    """What an offer costs in a zone, in cents: the magazine and the postage apart, because they are earned apart."""

    class Zone(models.TextChoices):
        US = "us", "United States"
        CANADA = "ca", "Canada"
        OTHER = "other", "Everywhere else"

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="prices")
    zone = models.CharField(max_length=5, choices=Zone)
    magazine_cents = models.PositiveBigIntegerField()
    postage_cents = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_price_per_zone", fields=["offer", "zone"])]

    def __str__(self) -> str:
        return f"{self.zone} {self.total_cents}"

    @property
    def total_cents(self) -> int:
        return self.magazine_cents + self.postage_cents


class OfferGiftTier(models.Model):
    """What the magazine costs from so many gifts of one order on: "the second for $15". Postage stays as it is."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="gift_tiers")
    from_gift = models.PositiveSmallIntegerField(help_text="2: from the second gift on.")
    magazine_cents = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_price_per_gift", fields=["offer", "from_gift"]),
            models.CheckConstraint(name="the_first_gift_has_the_offers_price", condition=Q(from_gift__gte=2)),
        ]

    def __str__(self) -> str:
        return f"from gift {self.from_gift}: {self.magazine_cents}"


class SourceKey(models.Model):
    """The code on a promotion: which list, package and date brought the order."""

    class Channel(models.TextChoices):
        WEB = "web"
        DIRECT_MAIL = "direct_mail", "direct mail"
        INSERT = "insert", "insert card"
        EMAIL = "email"
        RENEWAL = "renewal"
        WHITE_MAIL = "white_mail", "white mail (no code)"
        TELEPHONE = "telephone"

    code = models.CharField(max_length=20, unique=True, validators=[RegexValidator(r"^[A-Z0-9-]{2,20}$")])
    name = models.CharField(max_length=80)
    channel = models.CharField(max_length=12, choices=Channel)
    mailed_on = models.DateField(null=True, blank=True)
    pieces = models.PositiveIntegerField(default=0)
    retired_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code
