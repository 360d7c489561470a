"""What the API refuses, in Stripe's own error bodies."""

from typing import Any

Json = dict[str, Any]


class ApiFailure(Exception):
    """An answer other than 200. ``stored`` says whether an idempotency key remembers it."""

    def __init__(
        self, status: int, error: Json, *, stored: bool = False, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(error.get("message", ""))
        self.status = status
        self.error = {key: value for key, value in error.items() if value is not None}
        self.stored = stored
        self.headers = headers or {}

    @property
    def body(self) -> Json:
        return {"error": self.error}


def invalid(message: str, *, param: str | None = None, code: str | None = None, status: int = 400) -> ApiFailure:
    return ApiFailure(
        status,
        {"type": "invalid_request_error", "message": message, "param": param, "code": code, "doc_url": _doc(code)},
    )


def missing(kind: str, object_id: str, *, param: str = "id", status: int = 404) -> ApiFailure:
    """No such object: 404 when the URL names it, 400 when a parameter does."""
    return invalid(f"No such {kind}: '{object_id}'", param=param, code="resource_missing", status=status)


def unauthenticated(message: str, code: str | None = None) -> ApiFailure:
    return ApiFailure(401, {"type": "invalid_request_error", "message": message, "code": code})


def forbidden(message: str) -> ApiFailure:
    return ApiFailure(403, {"type": "invalid_request_error", "message": message})


def rate_limited(should_retry: bool | None = None) -> ApiFailure:
    headers = {"Stripe-Rate-Limited-Reason": "global-rate"}
    if should_retry is not None:
        headers["Stripe-Should-Retry"] = "true" if should_retry else "false"
    message = "Request rate limit exceeded. You can learn more about rate limits in Stripe's documentation."
    return ApiFailure(429, {"type": "invalid_request_error", "code": "rate_limit", "message": message}, headers=headers)


def server_error(status: int = 500, *, stored: bool) -> ApiFailure:
    message = "An unknown error occurred. (Injected by the stand-in.)"
    return ApiFailure(status, {"type": "api_error", "message": message}, stored=stored)


def idempotency_mismatch(key: str) -> ApiFailure:
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return ApiFailure(400, {"type": "idempotency_error", "message": message})


def idempotency_in_use(key: str) -> ApiFailure:
    message = f"There is currently another in-progress request using this Idempotent Key ({key})."
    return ApiFailure(409, {"type": "invalid_request_error", "code": "idempotency_key_in_use", "message": message})


def _doc(code: str | None) -> str | None:
    return f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}" if code else None
