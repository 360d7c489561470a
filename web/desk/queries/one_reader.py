"""Everything about one reader on one screen: it reads every app below."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from foundation.mail.models import OutgoingMail
from orders.checkout import queries as checkout
from orders.checkout.models import AutoRenewConsent, Bill, Order
from orders.payments.models import PaymentAttempt, SavedMethod
from orders.renewals import queries as renewals
from orders.renewals.models import Cycle
from subscriptions.catalog.models import Issue
from subscriptions.fulfillment import queries as fulfillment
from subscriptions.fulfillment.models import Claim
from subscriptions.fulfillment.queries import CopySent
from subscriptions.newsletters.models import Enrolment
from subscriptions.newsletters.queries import enrolments_of
from subscriptions.readers import queries as readers
from subscriptions.readers.models import Address, PossibleDuplicate, Reader
from subscriptions.terms import queries as terms
from subscriptions.terms.models import AccessTerm, Pause, Subscription, Term
from subscriptions.terms.queries import Neighbour, SubscriptionOverview
from web.desk.queries.around_reader import neighbours

MOST = 20


@dataclass(frozen=True, slots=True)
class Service:
    """One subscription of this reader: what comes, why it ends when it does, and what went where."""

    overview: SubscriptionOverview
    sentence: str
    copies: Sequence[CopySent]
    claims: Sequence[Claim]
    holds: Sequence[Pause]
    cycle: Cycle | None
    neighbours: Sequence[Neighbour]
    bills: Sequence[Bill]
    may_go_on: bool
    renewal_can_be_stopped: bool
    # Whether a copy is still to come that nobody has paid for, in the hope of a renewal.
    comes_in_hope: bool


@dataclass(frozen=True, slots=True)
class GivenTerm:
    """A term that this reader pays for and somebody else gets."""

    term: Term
    expire_issue: Issue | None


@dataclass(frozen=True, slots=True)
class AccessSeen:
    """`state`: over, running, waiting, or ended before its days were over."""

    access: AccessTerm
    state: str


@dataclass(frozen=True, slots=True)
class OrderSeen:
    order: Order
    attempts: Sequence[PaymentAttempt]


@dataclass(frozen=True, slots=True)
class ReaderFile:
    reader: Reader
    in_force: Reader
    files: Sequence[Reader]
    services: Sequence[Service]
    given: Sequence[GivenTerm]
    access: Sequence[AccessSeen]
    addresses: Sequence[Address]
    orders: Sequence[OrderSeen]
    methods: Sequence[SavedMethod]
    consents: Sequence[AutoRenewConsent]
    newsletters: Sequence[Enrolment]
    mails: Sequence[OutgoingMail]
    duplicates: Sequence[PossibleDuplicate]

    @property
    def references(self) -> list[str]:
        """Who did something here, for their names."""
        found = [line.by for service in self.services for line in service.overview.ledger]
        found += [claim.reported_by for service in self.services for claim in service.claims]
        return [*found, *(address.entered_by for address in self.addresses)]


def reader_file(reader: Reader, *, now: dt.datetime) -> ReaderFile:
    """With what stands in the files that were merged into this one."""
    files = list(Reader.objects.filter(pk__in=readers.files_of([reader.pk])))
    emails = sorted({file.email for file in files if file.email})
    return ReaderFile(
        reader=reader,
        in_force=readers.reader_in_force(reader),
        files=files,
        services=[_service(pk, now=now) for pk in _subscriptions(reader)],
        given=[GivenTerm(term, terms.expire(term.subscription_id).issue) for term in _given(files)],
        access=_access(files, now=now),
        addresses=list(Address.objects.filter(reader__in=files).order_by("-entered_at", "-pk")),
        orders=_orders(files),
        methods=list(SavedMethod.objects.filter(payer__in=files).order_by("-saved_at")),
        consents=list(AutoRenewConsent.objects.filter(payer__in=files).select_related("line__order").order_by("-pk")),
        newsletters=[enrolment for email in emails for enrolment in enrolments_of(email)],
        mails=_mails(emails),
        duplicates=list(_duplicates(reader)),
    )


def _access(files: Sequence[Reader], *, now: dt.datetime) -> list[AccessSeen]:
    seen = []
    for access in terms.access_of([file.pk for file in files]):
        today = now.astimezone(access.magazine.zone).date()
        if access.ended_on is not None:
            state = "ended"
        elif access.until_on <= today:
            state = "over"
        else:
            state = "running" if access.from_on <= today else "waiting"
        seen.append(AccessSeen(access, state))
    return seen


def _subscriptions(reader: Reader) -> list[int]:
    return list(Subscription.objects.filter(reader=reader).order_by("-pk").values_list("pk", flat=True))


def _service(subscription_id: int, *, now: dt.datetime) -> Service:
    overview = terms.overview(subscription_id, now)
    pointer = overview.address_from.ordinal if overview.address_from else 0
    holds = Pause.objects.filter(
        Q(until_issue__isnull=True) | Q(until_issue__ordinal__gt=pointer), subscription_id=subscription_id
    )
    return Service(
        overview=overview,
        sentence=terms.explanation(subscription_id),
        copies=fulfillment.copies_of(subscription_id),
        claims=list(fulfillment.claims_of(subscription_id).filter(subscription_id=subscription_id)[:MOST]),
        holds=list(holds.exclude(reason=Pause.Reason.SKIP).select_related("from_issue", "until_issue")),
        cycle=Cycle.objects.filter(subscription_id=subscription_id).order_by("-pk").first(),
        neighbours=neighbours(overview),
        bills=list(checkout.open_bills().filter(subscription_id=subscription_id)),
        may_go_on=terms.can_be_taken_up_again(overview.subscription),
        renewal_can_be_stopped=renewals.can_be_stopped(overview.subscription),
        comes_in_hope=terms.comes_in_hope(subscription_id, now) is not None,
    )


def _given(files: Sequence[Reader]) -> list[Term]:
    given = Term.objects.filter(payer__in=files).exclude(subscription__reader__in=files)
    return list(given.select_related("subscription__reader", "subscription__magazine").order_by("-pk")[:MOST])


def _orders(files: Sequence[Reader]) -> list[OrderSeen]:
    mine = Order.objects.filter(Q(payer__in=files) | Q(lines__recipient__in=files)).distinct()
    orders = list(
        mine.select_related("payer", "magazine")
        .prefetch_related("lines__offer", "lines__recipient")
        .order_by("-pk")[:MOST]
    )
    attempts = PaymentAttempt.objects.filter(subject_uuid__in=[order.uuid for order in orders]).order_by("number")
    return [OrderSeen(order, [a for a in attempts if a.subject_uuid == order.uuid]) for order in orders]


def _mails(emails: Sequence[str]) -> list[OutgoingMail]:
    sent = OutgoingMail.objects.filter(to_email__in=emails).defer("text", "html")
    return list(sent.order_by("-created_at", "-pk")[:MOST])


def _duplicates(reader: Reader) -> list[PossibleDuplicate]:
    pairs = PossibleDuplicate.objects.filter(Q(new_reader=reader) | Q(known_reader=reader))
    return list(pairs.select_related("new_reader", "known_reader").order_by("-pk"))
