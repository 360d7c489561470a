"""What an order says and costs: pure words and sums."""

import hashlib
import secrets
from dataclasses import dataclass

from subscriptions.readers.rules.address import TypedAddress

CONSENT_VERSION = "2026-11"
# Crockford's letters and digits: none of them is mistaken for another on the phone.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Person:
    """Who pays or reads, as typed. The mail address may be empty for a recipient, never for a payer who buys online."""

    name: str
    email: str = ""
    company: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a buyer asks for. `agreed_text_sha256` is the hash of the auto-renew text, set when the box was ticked."""

    offer: str
    payer: Person
    ship_to: TypedAddress
    recipient: Person | None = None
    copies: int = 1
    source_key: str = "WEB"
    agreed_text_sha256: str = ""


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
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
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


@dataclass(frozen=True, slots=True)
class GoesOn:
    """How a term goes on after a change: so many issues, and what of its money is left over, by component."""

    issues: int
    magazine_over_cents: int = 0
    postage_over_cents: int = 0

    @property
    def over_cents(self) -> int:
        return self.magazine_over_cents + self.postage_over_cents


def more_copies_cents(rest_cents: int, *, before: int, after: int) -> int:
    """What more copies of the issues left cost at the price of those that are paid: whole cents, rounded down."""
    return max(0, rest_cents * (after - before) // before)


def converted_copies(magazine_cents: int, postage_cents: int, *, issues: int, before: int, after: int) -> GoesOn:
    """The issues that the same money buys with another number of copies; what makes no whole one is left over."""
    paid = issues * before
    whole = paid // after
    over = paid - whole * after
    return GoesOn(whole, magazine_cents * over // paid, postage_cents * over // paid)


def credited_copies(magazine_cents: int, postage_cents: int, *, issues: int, before: int, after: int) -> GoesOn:
    """As many issues with fewer copies, and the money for the others left over."""
    fewer = before - after
    return GoesOn(issues, magazine_cents * fewer // before, postage_cents * fewer // before)
