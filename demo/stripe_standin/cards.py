"""Test cards by name: what each one does with the buyer present, and later without.

The ids are Stripe's own test ids. Ids with ``_standin_`` exist only here: they pay at the checkout and decline at the
renewal, which Stripe shows only over months.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

LATER = "pm_card_standin_later_"


@dataclass(frozen=True)
class Decline:
    """A refusal by the bank: the codes that Stripe hands on."""

    decline_code: str
    code: str = "card_declined"
    advice_code: str | None = None
    network_decline_code: str | None = None
    network_advice_code: str | None = None
    message: str = "Your card was declined."

    def codes(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value is not None}


Verdict = Literal["approve", "authenticate", "processing"] | Decline


@dataclass(frozen=True)
class Card:
    """A test card: how it looks and what it does."""

    id: str
    title: str
    on_session: Verdict = "approve"
    off_session: Verdict = "approve"
    brand: str = "visa"
    last4: str = "4242"
    country: str = "US"
    after_authentication: Verdict = "approve"
    attachable: bool = True
    refund: Literal["succeeded", "pending", "failed_later"] = "succeeded"
    shown: bool = field(default=False, compare=False)


def decline(decline_code: str) -> Decline:
    """The usual codes that travel with a decline code; a code that is not in the table stays generic."""
    known = {
        "generic_decline": Decline("generic_decline", advice_code="try_again_later", network_decline_code="05"),
        "insufficient_funds": Decline(
            "insufficient_funds", advice_code="try_again_later", network_decline_code="51",
            message="Your card has insufficient funds.",
        ),
        "lost_card": Decline("lost_card", advice_code="do_not_try_again", network_decline_code="41"),
        "stolen_card": Decline("stolen_card", advice_code="do_not_try_again", network_decline_code="43"),
        "fraudulent": Decline("fraudulent", advice_code="do_not_try_again", network_decline_code="59"),
        "expired_card": Decline(
            "expired_card", "expired_card", "confirm_card_data", "54", message="Your card has expired."
        ),
        "incorrect_cvc": Decline(
            "incorrect_cvc", "incorrect_cvc", "confirm_card_data", "82",
            message="Your card's security code is incorrect.",
        ),
        "processing_error": Decline(
            "processing_error", "processing_error", "try_again_later", "96",
            message="An error occurred while processing your card. Try again in a little bit.",
        ),
        "card_velocity_exceeded": Decline("card_velocity_exceeded", advice_code="try_again_later"),
        "authentication_required": Decline(
            "authentication_required", "authentication_required",
            message="Your card was declined. This transaction requires authentication.",
        ),
    }  # fmt: skip
    return known.get(decline_code) or Decline(decline_code)


AUTHENTICATION_REQUIRED = decline("authentication_required")


def _always(card_id: str, title: str, decline_code: str, last4: str, *, shown: bool = False) -> Card:
    refused = decline(decline_code)
    return Card(card_id, title, refused, refused, last4=last4, attachable=False, shown=shown)


_LISTED = [
    Card("pm_card_visa", "Visa: pays", shown=True),
    Card("pm_card_mastercard", "Mastercard: pays", brand="mastercard", last4="4444", shown=True),
    Card("pm_card_amex", "American Express: pays", brand="amex", last4="8431"),
    Card("pm_card_discover", "Discover: pays", brand="discover", last4="9424"),
    Card("pm_card_diners", "Diners Club: pays", brand="diners", last4="3237"),
    Card("pm_card_jcb", "JCB: pays", brand="jcb", last4="0505"),
    Card("pm_card_unionpay", "UnionPay: pays", brand="unionpay", last4="0005"),
    Card("pm_card_visa_debit", "Visa debit: pays", last4="5556"),
    Card("pm_card_mastercard_debit", "Mastercard debit: pays", brand="mastercard", last4="3222"),
    Card("pm_card_mastercard_prepaid", "Mastercard prepaid: pays", brand="mastercard", last4="5100"),
    Card("pm_card_us", "Visa of the US: pays"),
    Card("pm_card_ca", "Visa of Canada: pays", last4="0000", country="CA"),
    Card("pm_card_gb", "Visa of the UK: pays", last4="0000", country="GB"),
    _always("pm_card_visa_chargeDeclined", "Declined", "generic_decline", "0002", shown=True),
    _always(
        "pm_card_visa_chargeDeclinedInsufficientFunds", "Insufficient funds", "insufficient_funds", "9995", shown=True
    ),
    _always("pm_card_visa_chargeDeclinedLostCard", "Lost card", "lost_card", "9987"),
    _always("pm_card_visa_chargeDeclinedStolenCard", "Stolen card", "stolen_card", "9979"),
    _always("pm_card_chargeDeclinedExpiredCard", "Expired card", "expired_card", "0069", shown=True),
    _always("pm_card_chargeDeclinedIncorrectCvc", "Wrong security code", "incorrect_cvc", "0127"),
    _always("pm_card_chargeDeclinedProcessingError", "Processing error", "processing_error", "0119"),
    _always("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "Too many tries", "card_velocity_exceeded", "6975"),
    _always("pm_card_chargeDeclinedFraudulent", "Suspected fraud", "fraudulent", "0019"),
    _always("pm_card_radarBlock", "Blocked by the fraud rules", "fraudulent", "0101"),
    Card(
        "pm_card_chargeCustomerFail", "Can be saved, then always declined",
        decline("generic_decline"), decline("generic_decline"), last4="0341", shown=True,
    ),
    Card(
        "pm_card_authenticationRequired", "Asks the bank's confirmation every time",
        "authenticate", AUTHENTICATION_REQUIRED, last4="3184", shown=True,
    ),
    Card(
        "pm_card_authenticationRequiredOnSetup", "Asks the bank's confirmation once, then renews",
        "authenticate", "approve", last4="3155", shown=True,
    ),
    Card("pm_card_threeDSecure2Required", "3D Secure 2", "authenticate", AUTHENTICATION_REQUIRED, last4="3220"),
    Card("pm_card_threeDSecureRequired", "3D Secure", "authenticate", AUTHENTICATION_REQUIRED, last4="3063"),
    Card(
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "Confirmed by the bank, then declined",
        "authenticate", AUTHENTICATION_REQUIRED, last4="3178",
        after_authentication=decline("insufficient_funds"),
    ),
    Card("pm_card_pendingRefund", "Refund stays pending", last4="7726", refund="pending"),
    Card("pm_card_refundFail", "Refund fails later", last4="5126", refund="failed_later"),
    Card("pm_card_standin_processing", "Stays in processing", "processing", "processing", last4="6789"),
]  # fmt: skip

CARDS: dict[str, Card] = {card.id: card for card in _LISTED}

ON_THE_PAGE = [card for card in _LISTED if card.shown] + [
    Card(f"{LATER}insufficient_funds", "Pays now, insufficient funds at the renewal"),
    Card(f"{LATER}lost_card", "Pays now, reported lost at the renewal"),
]


def find(card_id: str) -> Card | None:
    """The card of that id; ``pm_card_standin_later_<decline code>`` pays now and declines with that code later."""
    if card_id.startswith(LATER):
        code = card_id.removeprefix(LATER)
        return Card(card_id, f"Pays now, later {code}", off_session=decline(code), last4="0341")
    return CARDS.get(card_id)
