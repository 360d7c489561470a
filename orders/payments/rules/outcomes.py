"""What a call to Stripe can end in. "Unknown" is an outcome: money may have moved, and nobody has told us."""

import datetime as dt
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class MethodReading:
    """A payment method as Stripe describes it. `customer_id` is empty once it has been detached."""

    method_id: str
    kind: str = "card"
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    customer_id: str = ""


@dataclass(frozen=True, slots=True)
class DeclineCodes:
    """Why the bank said no, in the order in which the codes are believed."""

    advice_code: str = ""
    decline_code: str = ""
    network_decline_code: str = ""
    network_advice_code: str = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """The money was taken. The fee (cents) and its balance transaction may come later."""

    state: ClassVar[str] = "paid"
    payment_id: str
    charge_id: str
    amount_cents: int
    currency: str
    paid_at: dt.datetime
    method: MethodReading | None = None
    fee_cents: int | None = None
    balance_transaction_id: str = ""


@dataclass(frozen=True, slots=True)
class NeedsCustomer:
    """The bank wants the payer in person."""

    state: ClassVar[str] = "needs_customer"
    payment_id: str
    codes: DeclineCodes = field(default_factory=DeclineCodes)


@dataclass(frozen=True, slots=True)
class Declined:
    """The bank said no. `payment_id` is empty when Stripe refused before there was a payment (a detached card)."""

    state: ClassVar[str] = "declined"
    payment_id: str
    codes: DeclineCodes


@dataclass(frozen=True, slots=True)
class Pending:
    """Under way at the bank, for days perhaps."""

    state: ClassVar[str] = "pending"
    payment_id: str


@dataclass(frozen=True, slots=True)
class Open:
    """A checkout page waits for its buyer. `codes` tell of the last card that was declined on it."""

    state: ClassVar[str] = "open"
    session_id: str
    url: str
    expires_at: dt.datetime
    payment_id: str = ""
    codes: DeclineCodes | None = None


@dataclass(frozen=True, slots=True)
class Expired:
    """A checkout page that nobody can pay any more. `codes`: as above."""

    state: ClassVar[str] = "expired"
    session_id: str
    payment_id: str = ""
    codes: DeclineCodes | None = None


@dataclass(frozen=True, slots=True)
class Canceled:
    """A payment that was called off before any money moved."""

    state: ClassVar[str] = "canceled"
    payment_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Stripe refused the request as malformed: a mistake of ours, and nothing was charged."""

    state: ClassVar[str] = "rejected"
    reason: str
    code: str = ""
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class NeverSent:
    """Looked for, a day later, and not there: the request never arrived."""

    state: ClassVar[str] = "never_sent"


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer, or one that does not say what happened. `reason` is one word such as `timeout` or `server_error`."""

    state: ClassVar[str] = "unknown"
    reason: str


Outcome = Paid | NeedsCustomer | Declined | Pending | Open | Expired | Canceled | Rejected | NeverSent | Unknown


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at a payment or a checkout page: whose it is (the attempt, by our metadata), and how it stands."""

    attempt_uuid: str
    outcome: Outcome
    payment_id: str = ""
    session_id: str = ""
    created_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ChargeReading:
    """A charge and, once Stripe has booked it, its fee in cents."""

    charge_id: str
    payment_id: str
    attempt_uuid: str
    fee_cents: int | None
    balance_transaction_id: str


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a webhook or the event list says has changed. Nothing in it is believed but its ids."""

    event_id: str
    kind: str
    object_id: str
    created_at: dt.datetime
    livemode: bool
    api_version: str = ""
