"""How payments say no."""

from foundation.errors import DomainError


class StripeIsUnreachable(DomainError):
    """Nobody knows what Stripe thinks: no answer, a broken one, or a key that it does not take. Try again later."""

    code = "payment_provider_unreachable"

    def __init__(self, reason: str) -> None:
        super().__init__("Our payment provider cannot be reached at the moment. Please try again in a few minutes.")
        self.reason = reason


class StripeObjectIsMissing(DomainError):
    code = "payment_object_missing"


class StripeRefused(DomainError):
    """Stripe took our request for malformed. `stripe_code` is Stripe's own word for it."""

    code = "payment_request_refused"

    def __init__(self, reason: str, *, stripe_code: str = "") -> None:
        super().__init__(f"Stripe refused the request: {reason}")
        self.stripe_code = stripe_code


class StripeIsNotSetUp(DomainError):
    code = "payments_not_set_up"


class BadSignature(DomainError):
    code = "bad_signature"


class MalformedEvent(DomainError):
    code = "malformed_event"


class BodyIsTooLarge(DomainError):
    code = "body_too_large"


class PaymentDiffers(DomainError):
    """Stripe took another sum than was asked for: for a person."""

    code = "payment_differs"


class PermitIsWithdrawn(DomainError):
    code = "permit_withdrawn"


class OutsideThePermit(DomainError):
    code = "outside_permit"


class AttemptIsLive(DomainError):
    code = "attempt_is_live"


class TooManyAttempts(DomainError):
    code = "too_many_charge_attempts"


class MethodCannotBeCharged(DomainError):
    code = "method_cannot_be_charged"


class AttemptIsPaid(DomainError):
    code = "attempt_is_paid"
