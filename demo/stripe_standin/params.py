"""Checks a request against the SDK's own parameter types, and turns form strings into numbers and booleans."""

import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import typing_extensions
from stripe._request_options import RequestOptions
from stripe._stripe_context import StripeContext

from demo.stripe_standin.catalogue import ours, shape
from demo.stripe_standin.failures import ApiFailure, Json, invalid
from demo.stripe_standin.forms import Tree

Checker = Callable[[Any, str], Any]
_NAMES = {"StripeContext": StripeContext, "Mapping": Mapping}
# These travel as headers. One that shows up in a body has leaked there, and is unknown like any other stranger.
_OPTIONS = frozenset(RequestOptions.__annotations__)
_WRAPPERS = (typing.Required, typing.NotRequired, typing_extensions.Required, typing_extensions.NotRequired)


def check(method: str, template: str, tree: Tree) -> Json:
    """The parameters of a call, typed.

    :raises ApiFailure: for an unknown, missing or malformed parameter, at any depth
    """
    endpoint = ours().get((method, shape(template)))
    if endpoint is None:
        if tree:
            raise _unknown(next(iter(tree)))
        return {}
    checked: Json = checker(endpoint.load())(tree, "")
    return checked


@cache
def checker(kind: Any) -> Checker:
    """A function that checks a value against a type, made once for each type."""
    origin = typing.get_origin(kind)
    if origin in _WRAPPERS:
        return checker(typing.get_args(kind)[0])
    if typing_extensions.is_typeddict(kind):
        return _structure(kind)
    makers: dict[Any, Callable[[tuple[Any, ...]], Checker]] = {
        typing.Literal: _choice,
        typing.Union: _union,
        types.UnionType: _union,
        list: lambda inner: _list(checker(inner[0])),
    }
    if origin in makers:
        return makers[origin](typing.get_args(kind))
    return _SCALARS.get(kind, _map)


def _structure(kind: Any) -> Checker:
    # Nested types are resolved when the first request needs them: a create call of Stripe knows hundreds.
    fields: dict[str, Checker] | None = None
    needed: frozenset[str] = kind.__required_keys__

    def check_structure(value: Any, at: str) -> Json:
        nonlocal fields
        if not isinstance(value, dict):
            raise invalid("Invalid object", param=at)
        if fields is None:
            hints = typing_extensions.get_type_hints(kind, localns=_NAMES, include_extras=True)
            fields = {name: checker(hint) for name, hint in hints.items() if name not in _OPTIONS}
        for name in value:
            if name not in fields:
                raise _unknown(_join(at, name))
        for name in needed:
            if name not in value:
                path = _join(at, name)
                raise invalid(f"Missing required param: {path}.", param=path, code="parameter_missing")
        return {name: fields[name](part, _join(at, name)) for name, part in value.items()}

    return check_structure


def _union(kinds: tuple[Any, ...]) -> Checker:
    literals = tuple(
        value for kind in kinds for value in typing.get_args(kind) if typing.get_origin(kind) is typing.Literal
    )
    others = [kind for kind in kinds if typing.get_origin(kind) is not typing.Literal and kind is not type(None)]
    # The SDK types an enum as ``Literal[...] | str`` so that old clients meet new values; a request may not.
    if any(literals):
        others = [kind for kind in others if kind is not str]
    branches = [(checker(kind), kind) for kind in sorted(others, key=_order)]
    pick = _choice(literals) if literals else None

    def check_union(value: Any, at: str) -> Any:
        if pick and value in literals:
            return value
        failure: ApiFailure | None = None
        for branch, kind in branches:
            if isinstance(value, dict) is (kind in _SCALARS):
                continue
            try:
                return branch(value, at)
            except ApiFailure as refused:
                failure = failure or refused
        if failure is None and pick:
            return pick(value, at)
        raise failure or invalid("Invalid object", param=at)

    return check_union


def _order(kind: Any) -> int:
    """Lists before maps, numbers before strings: the narrow reading of a value wins."""
    return {list: 0, str: 9}.get(typing.get_origin(kind) or kind, 5)


def _choice(values: tuple[Any, ...]) -> Checker:
    named = [str(value) for value in values if value != ""]

    def check_choice(value: Any, at: str) -> Any:
        if value in values:
            return value
        raise invalid(f"Invalid {at}: must be one of {', '.join(named)}", param=at)

    return check_choice


def _list(item: Checker) -> Checker:
    def check_list(value: Any, at: str) -> list[Any]:
        if not isinstance(value, dict) or not all(key.isdigit() for key in value):
            raise invalid("Invalid array", param=at)
        return [item(part, f"{at}[{key}]") for key, part in sorted(value.items(), key=lambda pair: int(pair[0]))]

    return check_list


def _map(value: Any, at: str) -> Json:
    if not isinstance(value, dict):
        raise invalid("Invalid object", param=at)
    return value


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str):
        raise invalid(f"Invalid string: {at}", param=at)
    if value == "":
        raise invalid(
            f"You passed an empty string for '{at}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{at}' cannot be unset.",
            param=at,
            code="parameter_invalid_empty",
        )
    return value


def _whole(value: Any, at: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise invalid(f"Invalid integer: {value}", param=at, code="parameter_invalid_integer") from None


def _truth(value: Any, at: str) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param=at)
    return bool(value == "true")


def _number(value: Any, at: str) -> str:
    try:
        return str(Decimal(value))
    except (InvalidOperation, TypeError, ValueError):
        raise invalid(f"Invalid decimal: {value}", param=at, code="parameter_invalid_decimal") from None


_SCALARS: dict[Any, Checker] = {
    str: _text,
    int: _whole,
    bool: _truth,
    float: _number,
    Decimal: _number,
    Any: lambda value, at: value,
}


def _join(at: str, name: str) -> str:
    return f"{at}[{name}]" if at else name


def _unknown(path: str) -> ApiFailure:
    if path == "payment_method_types":
        message = "payment_method_types is no longer supported. Use allowed_payment_method_types or dynamic methods."
        return invalid(message, param=path, code="payment_method_types_no_longer_supported")
    return invalid(f"Received unknown parameter: {path}", param=path, code="parameter_unknown")
