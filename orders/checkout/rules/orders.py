"""What an order says: pure words."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from orders.checkout.rules.gift_codes import LETTERS
from subscriptions.readers.rules.address import TypedAddress

# The source key of an order that names none.
WEBSITE = "WEB"
CONSENT_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Person:
    """Who pays or reads, as typed. The mail address may be empty for a recipient, never for a payer who buys online."""

    name: str
    email: str = ""
    company: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class GiftWish:
    """One gift of an order. Without `ship_to` it is a code: the recipient says later where it goes.

    `offer` empty: the order's. The start is `start_issue` (a number), or the issue that arrives around `arrives_on`, or
    else the next issue. `announce` is `donor` (who gets a card to print), `mail` or `card`, on `announce_on`. A code is
    good in the postage zone of `code_country`. `repeats` names the line of a gift that is given again by its donor, to
    the address on file.

    `account` is the number of a recipient who is on file, as staff has found it: the gift `meets` what that reader has.
    """

    recipient: Person
    ship_to: TypedAddress | None = None
    offer: str = ""
    copies: int = 1
    start_issue: int | None = None
    arrives_on: dt.date | None = None
    message: str = ""
    from_name: str = ""
    announce: str = "donor"
    announce_on: dt.date | None = None
    code_country: str = "US"
    repeats: str = ""
    account: int | None = None
    meets: str = "queue"


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a buyer asks for. `agreed_text_sha256` is the hash of the auto-renew text, set when the box was ticked.

    With `gifts` each of them has its own recipient and address, and nothing goes to the payer. `start_issue` is the
    number of the issue that it begins with; None for the next one.
    """

    offer: str
    payer: Person
    ship_to: TypedAddress | None = None
    recipient: Person | None = None
    copies: int = 1
    source_key: str = WEBSITE
    agreed_text_sha256: str = ""
    gifts: tuple[GiftWish, ...] = ()
    start_issue: int | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a request reached us: kept with the consent as its proof."""

    channel: str = "web"
    ip: str | None = None
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class ConsentText:
    version: str
    text: str
    sha256: str


def access_share(magazine_cents: int, *, issues: int, access_days: int | None, access_cents: int) -> int:
    """What of the magazine's price is for digital access: all of it where there are no issues, never more than it."""
    if not access_days:
        return 0
    return magazine_cents if issues == 0 else min(access_cents, magazine_cents)


def order_number() -> str:
    """Eight random letters in two groups: `M-4F7K-9Q2D`."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"M-{letters[:4]}-{letters[4:]}"


def money(cents: int, currency: str = "usd") -> str:
    """Cents as people write them: `$19.95`, `CAD 31.95`."""
    amount = f"{cents // 100:,}.{cents % 100:02d}"
    return f"${amount}" if currency == "usd" else f"{currency.upper()} {amount}"


def consent_text(
    *, magazine: str, issues: int, price_cents: int, currency: str, issues_left: int, contact: str
) -> ConsentText:
    """The exact words beside the auto-renew box: price, term, when, how to stop (ROSCA; California B&P 17602)."""
    price = money(price_cents, currency)
    text = (
        f"Yes, renew my subscription automatically. When {issues_left} issues are left, {magazine} charges my payment "
        f"method {price} for the next {issues} issues, and again each time a term runs out, until I cancel. "
        f"I get two notices by e-mail, about 35 and 20 days before each charge, with the amount, the date and a link "
        f"that cancels in one step. I can cancel at any time, online in one step or by writing to {contact}."
    )
    return ConsentText(version=CONSENT_VERSION, text=text, sha256=hashlib.sha256(text.encode()).hexdigest())
