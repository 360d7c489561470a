"""Which endpoint takes which parameters, read from the source of the SDK's service classes.

The SDK ships every parameter type of the API at exactly the pinned version, but keeps no table from URL to type. The
services' source holds both, side by side, so one reading of the syntax tree gives the table.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import stripe

SDK = Path(stripe.__file__).parent
OURS = (
    "_balance_transaction_service.py",
    "_charge_service.py",
    "_customer_service.py",
    "_customer_payment_method_service.py",
    "_event_service.py",
    "_payment_intent_service.py",
    "_payment_method_service.py",
    "_refund_service.py",
    "_webhook_endpoint_service.py",
    "checkout/_session_service.py",
    "checkout/_session_line_item_service.py",
)


@dataclass(frozen=True)
class Endpoint:
    """One call of the API and the name of the class that types its parameters."""

    method: str
    path: str
    module: str
    params: str

    def load(self) -> Any:
        return getattr(import_module(self.module), self.params)


def shape(path: str) -> str:
    """The path without the names of its ids: ``/v1/customers/{customer}`` and ``/v1/customers/{id}`` are one."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def every_service() -> list[Path]:
    return sorted(SDK.rglob("_*_service.py"))


def endpoints_in(files: list[Path]) -> Iterator[Endpoint]:
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        modules = {
            alias.name: node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield from _endpoint(node, modules)


def _endpoint(function: ast.FunctionDef, modules: dict[str, str]) -> Iterator[Endpoint]:
    arguments = {argument.arg: argument.annotation for argument in function.args.args}
    annotation = arguments.get("params")
    names = re.findall(r"\w+Params\b", ast.unparse(annotation)) if annotation else []
    for call in ast.walk(function):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "_request"):
            continue
        if names and len(call.args) >= 2 and isinstance(call.args[0], ast.Constant):
            yield Endpoint(str(call.args[0].value).upper(), _path(call.args[1]), modules[names[0]], names[0])


def _path(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


@cache
def ours() -> dict[tuple[str, str], Endpoint]:
    """The endpoints of the services that the stand-in serves, by method and shape of the path."""
    found = endpoints_in([SDK / name for name in OURS])
    return {(endpoint.method, shape(endpoint.path)): endpoint for endpoint in found}
