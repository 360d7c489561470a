"""Payment intents from creation to the end."""

from demo.stripe_standin.cards import AUTHENTICATION_REQUIRED, Decline, decline
from demo.stripe_standin.engine import charges, methods
from demo.stripe_standin.failures import ApiFailure, Json, invalid
from demo.stripe_standin.objects.payment_intent import payment_intent_object
from demo.stripe_standin.world import World

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELABLE = (*CONFIRMABLE, "requires_capture", "processing")


def create(world: World, asked: Json) -> Json:
    intent = payment_intent_object(
        world.ids.new("pi"), world.ids.new("secret"), world.clock.now(), asked
    )  # fmt: skip
    world.state.of["payment_intent"].add(intent)
    world.announce("payment_intent.created", intent)
    return intent


def confirm(world: World, intent: Json, method: Json, *, off_session: bool, return_url: str | None = None) -> None:
    """Charge the card. Afterwards the intent is succeeded, processing or requires_action.

    :raises ApiFailure: 402 on a decline, with the intent in requires_payment_method
    """
    if intent["status"] not in CONFIRMABLE:
        raise wrong_status(intent, "confirm")
    methods.check_usable(world, method, intent["customer"])
    intent["payment_method"], intent["next_action"] = method["id"], None
    verdict = methods.verdict(world, method, off_session=off_session)
    if isinstance(verdict, Decline):
        raise refuse(world, intent, method, verdict)
    if verdict == "approve":
        succeed(world, intent, method)
    elif verdict == "processing":
        intent["status"] = "processing"
        world.announce("payment_intent.processing", intent)
    else:
        ask_authentication(world, intent, return_url)


def ask_authentication(world: World, intent: Json, return_url: str | None) -> None:
    intent["status"] = "requires_action"
    page = f"{world.base_url}/authenticate/{intent['id']}"
    if return_url:
        intent["next_action"] = {
            "type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": page},
        }  # fmt: skip
    else:
        intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {"stripe_js": page}}
    world.announce("payment_intent.requires_action", intent)


def authenticate(world: World, intent: Json, *, passed: bool) -> None:
    """The buyer has answered the bank's question.

    :raises ApiFailure: 402 when the bank then declines, or when the buyer failed
    """
    if intent["status"] != "requires_action":
        raise wrong_status(intent, "authenticate")
    method = world.find("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if not passed:
        raise refuse(world, intent, method, failed_authentication())
    verdict = methods.card_behind(world, method).after_authentication
    if isinstance(verdict, Decline):
        raise refuse(world, intent, method, verdict)
    succeed(world, intent, method)


def failed_authentication() -> Decline:
    return Decline(
        "authentication_required",
        "payment_intent_authentication_failure",
        message="We are unable to authenticate your payment method. "
        "Please choose a different payment method and try again.",
    )


def succeed(world: World, intent: Json, method: Json) -> None:
    """The money has moved. Announces the charge before the intent, as happens in real life too."""
    if intent["setup_future_usage"] and intent["customer"] and method["customer"] is None:
        methods.join(world, method, intent["customer"])
    charge = charges.make_charge(world, intent, method)
    if world.settle_at_once:
        charges.settle(world, charge)
    intent.update(
        status="succeeded", amount_received=intent["amount"], payment_method=method["id"],
        last_payment_error=None, next_action=None, processing=None,
    )  # fmt: skip
    world.announce("charge.succeeded", charge)
    world.announce("payment_intent.succeeded", intent)
    if world.settle_at_once:
        charges.announce_settled(world, charge)


def refuse(world: World, intent: Json, method: Json, refused: Decline) -> ApiFailure:
    """Record a failed charge. The failure to raise: 402 with the intent inside, remembered under the key."""
    charge = charges.make_charge(world, intent, method, refused)
    error = {"type": "card_error", "charge": charge["id"], "payment_method": method} | refused.codes()
    intent.update(status="requires_payment_method", payment_method=None, next_action=None, last_payment_error=error)
    world.announce("charge.failed", charge)
    world.announce("payment_intent.payment_failed", intent)
    return ApiFailure(402, error | {"payment_intent": intent}, stored=True)


def refuse_authentication(world: World, intent: Json, method: Json) -> ApiFailure:
    """For callers that asked for an error where the buyer would have to act."""
    return refuse(world, intent, method, AUTHENTICATION_REQUIRED)


def cancel(world: World, intent: Json, reason: str | None) -> None:
    """:raises ApiFailure: when it has succeeded or is canceled already"""
    if intent["status"] not in CANCELABLE:
        raise wrong_status(intent, "cancel")
    intent.update(status="canceled", canceled_at=world.clock.now(), cancellation_reason=reason, next_action=None)
    world.announce("payment_intent.canceled", intent)


def finish_processing(world: World, intent: Json, *, decline_code: str | None) -> None:
    """The bank answers days later.

    :raises ApiFailure: 402 on a decline
    """
    if intent["status"] != "processing":
        raise wrong_status(intent, "settle")
    method = world.find("payment_method", intent["payment_method"])
    if decline_code:
        raise refuse(world, intent, method, decline(decline_code))
    succeed(world, intent, method)


def wrong_status(intent: Json, verb: str) -> ApiFailure:
    failure = invalid(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
    )
    failure.error["payment_intent"] = intent
    return failure
