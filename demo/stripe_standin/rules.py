"""Rules of the API that no parameter type can express."""

from demo.stripe_standin.failures import Json, invalid

MINIMUM_CENTS = 50
MAXIMUM_CENTS = 99_999_999


def check_amount(amount: int, *, param: str = "amount") -> None:
    """:raises ApiFailure: below 50 cents or above eight digits"""
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", param=param, code="parameter_invalid_integer")
    if amount < MINIMUM_CENTS:
        raise invalid(
            "Amount must be at least $0.50 usd", param=param, code="amount_too_small"
        )  # fmt: skip
    if amount > MAXIMUM_CENTS:
        raise invalid("Amount must be no more than $999,999.99", param=param, code="amount_too_large")


def check_currency(currency: str, *, param: str = "currency") -> None:
    """:raises ApiFailure: for anything but three lower-case letters"""
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.islower()):
        raise invalid(f"Invalid currency: {currency}", param=param)


def check_metadata(asked: Json) -> None:
    """At most 50 keys of 40 characters with values of 500.

    :raises ApiFailure: beyond that
    """
    metadata = asked.get("metadata") or {}
    if len(metadata) > 50:
        raise invalid("Metadata can have up to 50 keys.", param="metadata")
    for key, value in metadata.items():
        if not isinstance(value, str):
            raise invalid(f"Metadata values must be strings: {key}", param=f"metadata[{key}]")
        if len(key) > 40 or len(value) > 500:
            raise invalid(
                "Metadata keys can have up to 40 characters and values up to 500.", param=f"metadata[{key}]"
            )  # fmt: skip


def merge_metadata(present: Json, asked: Json) -> Json:
    """What is there with the asked changes: an empty value unsets its key, an empty metadata all of them."""
    check_metadata(asked)
    if asked.get("metadata") == "":
        return {}
    merged = present | (asked.get("metadata") or {})
    return {key: value for key, value in merged.items() if value != ""}


def check_descriptor_suffix(asked: Json) -> None:
    """:raises ApiFailure: beyond 22 characters"""
    if len(asked.get("statement_descriptor_suffix") or "") > 22:
        raise invalid("Statement descriptor suffixes have at most 22 characters.", param="statement_descriptor_suffix")


def check_method_choice(asked: Json) -> None:
    """One way of choosing payment methods at a time.

    :raises ApiFailure: when allowed types meet automatic or excluded ones
    """
    rivals = ("automatic_payment_methods", "excluded_payment_method_types", "payment_method_configuration")
    if asked.get("allowed_payment_method_types"):
        for rival in rivals:
            if asked.get(rival):
                raise invalid(f"You may only specify one of: allowed_payment_method_types, {rival}.", param=rival)


def check_card_allowed(asked: Json) -> None:
    """:raises ApiFailure: when the intent takes no cards"""
    allowed = asked.get("allowed_payment_method_types")
    if (allowed and "card" not in allowed) or "card" in (asked.get("excluded_payment_method_types") or []):
        raise invalid("The PaymentMethod type card is not allowed on this PaymentIntent.", param="payment_method")
