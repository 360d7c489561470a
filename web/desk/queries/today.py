"""What needs doing today, for the dashboard: each line only to those who may do something about it."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from foundation.accounts.models import User
from foundation.mail.models import OutgoingMail
from orders.payments import queries as payments
from orders.payments.models import PaymentAttempt, WebhookEvent
from orders.renewals import queries as renewals
from orders.renewals.models import Cycle
from orders.revenue.models import NightlyCheck, ParkedEntry, ParkedRun
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.fulfillment.models import LabelRun
from subscriptions.fulfillment.queries import open_claims, waiting_runs
from subscriptions.readers import queries as readers

# A paid attempt settles within seconds; one that has waited this long needs a look.
SETTLES_WITHIN = dt.timedelta(minutes=10)
LOOKS_BACK = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do: how many, what, and where. `tone`: `due` waits for somebody, `bad` has gone wrong."""

    count: int
    sentence: str
    url: str
    tone: str = "due"


@dataclass(frozen=True, slots=True)
class NextPull:
    """The next issue of a magazine to be pulled, with its label run if there is one."""

    magazine: Magazine
    issue: Issue | None
    run: LabelRun | None
    is_due: bool


def next_pulls(*, now: dt.datetime) -> list[NextPull]:
    pulls = []
    for magazine in Magazine.objects.order_by("name"):
        issue = catalog.next_to_pull(magazine.pk)
        run = LabelRun.objects.filter(issue=issue, purpose=1).exclude(state="voided").first() if issue else None
        pulls.append(NextPull(magazine, issue, run, is_due=issue is not None and issue.pull_at <= now))
    return pulls


def last_check() -> NightlyCheck | None:
    return NightlyCheck.objects.filter(ended_at__isnull=False).order_by("-begun_at").first()


def to_do(*, user: User, now: dt.datetime, today: dt.date) -> list[Line]:
    """The lines with a count above 0, worst first."""
    lines = [
        line
        for capability, count in _COUNTS
        if user.may(capability)
        for line in count(now, today)
        if line.count
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.tone != "bad")


def _duplicates(now: dt.datetime, today: dt.date) -> Iterator[Line]:
    waiting = readers.open_duplicates().count()
    yield Line(waiting, "new readers look like somebody on file", reverse("admin:duplicates"))


def _claims(now: dt.datetime, today: dt.date) -> Iterator[Line]:
    yield Line(open_claims().count(), "claims wait for a person", reverse("admin:claims"))


def _renewals(now: dt.datetime, today: dt.date) -> Iterator[Line]:
    due = renewals.renewals_due(today=today, within_days=30)
    url = reverse("admin:renewals")
    needs = due.filter(state=Cycle.State.NEEDS_READER).count()
    yield Line(needs, "automatic renewals wait for the reader, most for a new card", url)
    coming = due.filter(state=Cycle.State.SCHEDULED).count()
    yield Line(coming, "automatic renewals are charged in the next 30 days", url, "quiet")


def _payments(now: dt.datetime, today: dt.date) -> Iterator[Line]:
    unsettled = payments.attempts_to_settle().filter(paid_at__lt=now - SETTLES_WITHIN).count()
    url = reverse("admin:payments_paymentattempt_changelist")
    yield Line(unsettled, "payments have come and no order has taken them", f"{url}?settled=no", "bad")
    rejected = PaymentAttempt.objects.filter(state="rejected", created_at__gt=now - LOOKS_BACK).count()
    yield Line(rejected, "charges were refused by Stripe as malformed", f"{url}?state__exact=rejected", "bad")


def _inbox(now: dt.datetime, today: dt.date) -> Iterator[Line]:
    url = reverse("admin:payments_webhookevent_changelist")
    dead = WebhookEvent.objects.filter(state=WebhookEvent.State.DEAD).count()
    yield Line(dead, "events of Stripe's were given up", f"{url}?state__exact=dead", "bad")
    unmatched = WebhookEvent.objects.filter(state=WebhookEvent.State.UNMATCHED).count()
    yield Line(unmatched, "events of Stripe's could not be placed yet", f"{url}?state__exact=unmatched")
    parked = ParkedRun.objects.count()
    yield Line(parked, "mailed runs could not be posted to the books", reverse("admin:checks"), "bad")
    entries = ParkedEntry.objects.count()
    yield Line(entries, "credits or recouped copies could not be posted to the books", reverse("admin:checks"), "bad")


def _mail(now: dt.datetime, today: dt.date) -> Iterator[Line]:
    url = reverse("admin:mail_outgoingmail_changelist")
    lately = OutgoingMail.objects.filter(created_at__gt=now - LOOKS_BACK)
    for state, sentence in (("bounced", "mails bounced in the last 30 days"), ("refused", "mails were given up")):
        yield Line(lately.filter(state=state).count(), sentence, f"{url}?state__exact={state}")


def _runs(now: dt.datetime, today: dt.date) -> Iterator[Line]:
    url = reverse("admin:runs")
    stuck = LabelRun.objects.filter(~Q(last_error="")).exclude(state__in=["voided", "mailed"]).count()
    yield Line(stuck, "label runs say what went wrong", url, "bad")
    waiting = LabelRun.objects.filter(state="handed_over").count()
    yield Line(waiting, "label runs wait for the day of mailing", url)
    unplanned = sum(each.rows for each in waiting_runs() if each.run is None)
    yield Line(unplanned, "copies wait for a supplement or a claims run", url)


Count = Callable[[dt.datetime, dt.date], Iterator[Line]]
_COUNTS: tuple[tuple[str, Count], ...] = (
    ("see_work_list", _duplicates),
    ("see_work_list", _claims),
    ("work_runs", _runs),
    ("see_renewals", _renewals),
    ("see_orders", _payments),
    ("see_money", _inbox),
    ("open_desk", _mail),
)
